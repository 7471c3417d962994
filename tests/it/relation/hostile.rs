//! Names that are hard to write, names that the library makes itself, and tables that are not there.

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, ManyToMany, Result};

use crate::recorder::recorded;

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "ki\"nd. of'x")]
struct Kind {
    #[orm(primary_key, column = "se\"lect")]
    id: i64,
    #[orm(column = "na.me")]
    name: String,
    #[orm(has_many(dependent = cascade))]
    r#fn: HasMany<Thing>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "order")]
struct Thing {
    #[orm(primary_key, column = "from")]
    id: i64,
    #[orm(column = "group by 'x'")]
    type_id: Option<i64>,
    #[orm(belongs_to)]
    r#type: BelongsTo<Option<Kind>>,
    #[orm(many_to_many(table = "li\"nk s", key = thing, target_key = r#type))]
    r#struct: ManyToMany<Kind>,
}

#[test]
fn names_are_quoted_wherever_they_stand() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Kind, Thing])?;
    let mut kind = Kind {
        name: "k".into(),
        r#fn: HasMany::new(vec![Thing::default(), Thing::default()]),
        ..Kind::default()
    };
    kind.save_graph(&db)?;
    let kinds = Kind::query()
        .with(Kind::FN.limit(1).with(Thing::TYPE.joined()))
        .all(&db)?;
    let things = kinds[0].r#fn.get()?;
    assert_eq!(
        things[0].r#type.get()?.map(|kind| kind.name.as_str()),
        Some("k")
    );
    let thing = Thing::get(&db, 2)?;
    assert_eq!(thing.r#type(&db)?.map(|kind| kind.id), Some(1));
    assert_eq!(thing.type_query().count(&db)?, 1);
    assert_eq!(kind.fn_query().count(&db)?, 2);
    let named = Thing::query().filter(Thing::TYPE.field(Kind::NAME).eq("k"));
    assert_eq!(named.count(&db)?, 2);
    let asked =
        Kind::FN.any(Thing::TYPE.field(Kind::NAME).eq("k") & Thing::STRUCT.none(Kind::ID.gt(0)));
    assert_eq!(Kind::query().filter(asked).count(&db)?, 1);
    let mut thing = thing;
    Thing::STRUCT.add_keys(&db, &mut thing, [1])?;
    Thing::STRUCT.add_keys(&db, &mut thing, [1])?;
    assert_eq!(thing.r#struct(&db)?.len(), 1);
    assert_eq!(Thing::STRUCT.remove(&db, &mut thing, [1])?, 1);
    assert_eq!(Kind::FN.remove(&db, &mut kind, [2])?, 1);
    assert_eq!(named.update(&db, Thing::TYPE_ID.set(None))?, 1);
    Kind::FN.add(&db, &mut kind, [Thing::get(&db, 1)?])?;
    kind.delete(&db)?;
    assert_eq!(Thing::count(&db)?, 1);
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "orm_1")]
struct One {
    #[orm(primary_key)]
    id: i64,
    above_id: Option<i64>,
    #[orm(belongs_to)]
    above: BelongsTo<Option<One>>,
    #[orm(has_many)]
    below: HasMany<One>,
    #[orm(has_many)]
    ways: HasMany<Way>,
    #[orm(has_many(through = ways))]
    others: HasMany<Other>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "orm_via_1")]
struct Way {
    #[orm(primary_key)]
    id: i64,
    one_id: i64,
    #[orm(belongs_to)]
    one: BelongsTo<One>,
    #[orm(has_many)]
    others: HasMany<Other>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "orm_1__above")]
struct Other {
    #[orm(primary_key)]
    id: i64,
    way_id: i64,
    above_id: i64,
    #[orm(belongs_to)]
    way: BelongsTo<Way>,
    #[orm(belongs_to)]
    above: BelongsTo<One>,
}

#[test]
fn tables_may_have_the_names_that_the_library_makes() -> Result<()> {
    let (db, _) = recorded(&orm::schema![One, Way, Other])?;
    for above_id in [None, Some(1), Some(2)] {
        One {
            above_id,
            ..One::default()
        }
        .insert(&db)?;
    }
    Way {
        one_id: 1,
        ..Way::default()
    }
    .insert(&db)?;
    Other {
        way_id: 1,
        above_id: 3,
        ..Other::default()
    }
    .insert(&db)?;
    let deep = One::BELOW.any(One::BELOW.any(One::ID.eq(3)));
    assert_eq!(One::query().filter(deep).one(&db)?.id, 1);
    let all = One::query()
        .with(One::ABOVE.joined().with(One::ABOVE.joined()))
        .with(One::OTHERS.with(Other::ABOVE.joined()))
        .with(One::WAYS)
        .order_by(One::ID)
        .all(&db)?;
    let above = all[2].above.get()?.expect("one above");
    assert_eq!(above.above.get()?.map(|one| one.id), Some(1));
    assert_eq!(all[0].others.get()?[0].above.get()?.id, 3);
    let ways = One::query()
        .filter(One::OTHERS.any(Other::ABOVE.field(One::ABOVE_ID).eq(2)))
        .filter(One::ABOVE.field(One::ID).is_null())
        .one(&db)?;
    assert_eq!(ways.id, 1);
    // The name of the table is that under which the one above is joined.
    let met = Other::query()
        .filter(Other::ABOVE.then(One::ABOVE).field(One::ID).eq(2))
        .join(Other::ABOVE_ID.on(One::ID))
        .filter(One::ABOVE.field(One::ID).eq(2))
        .one(&db)?;
    assert_eq!(met.id, 1);
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(schema = "shop", table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(dependent = cascade))]
    items: HasMany<Item>,
    #[orm(many_to_many(through = Sticker))]
    colors: ManyToMany<Color>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(schema = "shop", table = "items")]
