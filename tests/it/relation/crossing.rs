//! Relations in every other part of a query.

use orm::func::{case, count, exists};
use orm::prelude::*;
use orm::{Error, Result, Window, func};

use super::trees::{Employee, company};
use super::{Comment, Post, Tag, User, blog, titles};

fn author() -> orm::Expr<Post, String> {
    Post::USER.field(User::NAME)
}

fn refused<T>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::InvalidQuery { reason, .. }) => reason,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[test]
fn relations_are_loaded_for_the_rows_of_sets_and_for_different_rows() -> Result<()> {
    let (db, _) = blog()?;
    for load in [Post::USER.select_in(), Post::USER.joined()] {
        let first = Post::query().filter(Post::ID.eq(1)).with(load.clone());
        let all = first.union(Post::query().filter(Post::ID.eq(3))).all(&db)?;
        let mut names: Vec<&str> = all
            .iter()
            .map(|post| Ok(post.user.get()?.name.as_str()))
            .collect::<Result<_>>()?;
        names.sort_unstable();
        assert_eq!(names, ["ann", "ben"]);
        let twice = Post::query()
            .join(Post::ID.on(Comment::POST_ID))
            .with(load)
            .distinct()
            .order_by(Post::ID);
        let posts = twice.all(&db)?;
        assert_eq!(titles(&posts), ["a1", "b1"]);
        assert_eq!(posts[0].user.get()?.name, "ann");
        assert_eq!(twice.count(&db)?, 2);
    }
    Ok(())
}

#[test]
fn the_sql_of_a_query_is_that_of_its_joins_too() -> Result<()> {
    let (db, log) = blog()?;
    let query = Post::query().with(Post::USER.joined()).order_by(Post::ID);
    query.all(&db)?;
    assert_eq!(log.take(), [query.to_sql(&db)?.0]);
    assert_eq!(query.explain(&db)?.steps.len(), 2);
    Ok(())
}

#[test]
fn loads_stand_beside_joins_and_other_names() -> Result<()> {
    let (db, _) = blog()?;
    let writer = User::alias("writer");
    let posts = Post::query()
        .join(Post::USER_ID.on(writer.column(User::ID)))
        .with(Post::USER.joined())
        .with(Post::TAGS)
        .filter(writer.column(User::NAME).eq("ann"))
        .order_by((author(), Post::ID))
        .all(&db)?;
    assert_eq!(titles(&posts), ["a1", "a2"]);
    assert_eq!(posts[1].user.get()?.name, "ann");
    let p = Post::alias("p");
    let posts = p
        .query()
        .with(Post::USER.joined())
        .with(Post::TAGS)
        .filter(p.column(Post::ID).eq(3))
        .all(&db)?;
    assert_eq!(posts[0].user.get()?.name, "ben");
    assert_eq!(posts[0].tags.get()?.len(), 1);
    Ok(())
}

#[test]
fn names_that_are_taken_are_not_taken_again() -> Result<()> {
    let (db, _) = blog()?;
    // The name that the table of the author would be joined under.
    let other = User::alias("posts__user");
    let rows = Post::query()
        .join(Post::ID.on(other.column(User::ID)))
        .filter(author().eq("ann"))
        .order_by(Post::ID)
        .select((Post::TITLE, author(), other.column(User::NAME)))
        .all(&db)?;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1], ("a2".into(), "ann".into(), "ben".into()));
    Ok(())
}

#[test]
fn a_way_of_the_query_around_is_another_one_than_that_inside() -> Result<()> {
    let (db, _) = company()?;
    let boss = || Employee::MANAGER.field(Employee::NAME);
    // Somebody whose report has a boss of another name than the one's own.
    let around_first = Employee::REPORTS.any(boss().outer().ne(boss().joined()));
    let found = Employee::query().filter(around_first).all(&db)?;
    assert_eq!(
        found
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>(),
        ["nancy"]
    );
    let inside_first = Employee::REPORTS.any(boss().joined().ne(boss().outer()));
    match Employee::query().filter(inside_first).all(&db) {
        Ok(found) => assert_eq!(found[0].name, "nancy"),
        Err(Error::InvalidQuery { reason, .. }) => {
            assert_eq!(
                reason,
                "it is inside and around: give the query inside an alias"
            );
        }
        Err(other) => return Err(other),
    }
    Ok(())
}

