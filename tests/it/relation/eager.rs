//! What is loaded with a query, and by how many statements.

use orm::prelude::*;
use orm::testing::assert_queries;
use orm::{Error, Result};

use super::{Comment, Post, Profile, Tag, User, blog, comment, post, titles, user};
use crate::recorder::recorded;

#[test]
fn a_thousand_users_with_ten_posts_each_take_two_statements() -> Result<()> {
    let (db, _) = recorded(&orm::schema![User, Post])?;
    let mut users: Vec<User> = (0..1000).map(|nth| user(&format!("user {nth}"))).collect();
    User::insert_many(&db, &mut users)?;
    let mut posts: Vec<Post> = (0..10_000)
        .map(|nth| post(nth % 1000 + 1, &format!("post {nth}")))
        .collect();
    Post::insert_many(&db, &mut posts)?;

    let query = User::query()
        .with(User::POSTS.order_by(Post::ID))
        .order_by(User::ID);
    let users = assert_queries(&db, 2, || query.all(&db))?;
    assert_eq!(users.len(), 1000);
    for (nth, user) in users.iter().enumerate() {
        let posts = user.posts.get()?;
        assert_eq!(posts.len(), 10);
        assert!(posts.iter().all(|post| post.user_id == user.id));
        assert_eq!(posts[9].title, format!("post {}", 9000 + nth));
    }
    Ok(())
}

