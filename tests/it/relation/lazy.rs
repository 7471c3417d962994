//! Loading when it is asked for, where it is forbidden, and where it is noticed.

use std::sync::{Arc, Mutex};

use orm::prelude::*;
use orm::testing::assert_queries;
use orm::{Database, Error, LazyLoading, Result};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::{Post, User, blog, titles};

#[test]
fn what_is_not_loaded_is_an_error_that_says_what_to_write() -> Result<()> {
    let (db, log) = blog()?;
    let ann = User::get(&db, 1)?;
    log.take();
    let error = ann.posts.get().expect_err("it is not loaded");
    assert!(matches!(
        error,
        Error::NotLoaded {
            relation: "User::POSTS"
        }
    ));
    assert_eq!(
        error.to_string(),
        "User::POSTS was not loaded: write `.with(User::POSTS)` in the query"
    );
    assert!(log.take().is_empty());
    let new = User::default();
    assert!(matches!(
        new.posts.get(),
        Err(Error::NotLoaded { relation: "" })
    ));
    Ok(())
}

#[test]
fn what_was_loaded_is_kept() -> Result<()> {
    let (db, _) = blog()?;
    let ann = User::get(&db, 1)?;
    assert_eq!(assert_queries(&db, 1, || ann.posts(&db))?.len(), 2);
    assert_eq!(assert_queries(&db, 0, || ann.posts(&db))?.len(), 2);
    let post = Post::get(&db, 3)?;
    assert_eq!(post.user(&db)?.name, "ben");
    assert_eq!(post.tags(&db)?.len(), 1);
    Ok(())
}

#[test]
fn a_relation_gives_a_query() -> Result<()> {
    let (db, log) = blog()?;
    let ann = User::get(&db, 1)?;
    log.take();
    let posts = ann
        .posts_query()
        .filter(Post::TITLE.ends_with("2"))
        .all(&db)?;
    assert_eq!(titles(&posts), ["a2"]);
    assert!(log.take()[0].contains(r#"FROM "posts" WHERE "posts"."user_id" = ?"#));
    let post = Post::get(&db, 1)?;
    assert_eq!(post.tags_query().count(&db)?, 2);
    assert_eq!(post.user_query().one(&db)?.name, "ann");
    assert_eq!(User::default().posts_query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_query_over_a_table_in_between_changes_only_its_rows() -> Result<()> {
    let (db, _) = blog()?;
    let post = Post::get(&db, 1)?;
    assert_eq!(
        post.tags_query()
            .update(&db, super::Tag::NAME.set(super::Tag::NAME.concat("!")))?,
        2
    );
    let names = super::Tag::query()
        .order_by(super::Tag::ID)
        .select(super::Tag::NAME)
        .all(&db)?;
    assert_eq!(names, ["x!", "y!", "z"]);
    Ok(())
}

#[test]
fn strict_queries_refuse_to_load_lazily() -> Result<()> {
    let (db, _) = blog()?;
    let users = User::query()
        .with(User::POSTS)
        .strict_loading()
        .order_by(User::ID)
        .all(&db)?;
    assert_eq!(users[0].posts(&db)?.len(), 2);
    let refused = users[0].comments(&db);
    assert!(matches!(
        refused,
        Err(Error::LazyLoading {
            relation: "User::COMMENTS"
        })
    ));
    Ok(())
}

#[test]
fn what_a_strict_query_loads_is_strict_too() -> Result<()> {
    let (db, _) = blog()?;
    let is_refused = |loaded: Result<usize>| matches!(loaded, Err(Error::LazyLoading { .. }));
    let users = User::query()
        .strict_loading()
        .with(User::POSTS.with(Post::COMMENTS));
    let users = users.order_by(User::ID).all(&db)?;
    let post = &users[0].posts.get()?[0];
    assert!(is_refused(post.tags(&db).map(<[_]>::len)));
    let comment = &post.comments.get()?[0];
    assert!(is_refused(comment.post(&db).map(|_| 1)));

    let joined = Post::query().with(Post::USER.joined().with(User::PROFILE));
    let posts = joined.strict_loading().order_by(Post::ID).all(&db)?;
    let user = posts[0].user.get()?;
    assert!(is_refused(user.posts(&db).map(<[_]>::len)));
    let profile = user.profile.get()?.expect("a profile");
    assert!(is_refused(profile.user(&db).map(|_| 1)));

    // A strict query inside another one says nothing of the rows around.
    let users = User::query()
        .with(User::POSTS.apply(orm::Query::strict_loading))
        .all(&db)?;
    assert!(users[0].comments(&db).is_ok());
    assert!(is_refused(
        users[0].posts.get()?[0].tags(&db).map(<[_]>::len)
    ));
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "users", strict_loading)]
struct StrictUser {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many(key = user_id))]
    posts: orm::HasMany<Post>,
}

#[test]
fn strict_types_refuse_to_load_lazily() -> Result<()> {
    let (db, _) = blog()?;
    let ann = StrictUser::get(&db, 1)?;
    assert!(matches!(
        ann.posts(&db),
        Err(Error::LazyLoading {
            relation: "StrictUser::POSTS"
        })
    ));
    let ann = StrictUser::query()
        .with(StrictUser::POSTS)
        .first(&db)?
        .expect("a user");
    assert_eq!(ann.posts(&db)?.len(), 2);
    Ok(())
}

#[test]
fn strict_databases_refuse_to_load_lazily() -> Result<()> {
    let (_folder, path) = crate::database_file();
    let db = Database::sqlite(&path)
        .lazy_loading(LazyLoading::Refused)
        .open()?;
    db.create_tables(orm::schema![
        User,
        Post,
        super::Comment,
        super::Tag,
        super::Profile
    ])?;
    super::user("ann").insert(&db)?;
    let ann = User::get(&db, 1)?;
    assert!(matches!(ann.posts(&db), Err(Error::LazyLoading { .. })));
    assert!(db.transaction(|tx| ann.posts(tx).map(drop)).is_err());
    assert_eq!(ann.posts_query().count(&db)?, 0);
    Ok(())
}

/// The messages of warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Visit for Warnings {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.lock().expect("no panic").push(format!("{value:?}"));
        }
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "orm::lazy_loading"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn warnings(work: impl FnOnce() -> Result<()>) -> Result<Vec<String>> {
    let warnings = Warnings::default();
    tracing::subscriber::with_default(warnings.clone(), work)?;
    let messages = warnings.0.lock().expect("no panic").clone();
    Ok(messages)
}

