//! Adding, removing, saving graphs, and deleting what others depend on.

use orm::prelude::*;
use orm::{BelongsTo, Error, HasMany, ManyToMany, Result};

use super::{Comment, Post, Tag, User, blog, comment, post, tag, titles, user};
use crate::recorder::recorded;

#[test]
fn entities_that_are_added_are_inserted_or_moved() -> Result<()> {
    let (db, log) = blog()?;
    let mut cleo = User::query()
        .with(User::POSTS)
        .filter(User::NAME.eq("cleo"))
        .one(&db)?;
    let moved = Post::get(&db, 3)?;
    log.take();
    User::POSTS.add(&db, &mut cleo, [post(0, "c1"), moved])?;
    let mut statements = log.take();
    statements
        .retain(|statement| statement.starts_with("INSERT") || statement.starts_with("UPDATE"));
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert_eq!(titles(cleo.posts.get()?), ["c1", "b1"]);
    assert!(
        cleo.posts
            .get()?
            .iter()
            .all(|post| post.user_id == 3 && post.id > 0)
    );
    assert_eq!(User::get(&db, 2)?.posts_query().count(&db)?, 0);
    assert_eq!(cleo.posts_query().count(&db)?, 2);
    Ok(())
}

#[test]
fn connections_are_added_once() -> Result<()> {
    let (db, _) = blog()?;
    let mut first = Post::get(&db, 1)?;
    Post::TAGS.add_keys(&db, &mut first, [2, 3, 3])?;
    Post::TAGS.add(&db, &mut first, [Tag::get(&db, 1)?, tag("new")])?;
    assert_eq!(first.tags_query().count(&db)?, 4);
    assert_eq!(
        db.query("SELECT count(*) FROM post_tags", &[])?,
        [[5.into()]]
    );
    Ok(())
}

#[test]
fn removing_takes_the_reference_or_the_connection_away() -> Result<()> {
    let (db, _) = blog()?;
    let mut first = Post::query()
        .with(Post::COMMENTS)
        .with(Post::TAGS)
        .filter(Post::ID.eq(1))
        .one(&db)?;
    assert_eq!(Post::COMMENTS.remove(&db, &mut first, [1, 99])?, 1);
    assert_eq!(first.comments.get()?.len(), 1);
    assert_eq!(Comment::get(&db, 1)?.post_id, None);
    assert_eq!(Post::TAGS.remove(&db, &mut first, [1])?, 1);
    assert_eq!(first.tags.get()?[0].name, "y");
    assert_eq!(Tag::count(&db)?, 3);
    assert_eq!(Post::TAGS.clear(&db, &mut first)?, 1);
    assert!(first.tags.get()?.is_empty());
    assert_eq!(Post::get(&db, 3)?.tags_query().count(&db)?, 1);
    // Posts need a user, and depend on it.
    let mut ann = User::get(&db, 1)?;
    assert_eq!(User::POSTS.remove(&db, &mut ann, [2, 3])?, 1);
    assert_eq!(Post::count(&db)?, 2);
    Ok(())
}

#[test]
fn setting_removes_and_adds_the_difference() -> Result<()> {
    let (db, _) = blog()?;
    let mut first = Post::get(&db, 1)?;
    Post::TAGS.set(&db, &mut first, [Tag::get(&db, 2)?, tag("new")])?;
    let names: Vec<_> = first
        .tags
        .get()?
        .iter()
        .map(|tag| tag.name.clone())
        .collect();
    assert_eq!(names, ["y", "new"]);
    let stored = first
        .tags_query()
        .order_by(Tag::ID)
        .select(Tag::NAME)
        .all(&db)?;
    assert_eq!(stored, ["y", "new"]);
    Post::COMMENTS.set(&db, &mut first, [Comment::get(&db, 4)?])?;
    assert_eq!(first.comments_query().one(&db)?.text, "lost");
    Ok(())
}