#[test]
fn related_columns_stand_in_every_kind_of_expression() -> Result<()> {
    let (db, _) = blog()?;
    let on = Comment::POST.field(Post::TITLE);
    let label = case()
        .when(on.clone().eq("a1"), "first")
        .when(on.clone().is_null(), "none")
        .otherwise(on.clone().coalesce("?"));
    let rows = Comment::query()
        .order_by((on.clone().desc().nulls_first(), Comment::ID))
        .select((Comment::TEXT, label))
        .all(&db)?;
    let labels: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    assert_eq!(labels, ["none", "b1", "first", "first"]);

    let by_author = Window::partition_by(author()).order_by(Post::ID.desc());
    let ranked = Post::query()
        .order_by(Post::ID)
        .select((Post::TITLE, func::row_number().over(by_author.clone())))
        .all(&db)?;
    let numbers: Vec<i64> = ranked.iter().map(|row| row.1).collect();
    assert_eq!(numbers, [2, 1, 1]);
    let newest = Post::query()
        .with(Post::USER)
        .qualify(func::row_number().over(by_author).eq(1))
        .order_by(Post::ID)
        .all(&db)?;
    assert_eq!(titles(&newest), ["a2", "b1"]);
    assert_eq!(newest[1].user.get()?.name, "ben");

    let busy = Post::query()
        .group_by(author())
        .having(count().gt(1))
        .select((author(), count()))
        .all(&db)?;
    assert_eq!(busy, [("ann".to_owned(), 2)]);
    let total = Post::query()
        .filter(author().eq("ann"))
        .aggregate(&db, (count(), author().max()))?;
    assert_eq!(total, (2, Some("ann".into())));
    assert_eq!(Post::query().select(author()).distinct().count(&db)?, 2);
    Ok(())
}

#[test]
fn a_subquery_uses_related_columns_of_the_query_around() -> Result<()> {
    let (db, _) = blog()?;
    let same_name = User::query().filter(User::NAME.eq(author().outer()) & User::ID.gt(1));
    let posts = Post::query().filter(exists(same_name)).all(&db)?;
    assert_eq!(titles(&posts), ["b1"]);
    let ids = Comment::query()
        .filter(Comment::POST.then(Post::USER).field(User::NAME).eq("ann"))
        .select(Comment::POST_ID);
    let posts = Post::query()
        .filter(Post::ID.nullable().is_in_query(ids))
        .all(&db)?;
    assert_eq!(titles(&posts), ["a1"]);
    Ok(())
}

#[test]
fn the_condition_of_a_join_cannot_reach_further_tables() -> Result<()> {
    let (db, _) = blog()?;
    let on = Post::ID.on(Comment::POST_ID).and(author().eq("ann"));
    let reason = refused(Post::query().join(on).all(&db));
    assert!(reason.contains("related column"), "{reason}");
    // A question is a query of its own.
    let on = Post::ID
        .on(Comment::POST_ID)
        .and(Post::TAGS.any(Tag::NAME.eq("x")));
    assert_eq!(Post::query().join(on).count(&db)?, 2);
    Ok(())
}

#[test]
fn changes_find_their_rows_by_related_columns_and_limits() -> Result<()> {
    let (db, _) = blog()?;
    let by_ann = Post::query().filter(author().eq("ann"));
    assert_eq!(
        by_ann
            .clone()
            .order_by(Post::ID.desc())
            .limit(1)
            .update(&db, Post::TITLE.set("late"))?,
        1
    );
    assert_eq!(Post::get(&db, 2)?.title, "late");
    let commented = Comment::query()
        .filter(Comment::POST.field(Post::TITLE).is_not_null())
        .order_by(Comment::POST.field(Post::TITLE).desc())
        .limit(1);
    assert_eq!(commented.delete(&db)?, 1);
    assert_eq!(Comment::find(&db, 3)?.map(|comment| comment.text), None);
    let loved = User::query().filter(User::POSTS.any(Post::TAGS.any(Tag::NAME.eq("x"))));
    assert_eq!(loved.update(&db, User::NAME.set("loved"))?, 1);
    assert_eq!(User::get(&db, 1)?.name, "loved");
    Ok(())
}

#[test]
fn pages_and_chunks_load_and_are_sorted_by_related_columns() -> Result<()> {
    let (db, _) = blog()?;
    let on = Comment::POST.field(Post::TITLE);
    let query = Comment::query()
        .with(Comment::POST.joined().with(Post::USER))
        .order_by((on.desc(), Comment::ID));
    let (mut seen, mut next) = (Vec::new(), query.clone());
    loop {
        let page = next.keyset(&db, 1)?;
        for comment in &page.items {
            let post = comment.post.get()?;
            let by = post.map(|post| post.user.get().map(|user| user.name.clone()));
            seen.push((comment.id, by.transpose()?));
        }
        let Some(cursor) = page.next else { break };
        next = query.clone().after(&cursor)?;
    }
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(
        seen,
        [
            (3, name("ben")),
            (1, name("ann")),
            (2, name("ann")),
            (4, None)
        ]
    );
    let mut sizes = Vec::new();
    query.chunks(&db, 3, |comments| {
        sizes.push(comments.len());
        assert!(comments.iter().all(|comment| comment.post.is_loaded()));
        Ok(())
    })?;
    assert_eq!(sizes, [3, 1]);
    let page = query.page(&db, 2, 2)?;
    assert_eq!((page.items.len(), page.total), (2, 4));
    assert!(page.items[1].post.get()?.is_none());
    Ok(())
}

