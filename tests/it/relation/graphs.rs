//! Graphs that are saved: what is put in place of something, what is moved, and what is refused.

use orm::prelude::*;
use orm::testing::count_queries;
use orm::{BelongsTo, Database, Error, HasMany, HasOne, ManyToMany, Result};

use super::{Comment, Post, Profile, User, blog, comment, post, titles, user};

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "makers")]
struct Maker {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "records")]
struct Record {
    #[orm(primary_key)]
    id: i64,
    name: String,
    maker_id: Option<i64>,
    #[orm(belongs_to)]
    maker: BelongsTo<Option<Maker>>,
}

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "songs")]
struct Song {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    record_id: i64,
    #[orm(belongs_to)]
    record: BelongsTo<Record>,
}

fn song(name: &str, record: Record) -> Song {
    Song {
        name: name.into(),
        record: BelongsTo::new(record),
        ..Song::default()
    }
}

fn record(name: &str) -> Record {
    let maker = Maker {
        name: format!("maker of {name}"),
        ..Maker::default()
    };
    Record {
        name: name.into(),
        maker: BelongsTo::new(maker),
        ..Record::default()
    }
}

fn songs() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Maker, Record, Song])?;
    Song::save_graphs(
        &db,
        &mut [song("one", record("a")), song("two", record("b"))],
    )?;
    Ok(db)
}

#[test]
fn what_was_loaded_stays_when_a_graph_with_a_changed_key_cannot_be_saved() -> Result<()> {
    let db = songs()?;
    let loaded = Song::RECORD.with(Record::MAKER);
    let mut graph = Song::query().with(loaded).order_by(Song::ID).all(&db)?;
    graph[0].record_id = 2;
    graph.push(song("two", record("c")));
    assert!(matches!(
        Song::save_graphs(&db, &mut graph),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!((graph[2].id, graph[2].record_id), (0, 0));
    let new = graph[2].record.get()?;
    assert_eq!((new.id, new.maker_id), (0, None));
    assert_eq!(new.maker.get()?.map(|maker| maker.id), Some(0));
    assert_eq!(graph[0].record_id, 2);
    assert!(graph[0].record.is_loaded());

    graph[2].name = "three".into();
    Song::save_graphs(&db, &mut graph)?;
    assert!(!graph[0].record.is_loaded(), "the key was changed last");
    assert!(graph[1].record.is_loaded());
    let of_records = Song::query()
        .order_by(Song::ID)
        .select(Song::RECORD_ID)
        .all(&db)?;
    assert_eq!(of_records, [2, 2, 3]);
    Ok(())
}

#[test]
fn a_reference_to_nothing_is_stored_as_null() -> Result<()> {
    let db = songs()?;
    let mut first = Record::get(&db, 1)?;
    assert_eq!(first.maker_id, Some(1));
    first.maker = BelongsTo::none();
    first.save_graph(&db)?;
    assert_eq!(
        (first.maker_id, Record::get(&db, 1)?.maker_id),
        (None, None)
    );
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "persons")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_one(key = person_id))]
    badge: HasOne<Option<Badge>>,
    #[orm(has_one(key = person_id, dependent = cascade))]
    desk: HasOne<Option<Desk>>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "badges")]
struct Badge {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(unique)]
    person_id: Option<i64>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "desks")]
struct Desk {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    person_id: i64,
}

fn badge(text: &str) -> Badge {
    Badge {
        text: text.into(),
        ..Badge::default()
    }
}

#[test]
fn what_is_put_in_place_of_the_one_row_disconnects_it() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Person, Badge, Desk])?;
    let mut ann = Person {
        badge: HasOne::new(badge("first")),
        desk: HasOne::new(Desk::default()),
        ..Person::default()
    };
    ann.save_graph(&db)?;

    let mut ann = Person::get(&db, 1)?;
    ann.badge = HasOne::new(badge("second"));
    ann.desk = HasOne::new(Desk::default());
    ann.save_graph(&db)?;
    let loaded = Person::query()
        .with(Person::BADGE)
        .with(Person::DESK)
        .one(&db)?;
    assert_eq!(
        loaded.badge.get()?.map(|badge| badge.text.as_str()),
        Some("second")
    );
    assert_eq!(
        Badge::get(&db, 1)?.person_id,
        None,
        "it may stay without an owner"
    );
    assert_eq!(Desk::count(&db)?, 1, "it may not");

    let mut ann = Person::get(&db, 1)?;
    ann.badge = HasOne::none();
    ann.save_graph(&db)?;
    assert_eq!(Badge::get(&db, 2)?.person_id, None);
    let (_, statements) = count_queries(&db, || Person::default().save_graph(&db));
    assert!(
        statements <= 3,
        "new owners have nothing to disconnect: {statements}"
    );
    Ok(())
}

#[test]
fn rows_that_are_moved_take_a_statement_for_each_owner() -> Result<()> {
    let (db, log) = blog()?;
    let mut posts: Vec<Post> = (0..100).map(|nth| post(2, &format!("p{nth}"))).collect();
    Post::insert_many(&db, &mut posts)?;
    let mut ann = User::get(&db, 1)?;
    ann.posts = HasMany::new(posts);
    log.take();
    ann.save_graph(&db)?;
    let statements = log.take();
    assert!(statements.len() <= 5, "{statements:#?}");
    assert_eq!(ann.posts_query().count(&db)?, 102);
    Ok(())
}