#[test]
fn an_owner_that_is_not_saved_has_nothing_to_be_related_to() -> Result<()> {
    let (db, _) = blog()?;
    let mut new = user("new");
    let added = User::POSTS.add(&db, &mut new, [post(0, "x")]);
    assert!(matches!(
        added,
        Err(Error::InvalidQuery { table: "users", .. })
    ));
    let mut ann = User::get(&db, 1)?;
    let added = User::COMMENTS.add(&db, &mut ann, [comment(None, "x")]);
    assert!(matches!(
        added,
        Err(Error::InvalidQuery { table: "users", .. })
    ));
    assert_eq!((Post::count(&db)?, Comment::count(&db)?), (3, 4));
    Ok(())
}

#[test]
fn an_error_while_adding_leaves_nothing_behind() -> Result<()> {
    let (db, _) = blog()?;
    let mut first = Post::query()
        .with(Post::TAGS)
        .filter(Post::ID.eq(1))
        .one(&db)?;
    let added = Post::TAGS.add(&db, &mut first, [tag("new"), tag("x")]);
    assert!(matches!(added, Err(Error::UniqueViolation { .. })));
    assert_eq!((Tag::count(&db)?, first.tags.get()?.len()), (3, 2));
    let unknown = Post::TAGS.add_keys(&db, &mut first, [99]);
    assert!(
        matches!(unknown, Err(Error::ForeignKeyViolation { ref columns, .. }) if columns == &["tag_id"]),
        "{unknown:?}"
    );
    let unknown = User::POSTS.add_keys(&db, &mut User::get(&db, 1)?, [3, 99]);
    assert!(matches!(unknown, Err(Error::NotFound { table: "posts" })));
    assert_eq!(Post::get(&db, 3)?.user_id, 2);
    Ok(())
}

#[test]
fn a_graph_is_saved_in_one_batch_a_level() -> Result<()> {
    let (db, log) = recorded(&orm::schema![User, Post, Comment, Tag])?;
    let mut users: Vec<User> = ["ann", "ben"].map(user).into();
    for user in &mut users {
        let mut posts = vec![post(0, "1"), post(0, "2")];
        posts[0].comments = HasMany::new(vec![comment(None, "c")]);
        posts[0].tags = ManyToMany::new(vec![tag(&format!("of {}", user.name))]);
        user.posts = HasMany::new(posts);
    }
    User::save_graphs(&db, &mut users)?;
    let statements = log.take();
    let batches: Vec<&str> = statements
        .iter()
        .filter(|statement| statement.starts_with("INSERT"))
        .map(|statement| statement.rsplit(" × ").next().unwrap_or_default())
        .collect();
    assert_eq!(batches, ["2", "4", "2", "2", "2"], "{statements:#?}");
    let posts = users[1].posts.get()?;
    assert!(
        posts
            .iter()
            .all(|post| post.user_id == users[1].id && post.id > 0)
    );
    assert_eq!(posts[0].comments.get()?[0].post_id, Some(posts[0].id));
    let stored = User::query()
        .with(User::POSTS.with(Post::TAGS))
        .order_by(User::ID)
        .all(&db)?;
    assert_eq!(stored[1].posts.get()?[0].tags.get()?[0].name, "of ben");
    Ok(())
}

#[test]
fn what_an_entity_refers_to_is_saved_first() -> Result<()> {
    let (db, _) = recorded(&orm::schema![User, Post, Comment, Tag])?;
    let mut written = Comment {
        post: BelongsTo::new(Post {
            user: BelongsTo::new(user("ann")),
            ..post(0, "p")
        }),
        ..comment(None, "c")
    };
    written.save_graph(&db)?;
    assert_eq!(written.post_id, Some(1));
    assert_eq!(written.post.get()?.expect("a post").user_id, 1);
    Ok(())
}

#[test]
fn a_graph_that_cannot_be_saved_is_as_it_was() -> Result<()> {
    let (db, _) = blog()?;
    let mut new = user("new");
    let mut posts = vec![post(0, "1"), post(0, "2")];
    posts[1].tags = ManyToMany::new(vec![tag("fresh"), tag("x")]);
    new.posts = HasMany::new(posts);
    let saved = new.save_graph(&db);
    assert!(
        matches!(saved, Err(Error::UniqueViolation { .. })),
        "{saved:?}"
    );
    assert_eq!(new.id, 0);
    assert!(new.posts.get()?.iter().all(|post| post.id == 0));
    assert_eq!(new.posts.get()?[1].tags.get()?[0].id, 0);
    assert_eq!(
        (User::count(&db)?, Post::count(&db)?, Tag::count(&db)?),
        (3, 3, 3)
    );
    Ok(())
}

