//! Relations: loading, questions across them, and changes.

mod between;
mod by_hand;
mod changing;
mod composite;
mod counters;
mod crossing;
mod deleting;
mod eager;
mod graphs;
mod hostile;
mod keys;
mod lazy;
mod loads;
mod oracle;
mod polymorphic;
mod questions;
mod ring;
mod scopes;
mod trees;

use orm::prelude::*;
use orm::{BelongsTo, Database, HasMany, HasOne, ManyToMany, Result};

use crate::recorder::{Log, recorded};

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "users")]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many(dependent = cascade))]
    posts: HasMany<Post>,
    #[orm(has_one)]
    profile: HasOne<Option<Profile>>,
    #[orm(has_many(through = posts))]
    comments: HasMany<Comment>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "profiles")]
struct Profile {
    #[orm(primary_key)]
    id: i64,
    text: String,
    user_id: i64,
    #[orm(belongs_to(on_delete = cascade))]
    user: BelongsTo<User>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    id: i64,
    title: String,
    stars: Option<i64>,
    user_id: i64,
    #[orm(belongs_to)]
    user: BelongsTo<User>,
    #[orm(has_many(dependent = cascade))]
    comments: HasMany<Comment>,
    #[orm(many_to_many(table = "post_tags"))]
    tags: ManyToMany<Tag>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "comments")]
struct Comment {
    #[orm(primary_key)]
    id: i64,
    text: String,
    post_id: Option<i64>,
    #[orm(belongs_to)]
    post: BelongsTo<Option<Post>>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(many_to_many(inverse = tags))]
    posts: ManyToMany<Post>,
}

fn user(name: &str) -> User {
    User {
        name: name.into(),
        ..User::default()
    }
}

fn post(user_id: i64, title: &str) -> Post {
    Post {
        user_id,
        title: title.into(),
        ..Post::default()
    }
}

fn comment(post_id: Option<i64>, text: &str) -> Comment {
    Comment {
        post_id,
        text: text.into(),
        ..Comment::default()
    }
}

fn tag(name: &str) -> Tag {
    Tag {
        name: name.into(),
        ..Tag::default()
    }
}

/// Two users with posts and one without; the first post has two comments and two tags.
fn blog() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![User, Profile, Post, Comment, Tag])?;
    User::insert_many(&db, &mut ["ann", "ben", "cleo"].map(user))?;
    let posts = [(1, "a1"), (1, "a2"), (2, "b1")];
    Post::insert_many(&db, &mut posts.map(|(by, title)| post(by, title)))?;
    let comments = [
        (Some(1), "first"),
        (Some(1), "second"),
        (Some(3), "third"),
        (None, "lost"),
    ];
    Comment::insert_many(&db, &mut comments.map(|(on, text)| comment(on, text)))?;
    Tag::insert_many(&db, &mut ["x", "y", "z"].map(tag))?;
    Post::TAGS.add_keys(&db, &mut Post::get(&db, 1)?, [1, 2])?;
    Post::TAGS.add_keys(&db, &mut Post::get(&db, 3)?, [2])?;
    let mut profile = Profile {
        user_id: 1,
        text: "about ann".into(),
        ..Profile::default()
    };
    profile.insert(&db)?;
    log.take();
    Ok((db, log))
}

fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}