#[test]
fn a_loop_that_loads_row_by_row_is_warned_of_once() -> Result<()> {
    let (db, _) = blog()?;
    let users = User::all(&db)?;
    let mut line = 0;
    let said = warnings(|| {
        for user in &users {
            line = line!() + 1;
            user.posts(&db)?;
        }
        Ok(())
    })?;
    let [message] = &said[..] else {
        panic!("one warning: {said:?}")
    };
    assert!(
        message.contains("`User::POSTS` was loaded one by one for 3 rows of one result"),
        "{message}"
    );
    assert!(message.contains(&format!("lazy.rs:{line}:")), "{message}");
    assert!(
        message.contains("write `.with(User::POSTS)` in the query"),
        "{message}"
    );
    Ok(())
}

#[test]
fn rows_of_different_results_are_no_siblings() -> Result<()> {
    let (db, _) = blog()?;
    let said = warnings(|| {
        for id in [1, 2, 3] {
            User::get(&db, id)?.posts(&db)?;
            User::query().filter(User::ID.eq(id)).one(&db)?.posts(&db)?;
        }
        Ok(())
    })?;
    assert!(said.is_empty(), "{said:?}");
    Ok(())
}

#[test]
fn a_database_can_warn_of_every_lazy_load() -> Result<()> {
    let db = Database::open("sqlite::memory:?lazy_loading=warned")?;
    db.create_tables(orm::schema![User, Post])?;
    super::user("ann").insert(&db)?;
    let said = warnings(|| User::get(&db, 1)?.posts(&db).map(drop))?;
    assert!(
        said[0].starts_with("`User::POSTS` was loaded lazily, at "),
        "{said:?}"
    );
    Ok(())
}