#[test]
fn three_levels_take_three_statements() -> Result<()> {
    let (db, log) = blog()?;
    let query = User::query()
        .with(User::POSTS.with(Post::COMMENTS))
        .order_by(User::ID);
    let users = assert_queries(&db, 3, || query.all(&db))?;
    let counts: Vec<Vec<usize>> = users
        .iter()
        .map(|user| {
            let posts = user.posts.get()?.iter();
            posts.map(|post| Ok(post.comments.get()?.len())).collect()
        })
        .collect::<Result<_>>()?;
    assert_eq!(counts, [vec![2, 0], vec![1], vec![]]);
    let statements = log.take();
    assert!(
        statements[1].ends_with(r#"FROM "posts" WHERE "posts"."user_id" IN (?, ?, ?, ?)"#),
        "{statements:?}"
    );
    Ok(())
}

#[test]
fn many_to_many_takes_two_statements_from_either_side() -> Result<()> {
    let (db, _) = blog()?;
    let query = Post::query()
        .with(Post::TAGS.order_by(Tag::NAME))
        .order_by(Post::ID);
    let posts = assert_queries(&db, 2, || query.all(&db))?;
    let tags: Vec<Vec<&str>> = posts
        .iter()
        .map(|post| {
            Ok(post
                .tags
                .get()?
                .iter()
                .map(|tag| tag.name.as_str())
                .collect())
        })
        .collect::<Result<_>>()?;
    assert_eq!(tags, [vec!["x", "y"], vec![], vec!["y"]]);

    let query = Tag::query()
        .with(Tag::POSTS.order_by(Post::ID))
        .order_by(Tag::ID);
    let tags = assert_queries(&db, 2, || query.all(&db))?;
    assert_eq!(titles(tags[0].posts.get()?), ["a1"]);
    assert_eq!(titles(tags[1].posts.get()?), ["a1", "b1"]);
    assert!(tags[2].posts.get()?.is_empty());
    Ok(())
}

#[test]
fn a_joined_reference_takes_one_statement() -> Result<()> {
    let (db, log) = blog()?;
    let joined = Comment::POST.joined().with(Post::USER.joined());
    let query = Comment::query().with(joined).order_by(Comment::ID);
    let comments = assert_queries(&db, 1, || query.all(&db))?;
    let post = comments[0].post.get()?.expect("it has a post");
    assert_eq!(
        (post.title.as_str(), post.user.get()?.name.as_str()),
        ("a1", "ann")
    );
    assert!(comments[3].post.get()?.is_none());
    let statement = &log.take()[0];
    assert!(
        statement.contains(r#"LEFT JOIN "posts" AS "orm_1" ON "orm_1"."id" = "comments"."post_id" LEFT JOIN "users" AS "orm_2" ON "orm_2"."id" = "orm_1"."user_id""#),
        "{statement}"
    );
    Ok(())
}

#[test]
fn rows_that_refer_to_the_same_row_share_its_entity() -> Result<()> {
    let (db, log) = blog()?;
    let posts = Post::query().with(Post::USER).order_by(Post::ID).all(&db)?;
    assert!(std::ptr::eq(posts[0].user.get()?, posts[1].user.get()?));
    assert_eq!(posts[2].user.get()?.name, "ben");
    assert!(log.take()[1].ends_with(r#"FROM "users" WHERE "users"."id" IN (?, ?)"#));
    Ok(())
}

#[test]
fn a_limit_counts_the_rows_of_the_query_and_not_the_related_ones() -> Result<()> {
    let (db, _) = blog()?;
    let users = User::query()
        .with(User::POSTS)
        .order_by(User::ID)
        .limit(2)
        .all(&db)?;
    assert_eq!(users.len(), 2);
    assert_eq!(users[0].posts.get()?.len() + users[1].posts.get()?.len(), 3);
    Ok(())
}

#[test]
fn a_limit_of_a_relation_is_one_for_each_row() -> Result<()> {
    let (db, _) = blog()?;
    let newest = User::POSTS.order_by(Post::ID.desc()).limit(1);
    let users = User::query().with(newest).order_by(User::ID).all(&db)?;
    assert_eq!(titles(users[0].posts.get()?), ["a2"]);
    assert_eq!(titles(users[1].posts.get()?), ["b1"]);

    let second = Post::TAGS.order_by(Tag::NAME).offset(1).limit(1);
    let posts = Post::query().with(second).order_by(Post::ID).all(&db)?;
    assert_eq!(posts[0].tags.get()?[0].name, "y");
    assert!(posts[2].tags.get()?.is_empty());
    Ok(())
}

#[test]
fn filters_and_orders_of_a_relation_are_those_of_its_rows() -> Result<()> {
    let (db, _) = blog()?;
    let some = User::POSTS
        .filter(Post::TITLE.ne("a1"))
        .order_by(Post::TITLE.desc());
    let users = User::query().with(some).order_by(User::ID).all(&db)?;
    assert_eq!(titles(users[0].posts.get()?), ["a2"]);
    Ok(())
}

#[test]
fn rows_over_a_table_in_between_are_those_of_two_relations() -> Result<()> {
    let (db, _) = blog()?;
    let query = User::query()
        .with(User::COMMENTS.order_by(Comment::ID))
        .order_by(User::ID);
    let users = assert_queries(&db, 2, || query.all(&db))?;
    assert_eq!(users[0].comments.get()?.len(), 2);
    assert_eq!(users[1].comments.get()?[0].text, "third");
    assert!(users[2].comments.get()?.is_empty());
    Ok(())
}

#[test]
fn a_relation_to_one_that_may_be_absent_is_an_option() -> Result<()> {
    let (db, _) = blog()?;
    let users = User::query()
        .with(User::PROFILE)
        .order_by(User::ID)
        .all(&db)?;
    assert_eq!(
        users[0].profile.get()?.map(|profile| profile.text.as_str()),
        Some("about ann")
    );
    assert!(users[1].profile.get()?.is_none());
    Ok(())
}

#[test]
fn two_rows_where_one_is_expected_are_an_error_and_change_nothing() -> Result<()> {
    let (db, _) = blog()?;
    let mut second = Profile {
        user_id: 1,
        ..Profile::default()
    };
    second.insert(&db)?;
    let mut users = User::all(&db)?;
    let loaded = User::PROFILE.load_onto(&db, &mut users);
    assert!(matches!(
        loaded,
        Err(Error::MultipleFound { table: "profiles" })
    ));
    assert!(users.iter().all(|user| !user.profile.is_loaded()));
    assert!(db.query("SELECT 1", &[]).is_ok());
    Ok(())
}

#[test]
fn a_key_that_points_nowhere_is_an_error_when_it_is_asked_for() -> Result<()> {
    let (db, _) = blog()?;
    db.execute("PRAGMA foreign_keys = OFF", &[])?;
    db.execute("UPDATE posts SET user_id = 99 WHERE id = 1", &[])?;
    db.execute("UPDATE comments SET post_id = 99 WHERE id = 1", &[])?;
    for query in [
        Post::query().with(Post::USER),
        Post::query().with(Post::USER.joined()),
    ] {
        let posts = query.order_by(Post::ID).all(&db)?;
        assert!(matches!(
            posts[0].user.get(),
            Err(Error::NotFound { table: "users" })
        ));
        assert_eq!(posts[2].user.get()?.name, "ben");
    }
    let comments = Comment::query()
        .with(Comment::POST)
        .order_by(Comment::ID)
        .all(&db)?;
    assert!(matches!(
        comments[0].post.get(),
        Err(Error::NotFound { table: "posts" })
    ));
    assert!(comments[3].post.get()?.is_none());
    Ok(())
}

#[test]
fn relations_are_loaded_with_every_way_to_run_a_query() -> Result<()> {
    let (db, _) = blog()?;
    let query = User::query().with(User::POSTS).order_by(User::ID);
    assert_eq!(query.first(&db)?.expect("a user").posts.get()?.len(), 2);
    assert_eq!(query.last(&db)?.expect("a user").posts.get()?.len(), 0);
    let ben = query.clone().filter(User::NAME.eq("ben"));
    assert_eq!(ben.one(&db)?.posts.get()?.len(), 1);
    assert_eq!(query.page(&db, 1, 2)?.items[0].posts.get()?.len(), 2);
    assert_eq!(query.keyset(&db, 2)?.items[0].posts.get()?.len(), 2);
    let mut seen = 0;
    query.chunks(&db, 1, |users| {
        seen += users[0].posts.get()?.len();
        Ok(())
    })?;
    assert_eq!(seen, 3);
    let annotated = query.clone().annotate(User::POSTS.count()).all(&db)?;
    assert_eq!((annotated[0].0.posts.get()?.len(), annotated[0].1), (2, 2));
    assert_eq!(
        query.clone().limit(2).subquery().all(&db)?[1]
            .posts
            .get()?
            .len(),
        1
    );
    assert_eq!(query.count(&db)?, 3);
    let joined = Post::query().with(Post::USER.joined()).order_by(Post::ID);
    assert_eq!(joined.keyset(&db, 2)?.items[1].user.get()?.name, "ann");
    assert_eq!(
        joined.annotate(Post::TAGS.count()).all(&db)?[0]
            .0
            .user
            .get()?
            .name,
        "ann"
    );
    Ok(())
}

#[test]
fn rows_one_by_one_cannot_have_relations() -> Result<()> {
    let (db, _) = blog()?;
    let streamed = User::query().with(User::POSTS).for_each(&db, |_| Ok(()));
    assert!(matches!(
        streamed,
        Err(Error::InvalidQuery { table: "users", .. })
    ));
    let selected = User::query().with(User::POSTS).select(User::NAME).all(&db);
    assert!(matches!(
        selected,
        Err(Error::InvalidQuery { table: "users", .. })
    ));
    Ok(())
}

#[test]
fn a_row_that_is_there_twice_gets_its_related_rows_twice() -> Result<()> {
    let (db, _) = blog()?;
    let twice = User::query()
        .join(User::ID.on(Post::USER_ID))
        .with(User::POSTS)
        .order_by(Post::ID);
    let users = twice.all(&db)?;
    let counts: Vec<_> = users
        .iter()
        .map(|user| user.posts.get().map(<[Post]>::len))
        .collect::<Result<_>>()?;
    assert_eq!(counts, [2, 2, 1]);
    Ok(())
}

#[test]
fn keys_beyond_the_limit_of_parameters_take_further_statements() -> Result<()> {
    let (db, _) = recorded(&orm::schema![User, Post, Comment])?;
    User::insert_many(&db, &mut [user("ann")])?;
    let mut posts: Vec<Post> = (0..40_000).map(|_| post(1, "p")).collect();
    Post::insert_many(&db, &mut posts)?;
    Comment::insert_many(&db, &mut [1, 40_000].map(|on| comment(Some(on), "c")))?;
    let query = Post::query()
        .with(Post::COMMENTS.filter(Comment::TEXT.eq("c")))
        .order_by(Post::ID);
    let posts = assert_queries(&db, 3, || query.all(&db))?;
    assert_eq!(posts[0].comments.get()?.len(), 1);
    assert_eq!(posts[39_999].comments.get()?.len(), 1);
    Ok(())
}

#[test]
fn without_rows_nothing_is_loaded() -> Result<()> {
    let (db, _) = blog()?;
    let none = User::query()
        .filter(User::ID.gt(99))
        .with(User::POSTS.with(Post::TAGS));
    assert!(assert_queries(&db, 1, || none.all(&db))?.is_empty());
    assert_queries(&db, 0, || User::POSTS.load_onto(&db, &mut []))?;
    let lost = Comment::query()
        .filter(Comment::ID.eq(4))
        .with(Comment::POST);
    assert!(
        assert_queries(&db, 1, || lost.one(&db))?
            .post
            .get()?
            .is_none()
    );
    Ok(())
}
