//! Users and their posts: rows that are related, for both sides.

use orm::prelude::*;
use orm::{BelongsTo, Database, HasMany};

use crate::Result;

/// The users at the beginning; their keys are 1 to this.
pub(crate) const USERS: usize = 1_000;

/// The posts of each of them.
pub(crate) const POSTS_EACH: usize = 10;

#[derive(Debug, ActiveRecord)]
#[orm(table = "users")]
pub(crate) struct User {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) active: bool,
    #[orm(has_many)]
    pub(crate) posts: HasMany<Post>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "posts")]
pub(crate) struct Post {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) likes: i64,
    #[orm(index)]
    pub(crate) user_id: i64,
    #[orm(belongs_to)]
    pub(crate) user: BelongsTo<User>,
}

/// A user as one writes it without this library, with no place for related rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlainUser {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) active: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlainPost {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) likes: i64,
    pub(crate) user_id: i64,
}

/// What both sides can do with related rows.
pub(crate) trait Blog {
    /// All users, each with its posts, by one statement for either.
    fn users_with_posts(&self) -> Result<Box<dyn Pairs>>;
    /// All posts, each with its user.
    fn posts_with_user(&self) -> Result<Box<dyn Pairs>>;
    /// Inserts users and their posts, and gives them their keys.
    fn save_graphs(&self, users: &mut [User]) -> Result<()>;
}

/// Related rows, in whatever form a side has them.
pub(crate) trait Pairs {
    /// Each post beside its user, in the order in which they were read.
    fn pairs(&self) -> Result<Vec<(PlainUser, PlainPost)>>;
}

impl User {
    pub(crate) fn plain(&self) -> PlainUser {
        PlainUser {
            id: self.id,
            name: self.name.clone(),
            email: self.email.clone(),
            active: self.active,
        }
    }
}

impl Post {
    pub(crate) fn plain(&self) -> PlainPost {
        PlainPost {
            id: self.id,
            title: self.title.clone(),
            body: self.body.clone(),
            likes: self.likes,
            user_id: self.user_id,
        }
    }
}

/// Puts users with so many posts each into a database.
pub(crate) fn fill(db: &Database, count: usize, posts_each: usize) -> Result<()> {
    db.create_tables(orm::schema![User, Post])?;
    Ok(User::save_graphs(db, &mut users(count, posts_each))?)
}

/// New users with new posts, the same ones in every run.
pub(crate) fn users(count: usize, posts_each: usize) -> Vec<User> {
    let user = |nth| User {
        id: 0,
        name: format!("User {nth}"),
        email: format!("user.{nth}@example.org"),
        active: nth % 4 != 0,
        posts: HasMany::new((0..posts_each).map(|at| post(nth, at)).collect()),
    };
    (0..count).map(user).collect()
}

fn post(user: usize, nth: usize) -> Post {
    Post {
        id: 0,
        title: format!("Post {nth} of user {user}"),
        body: "something worth saying. ".repeat(1 + nth % 5),
        likes: i64::try_from(user * nth % 97).unwrap_or(0),
        user_id: 0,
        user: BelongsTo::default(),
    }
}

/// Makes users and their posts new again.
pub(crate) fn unsave(users: &mut [User]) -> Result<()> {
    for user in users {
        user.id = 0;
        for post in user.posts.get_mut()? {
            (post.id, post.user_id) = (0, 0);
        }
    }
    Ok(())
}