#[test]
fn two_ways_to_one_table_do_not_meet() -> Result<()> {
    let (db, _) = company()?;
    let (boss, above) = (
        Employee::MANAGER.field(Employee::NAME),
        Employee::MANAGER
            .then(Employee::MANAGER)
            .field(Employee::NAME),
    );
    let rows = Employee::query()
        .order_by(Employee::ID)
        .select((Employee::NAME, boss, above, Employee::REPORTS.count()))
        .all(&db)?;
    assert_eq!(
        rows[3],
        (
            "jane".into(),
            Some("nancy".into()),
            Some("andrew".into()),
            0
        )
    );
    assert_eq!(rows[0], ("andrew".into(), None, None, 2));
    let joined = Employee::query()
        .with(Employee::MANAGER.joined().with(Employee::MANAGER.joined()))
        .filter(Employee::MANAGER.field(Employee::NAME).eq("nancy"))
        .one(&db)?;
    let nancy = joined.manager.get()?.expect("nancy");
    assert_eq!(nancy.manager.get()?.map(|boss| boss.id), Some(1));
    Ok(())
}

#[test]
fn questions_go_three_levels_into_the_same_table() -> Result<()> {
    let (db, _) = company()?;
    let below = |condition| Employee::REPORTS.any(condition);
    let none = below(below(below(Employee::ID.gt(0)))).not();
    assert_eq!(Employee::query().filter(none).count(&db)?, 4);
    let two = below(below(
        Employee::NAME.eq("jane") & Employee::MANAGER.field(Employee::NAME).eq("nancy"),
    ));
    assert_eq!(Employee::query().filter(two).one(&db)?.name, "andrew");
    let like_above = Employee::REPORTS.any(Employee::MANAGER_ID.eq(Employee::ID.outer()));
    assert_eq!(Employee::query().filter(like_above).count(&db)?, 2);
    Ok(())
}

#[test]
fn limits_of_a_scope_are_those_of_each_row() -> Result<()> {
    let (db, _) = blog()?;
    let one = User::POSTS.order_by(Post::ID.desc()).limit(1);
    let users = User::query()
        .with(one.clone())
        .order_by(User::ID)
        .all(&db)?;
    assert_eq!(titles(users[0].posts.get()?), ["a2"]);
    let second = User::POSTS.order_by(Post::ID).offset(1).exists();
    assert_eq!(User::query().filter(second).one(&db)?.name, "ann");
    let reason = refused(User::query().select(one.count()).all(&db));
    assert!(reason.contains("limit"), "{reason}");
    Ok(())
}

#[test]
fn texts_stay_values() -> Result<()> {
    let (db, log) = blog()?;
    for text in [
        "'",
        "\"",
        "'; DROP TABLE posts; --",
        "\\",
        "%",
        "?",
        "a1' OR 1=1 --",
    ] {
        log.take();
        let users = User::query()
            .with(User::POSTS.filter(Post::TITLE.eq(text)).limit(1))
            .with(User::COMMENTS.filter(Comment::TEXT.contains(text)))
            .filter(User::POSTS.none(Post::TAGS.any(Tag::NAME.eq(text))))
            .filter(User::POSTS.count().ge(0))
            .all(&db)?;
        assert_eq!(users.len(), 3);
        assert!(
            users
                .iter()
                .all(|user| user.posts.get().is_ok_and(<[Post]>::is_empty))
        );
        let found = Post::query().filter(author().eq(text)).count(&db)?;
        assert_eq!(found, 0);
        for statement in log.take() {
            assert!(
                !statement.contains("DROP") && !statement.contains("1=1"),
                "{statement}"
            );
        }
    }
    assert_eq!(Post::count(&db)?, 3);
    Ok(())
}

#[test]
fn groups_have_no_relations() -> Result<()> {
    let (db, _) = blog()?;
    let groups = User::query()
        .with(User::POSTS)
        .group_by(User::NAME)
        .select((User::NAME, count()));
    let reason = refused(groups.all(&db));
    assert!(reason.contains("relations"), "{reason}");
    let set = User::query().union(User::query().with(User::POSTS));
    let reason = refused(set.all(&db));
    assert!(reason.contains("relations"), "{reason}");
    let changed = User::query().with(User::POSTS).filter(User::ID.eq(1));
    assert_eq!(changed.update(&db, User::NAME.set("x"))?, 1);
    Ok(())
}