struct Item {
    #[orm(primary_key)]
    id: i64,
    name: String,
    order_id: i64,
    #[orm(belongs_to)]
    order: BelongsTo<Order>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(schema = "shop", table = "colors")]
struct Color {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(schema = "shop", table = "stickers")]
struct Sticker {
    #[orm(primary_key)]
    order_id: i64,
    #[orm(primary_key)]
    color_id: i64,
    #[orm(belongs_to)]
    order: BelongsTo<Order>,
    #[orm(belongs_to(on_delete = cascade))]
    color: BelongsTo<Color>,
}

#[test]
fn tables_of_an_attached_database_are_related() -> Result<()> {
    let db = Database::sqlite_in_memory()
        .init(|connection| Ok(connection.batch("ATTACH ':memory:' AS shop")?))
        .open()?;
    db.create_tables(orm::schema![Order, Item, Color, Sticker])?;
    let item = |name: &str| Item {
        name: name.into(),
        ..Item::default()
    };
    let mut order = Order {
        items: HasMany::new(vec![item("a"), item("b")]),
        colors: ManyToMany::new(vec![Color {
            name: "red".into(),
            ..Color::default()
        }]),
        ..Order::default()
    };
    order.save_graph(&db)?;
    let found = Order::query()
        .with(
            Order::ITEMS
                .order_by(Item::NAME.desc())
                .limit(1)
                .with(Item::ORDER.joined()),
        )
        .with(Order::COLORS)
        .filter(Order::ITEMS.any(Item::ORDER.field(Order::ID).eq(1)) & Order::COLORS.count().eq(1))
        .one(&db)?;
    assert_eq!(found.items.get()?[0].name, "b");
    assert_eq!(found.items.get()?[0].order.get()?.id, 1);
    assert_eq!(found.colors.get()?[0].name, "red");
    let first = Item::query()
        .filter(Item::ORDER.field(Order::ID).eq(1))
        .limit(1);
    assert_eq!(first.update(&db, Item::NAME.set("c"))?, 1);
    assert_eq!(Order::COLORS.clear(&db, &mut order)?, 1);
    order.delete(&db)?;
    assert_eq!((Item::count(&db)?, Order::count(&db)?), (0, 0));
    Ok(())
}

#[test]
fn a_table_that_is_not_there_is_an_error_like_any_other() -> Result<()> {
    use super::{Post, Tag, User, post, user};
    let db = Database::open("sqlite::memory:")?;
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";
    db.execute(sql, &[])?;
    user("ann").insert(&db)?;
    let mut ann = User::get(&db, 1)?;
    let unknown = |result: Result<()>| match result {
        Err(Error::UnknownTable { .. }) => {}
        other => panic!("{other:?}"),
    };
    unknown(User::query().with(User::POSTS).all(&db).map(drop));
    unknown(User::query().with(User::COMMENTS).all(&db).map(drop));
    unknown(
        User::query()
            .filter(User::POSTS.exists())
            .all(&db)
            .map(drop),
    );
    unknown(ann.posts(&db).map(drop));
    unknown(User::POSTS.load_onto(&db, std::slice::from_mut(&mut ann)));
    unknown(User::POSTS.add(&db, &mut ann, [post(0, "x")]));
    unknown(User::POSTS.clear(&db, &mut ann).map(drop));
    unknown(ann.delete(&db));
    assert!(ann.posts.is_unloaded());
    db.execute(
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, stars INT, user_id INT)",
        &[],
    )?;
    post(1, "x").insert(&db)?;
    let mut first = Post::get(&db, 1)?;
    unknown(Post::query().with(Post::TAGS).all(&db).map(drop));
    unknown(Post::TAGS.add_keys(&db, &mut first, [1]));
    db.execute("CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT)", &[])?;
    unknown(
        Tag::query()
            .with(Tag::POSTS)
            .filter(Tag::POSTS.exists())
            .all(&db)
            .map(drop),
    );
    assert_eq!(
        User::query().with(User::POSTS).one(&db)?.posts.get()?.len(),
        1
    );
    Ok(())
}