#[test]
fn dependents_go_with_the_row() -> Result<()> {
    let (db, _) = blog()?;
    User::get(&db, 1)?.delete(&db)?;
    assert_eq!(
        (User::count(&db)?, Post::count(&db)?, Comment::count(&db)?),
        (2, 1, 2)
    );
    assert_eq!(
        db.query("SELECT count(*) FROM post_tags", &[])?,
        [[1.into()]]
    );
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "shelves")]
struct Shelf {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = shelf_id, dependent = restrict))]
    books: HasMany<Book>,
    #[orm(has_many(key = second_shelf_id, dependent = set_null))]
    doubles: HasMany<Book>,
    #[orm(has_many(key = home_id, dependent = set_default))]
    homes: HasMany<Book>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    shelf_id: Option<i64>,
    second_shelf_id: Option<i64>,
    #[orm(db_default = "7")]
    home_id: i64,
}

#[test]
fn the_rules_of_dependents_are_kept() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Shelf, Book])?;
    Shelf::insert_many(&db, &mut [Shelf::default(), Shelf::default()])?;
    let mut books = [
        Book {
            shelf_id: Some(1),
            ..Book::default()
        },
        Book {
            second_shelf_id: Some(2),
            home_id: 2,
            ..Book::default()
        },
    ];
    Book::insert_many(&db, &mut books)?;
    let refused = Shelf::get(&db, 1)?.delete(&db);
    assert!(matches!(
        refused,
        Err(Error::DeleteRestricted {
            table: "shelves",
            relation: "Shelf::BOOKS"
        })
    ));
    assert_eq!(Shelf::count(&db)?, 2);
    Shelf::get(&db, 2)?.delete(&db)?;
    let book = Book::get(&db, 2)?;
    assert_eq!((book.second_shelf_id, book.home_id), (None, 7));
    Ok(())
}

#[test]
fn the_key_that_was_changed_last_is_saved() -> Result<()> {
    let (db, _) = blog()?;
    let mut first = Post::query()
        .with(Post::USER)
        .filter(Post::ID.eq(1))
        .one(&db)?;
    first.user_id = 2;
    first.save_graph(&db)?;
    assert_eq!((first.user_id, Post::get(&db, 1)?.user_id), (2, 2));
    assert_eq!(first.user(&db)?.name, "ben");
    first.user = BelongsTo::new(User::get(&db, 3)?);
    first.save_graph(&db)?;
    assert_eq!(Post::get(&db, 1)?.user_id, 3);
    first.user = BelongsTo::new(user("dora"));
    first.save_graph(&db)?;
    assert_eq!(first.user(&db)?.name, "dora");
    assert_eq!(Post::get(&db, 1)?.user(&db)?.name, "dora");
    Ok(())
}

#[test]
fn a_graph_that_is_too_deep_is_refused_as_a_whole() -> Result<()> {
    use super::trees::{Employee, company};
    let (db, _) = company()?;
    let mut deep = Employee::default();
    for _ in 0..1000 {
        deep = Employee {
            reports: HasMany::new(vec![deep]),
            ..Employee::default()
        };
    }
    let refused = deep.save_graph(&db);
    assert!(
        matches!(refused, Err(Error::InvalidQuery { .. })),
        "{refused:?}"
    );
    assert_eq!((Employee::count(&db)?, deep.id), (4, 0));
    let below = &deep.reports.get()?[0];
    assert_eq!((below.id, below.manager_id), (0, None));
    let mut low = Employee::default();
    for _ in 0..1000 {
        low = Employee {
            manager: BelongsTo::new(low),
            ..Employee::default()
        };
    }
    assert!(low.save_graph(&db).is_err());
    assert_eq!(Employee::count(&db)?, 4);
    Ok(())
}
