//! Conditions, orders and values across relations.

use orm::prelude::*;
use orm::{Error, Result};

use super::trees::Employee;
use super::{Comment, Post, Tag, User, blog, titles};

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.name.as_str()).collect()
}

#[test]
fn a_column_of_a_related_row_joins_its_table() -> Result<()> {
    let (db, log) = blog()?;
    let by_ann = Post::query()
        .filter(Post::USER.field(User::NAME).eq("ann"))
        .order_by(Post::ID);
    assert_eq!(titles(&by_ann.all(&db)?), ["a1", "a2"]);
    let statement = &log.take()[0];
    assert!(
        statement.ends_with(r#"FROM "posts" JOIN "users" AS "posts__user" ON "posts__user"."id" = "posts"."user_id" WHERE "posts__user"."name" = ? ORDER BY "posts"."id""#),
        "{statement}"
    );
    Ok(())
}

#[test]
fn what_may_be_absent_is_joined_from_outside_and_is_an_option() -> Result<()> {
    let (db, log) = blog()?;
    let rows: Vec<(String, Option<String>, Option<String>)> = Comment::query()
        .order_by(Comment::ID)
        .select((
            Comment::TEXT,
            Comment::POST.field(Post::TITLE),
            Comment::POST.then(Post::USER).field(User::NAME),
        ))
        .all(&db)?;
    assert_eq!(
        rows[0],
        ("first".into(), Some("a1".into()), Some("ann".into()))
    );
    assert_eq!(rows[3], ("lost".into(), None, None));
    let statement = &log.take()[0];
    assert!(
        statement.contains(r#"LEFT JOIN "posts" AS "comments__post""#),
        "{statement}"
    );
    assert!(statement.contains(r#"LEFT JOIN "users" AS "comments__post__user" ON "comments__post__user"."id" = "comments__post"."user_id""#), "{statement}");
    assert_eq!(statement.matches("JOIN").count(), 2, "{statement}");
    Ok(())
}

#[test]
fn a_related_column_sorts_groups_counts_updates_and_deletes() -> Result<()> {
    let (db, _) = blog()?;
    let author = Post::USER.field(User::NAME);
    let posts = Post::query()
        .order_by((author.clone().desc(), Post::ID))
        .all(&db)?;
    assert_eq!(titles(&posts), ["b1", "a1", "a2"]);
    let groups = Post::query()
        .group_by(author.clone())
        .select((author.clone(), orm::func::count()))
        .order_by(author.clone())
        .all(&db)?;
    assert_eq!(groups, [("ann".to_owned(), 2), ("ben".to_owned(), 1)]);
    assert_eq!(
        Post::query().filter(author.clone().eq("ann")).count(&db)?,
        2
    );
    assert!(Post::query().filter(author.clone().eq("ben")).exists(&db)?);
    let by_ben = Post::query().filter(author.clone().eq("ben") & Post::ID.gt(0));
    assert_eq!(by_ben.update(&db, Post::TITLE.set("changed"))?, 1);
    assert_eq!(Post::get(&db, 3)?.title, "changed");
    let lost = Comment::query().filter(Comment::POST.then(Post::USER).field(User::NAME).eq("ben"));
    assert_eq!(lost.delete(&db)?, 1);
    assert_eq!(Comment::count(&db)?, 3);
    let assigned = Post::query()
        .all_rows()
        .update(&db, Post::TITLE.set(author));
    assert!(
        matches!(assigned, Err(Error::InvalidQuery { .. })),
        "{assigned:?}"
    );
    Ok(())
}

#[test]
fn to_many_relations_are_asked_by_subqueries() -> Result<()> {
    let (db, log) = blog()?;
    let users = |condition| User::query().filter(condition).order_by(User::ID).all(&db);
    assert_eq!(
        names(&users(User::POSTS.any(Post::TITLE.eq("b1")))?),
        ["ben"]
    );
    assert_eq!(
        names(&users(User::POSTS.none(Post::TITLE.eq("b1")))?),
        ["ann", "cleo"]
    );
    assert_eq!(
        names(&users(User::POSTS.every(Post::TITLE.starts_with("a")))?),
        ["ann", "cleo"]
    );
    assert_eq!(names(&users(User::POSTS.exists())?), ["ann", "ben"]);
    assert_eq!(names(&users(User::POSTS.count().eq(0))?), ["cleo"]);
    assert_eq!(
        names(&users(User::COMMENTS.any(Comment::TEXT.eq("third")))?),
        ["ben"]
    );
    assert_eq!(
        names(&users(User::POSTS.any(Post::TAGS.any(Tag::NAME.eq("x"))))?),
        ["ann"]
    );
    let statement = log.take().pop().expect("a statement");
    assert!(
        statement.contains(r#"EXISTS (SELECT "posts"."id""#),
        "{statement}"
    );
    Ok(())
}

#[test]
fn every_is_not_met_by_a_row_for_which_it_is_unknown() -> Result<()> {
    let (db, _) = blog()?;
    Post::query()
        .filter(Post::ID.eq(1))
        .update(&db, Post::STARS.set(5))?;
    let liked = User::query()
        .filter(User::POSTS.every(Post::STARS.gt(3)))
        .order_by(User::ID);
    assert_eq!(names(&liked.all(&db)?), ["cleo"]);
    Ok(())
}

#[test]
fn aggregates_over_two_relations_do_not_multiply_each_other() -> Result<()> {
    let (db, _) = blog()?;
    Post::query()
        .all_rows()
        .update(&db, Post::STARS.set(Post::ID))?;
    let rows = User::query()
        .order_by(User::ID)
        .select((
            User::NAME,
            User::POSTS.count(),
            User::COMMENTS.count(),
            User::POSTS.sum(Post::STARS),
        ))
        .all(&db)?;
    assert_eq!(rows[0], ("ann".into(), 2, 2, Some(3)));
    assert_eq!(rows[1], ("ben".into(), 1, 1, Some(3)));
    assert_eq!(rows[2], ("cleo".into(), 0, 0, None));
    let busiest = User::query()
        .order_by(User::POSTS.count().desc())
        .first(&db)?;
    assert_eq!(busiest.expect("a user").name, "ann");
    Ok(())
}

#[test]
fn a_table_that_is_asked_about_itself_gets_another_name_inside() -> Result<()> {
    let (db, log) = super::trees::company()?;
    let above_jane = Employee::REPORTS.any(Employee::REPORTS.any(Employee::NAME.eq("jane")));
    let found = Employee::query().filter(above_jane).all(&db)?;
    assert_eq!(found[0].name, "andrew");
    let statement = log.take().pop().expect("a statement");
    assert!(
        statement.contains(r#"FROM "employees" AS "orm_1" WHERE"#),
        "{statement}"
    );
    assert!(
        statement.contains(r#""orm_2"."manager_id" = "orm_1"."id""#),
        "{statement}"
    );
    let managers = Employee::query().filter(Employee::MANAGER.field(Employee::NAME).eq("nancy"));
    assert_eq!(managers.one(&db)?.name, "jane");
    Ok(())
}