#[test]
fn a_row_that_is_not_there_cannot_be_moved() -> Result<()> {
    let (db, _) = blog()?;
    let mut ann = User::get(&db, 1)?;
    ann.posts = HasMany::new(vec![Post {
        id: 999,
        ..post(0, "ghost")
    }]);
    assert!(matches!(
        ann.save_graph(&db),
        Err(Error::NotFound { table: "posts" })
    ));
    assert_eq!(ann.posts.get()?[0].user_id, 0);
    Ok(())
}

#[test]
fn a_new_row_that_is_related_over_others_is_refused() -> Result<()> {
    let (db, _) = blog()?;
    let mut ann = User::get(&db, 1)?;
    ann.comments = HasMany::new(vec![comment(None, "whose post?")]);
    assert!(matches!(
        ann.save_graph(&db),
        Err(Error::InvalidQuery { table: "users", .. })
    ));
    assert_eq!(Comment::count(&db)?, 4);
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = order_id, dependent = cascade))]
    lines: HasMany<Line>,
}

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    order_id: i64,
    #[orm(primary_key)]
    nr: i64,
    text: String,
}

fn line(order_id: i64, nr: i64) -> Line {
    Line {
        order_id,
        nr,
        text: format!("{order_id}.{nr}"),
    }
}

#[test]
fn a_row_whose_key_has_the_reference_is_not_moved() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Order, Line])?;
    let mut first = Order {
        lines: HasMany::new(vec![line(0, 1), line(0, 2)]),
        ..Order::default()
    };
    first.save_graph(&db)?;
    let mut second = Order::default();
    second.save(&db)?;

    let moved = Line::get(&db, (1, 1))?;
    let refused = Order::LINES.add(&db, &mut second, [moved.clone()]);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery { table: "lines", .. })
    ));
    second.lines = HasMany::new(vec![moved]);
    let refused = second.save_graph(&db);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery { table: "lines", .. })
    ));
    assert_eq!(second.lines.get()?[0].order_id, 1);
    assert_eq!(Line::count(&db)?, 2);

    Order::LINES.add(&db, &mut second, [line(0, 1)])?;
    assert_eq!(Line::count(&db)?, 3);
    Ok(())
}

#[test]
fn nothing_is_related_to_an_entity_without_a_key() -> Result<()> {
    let (db, _) = blog()?;
    db.execute("PRAGMA foreign_keys = OFF", &[])?;
    post(0, "of nobody").insert(&db)?;
    let new = user("new");
    assert_eq!(new.posts_query().count(&db)?, 0);
    assert!(new.posts(&db)?.is_empty());
    let mut users = [user("new"), User::get(&db, 1)?];
    User::POSTS.load_onto(&db, &mut users)?;
    assert!(users[0].posts.get()?.is_empty());
    assert_eq!(titles(users[1].posts.get()?), ["a1", "a2"]);
    Ok(())
}

#[test]
fn a_row_that_is_gone_takes_nothing_with_it() -> Result<()> {
    let (db, _) = blog()?;
    let profile = Profile::get(&db, 1)?;
    let ann = User::get(&db, 1)?;
    db.execute("PRAGMA foreign_keys = OFF", &[])?;
    db.execute("DELETE FROM users WHERE id = 1", &[])?;
    assert!(matches!(
        ann.delete(&db),
        Err(Error::NotFound { table: "users" })
    ));
    assert_eq!(Post::query().filter(Post::USER_ID.eq(1)).count(&db)?, 2);
    profile.delete(&db)?;
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "lefts")]
struct Left {
    #[orm(primary_key)]
    id: i64,
    #[orm(many_to_many(inverse = lefts))]
    rights: ManyToMany<Right>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "rights")]
struct Right {
    #[orm(primary_key)]
    id: i64,
    #[orm(many_to_many(inverse = rights))]
    lefts: ManyToMany<Left>,
}

#[test]
fn two_relations_that_are_the_inverse_of_each_other_are_refused() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    let is_refused = |error: Option<Error>| match error {
        Some(Error::InvalidMapping {
            table: "lefts",
            reason,
        }) => reason.starts_with("Left::RIGHTS and the relation that it is the inverse of"),
        _ => false,
    };
    assert!(is_refused(
        db.create_tables(orm::schema![Left, Right]).err()
    ));
    for table in ["lefts", "rights"] {
        db.execute(
            orm::Sql::trusted(format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY)")),
            &[],
        )?;
    }
    let mut left = Left::default();
    left.save(&db)?;
    assert!(is_refused(Left::query().with(Left::RIGHTS).all(&db).err()));
    assert!(is_refused(left.rights(&db).err()));
    assert!(matches!(
        left.rights_query().all(&db),
        Err(Error::InvalidQuery {
            table: "rights",
            ..
        })
    ));
    let any = Left::query().filter(Left::RIGHTS.exists()).count(&db);
    assert!(matches!(any, Err(Error::InvalidQuery { .. })), "{any:?}");
    left.rights = ManyToMany::new(vec![Right::default()]);
    left.save_graph(&db)?; // nothing says how they would be connected
    Ok(())
}
