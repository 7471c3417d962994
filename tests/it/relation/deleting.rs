//! Deleting what others depend on: diamonds, circles, deep trees, and what is refused.

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, Result};

use crate::recorder::{Log, recorded};

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "nodes")]
struct Node {
    #[orm(primary_key)]
    id: i64,
    #[orm(index)]
    above_id: Option<i64>,
    #[orm(readonly, db_default = "0")]
    below_count: i64,
    #[orm(belongs_to(counter_cache = below_count))]
    above: BelongsTo<Option<Node>>,
    #[orm(has_many(dependent = cascade))]
    below: HasMany<Node>,
}

fn nodes(above: &[Option<i64>]) -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Node])?;
    let mut nodes: Vec<Node> = above
        .iter()
        .map(|&above_id| Node {
            above_id,
            ..Node::default()
        })
        .collect();
    Node::insert_many(&db, &mut nodes)?;
    log.take();
    Ok((db, log))
}

#[test]
fn ten_thousand_levels_are_deleted() -> Result<()> {
    let chain: Vec<Option<i64>> = (0..10_000).map(|nth| (nth > 0).then_some(nth)).collect();
    let (db, log) = nodes(&chain)?;
    Node::get(&db, 2)?.delete(&db)?;
    assert_eq!(Node::count(&db)?, 1);
    assert_eq!(Node::get(&db, 1)?.below_count, 0);
    let deletes = log.take();
    let deletes = deletes.iter().filter(|sql| sql.starts_with("DELETE"));
    assert!(deletes.count() <= 2);
    Ok(())
}

#[test]
fn a_circle_of_rows_goes_at_once() -> Result<()> {
    let (db, _) = nodes(&[None, Some(1), Some(2), Some(2)])?;
    db.execute("UPDATE nodes SET above_id = 3 WHERE id = 1", &[])?;
    Node::get(&db, 2)?.delete(&db)?;
    assert_eq!(Node::count(&db)?, 0);
    let (db, _) = nodes(&[None, None])?;
    db.execute("UPDATE nodes SET above_id = id", &[])?;
    Node::get(&db, 1)?.delete(&db)?;
    assert_eq!(Node::count(&db)?, 1);
    assert!(!Node::delete_by_key(&db, 77)?);
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "tops")]
struct Top {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(dependent = cascade))]
    lefts: HasMany<Left>,
    #[orm(has_many(dependent = cascade))]
    rights: HasMany<Right>,
    #[orm(has_many(dependent = restrict))]
    bottoms: HasMany<Bottom>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "lefts")]
struct Left {
    #[orm(primary_key)]
    id: i64,
    top_id: i64,
    #[orm(belongs_to)]
    top: BelongsTo<Top>,
    #[orm(has_many(dependent = cascade))]
    bottoms: HasMany<Bottom>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "rights")]
struct Right {
    #[orm(primary_key)]
    id: i64,
    top_id: i64,
    #[orm(belongs_to)]
    top: BelongsTo<Top>,
    #[orm(has_many(dependent = set_null))]
    bottoms: HasMany<Bottom>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "bottoms")]
struct Bottom {
    #[orm(primary_key)]
    id: i64,
    top_id: Option<i64>,
    left_id: Option<i64>,
    right_id: Option<i64>,
    #[orm(belongs_to)]
    top: BelongsTo<Option<Top>>,
    #[orm(belongs_to)]
    left: BelongsTo<Option<Left>>,
    #[orm(belongs_to)]
    right: BelongsTo<Option<Right>>,
}

fn diamond() -> Result<Database> {
    let (db, _) = recorded(&orm::schema![Top, Left, Right, Bottom])?;
    for id in [1, 2] {
        Top::default().insert(&db)?;
        Left {
            top_id: id,
            ..Left::default()
        }
        .insert(&db)?;
        Right {
            top_id: id,
            ..Right::default()
        }
        .insert(&db)?;
        Bottom {
            top_id: Some(id),
            left_id: Some(id),
            right_id: Some(id),
            ..Bottom::default()
        }
        .insert(&db)?;
    }
    Ok(db)
}

#[test]
fn a_diamond_is_deleted_from_below() -> Result<()> {
    let db = diamond()?;
    Top::get(&db, 1)?.delete(&db)?;
    assert_eq!(
        (
            Top::count(&db)?,
            Left::count(&db)?,
            Right::count(&db)?,
            Bottom::count(&db)?
        ),
        (1, 1, 1, 1)
    );
    Ok(())
}

#[test]
fn what_stays_forbids_everything() -> Result<()> {
    let db = diamond()?;
    Bottom {
        top_id: Some(1),
        ..Bottom::default()
    }
    .insert(&db)?;
    let refused = Top::get(&db, 1)?.delete(&db);
    assert!(
        matches!(
            refused,
            Err(Error::DeleteRestricted {
                table: "tops",
                relation: "Top::BOTTOMS"
            })
        ),
        "{refused:?}"
    );
    assert_eq!(
        (
            Top::count(&db)?,
            Left::count(&db)?,
            Right::count(&db)?,
            Bottom::count(&db)?
        ),
        (2, 2, 2, 3)
    );
    assert_eq!(Bottom::get(&db, 1)?.right_id, Some(1));
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "eggs")]
struct Egg {
    #[orm(primary_key)]
    id: i64,
    hen_id: Option<i64>,
    #[orm(belongs_to)]
    hen: BelongsTo<Option<Hen>>,
    #[orm(has_many(dependent = cascade))]
    hens: HasMany<Hen>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "hens")]
struct Hen {
    #[orm(primary_key)]
    id: i64,
    egg_id: Option<i64>,
    #[orm(belongs_to)]
    egg: BelongsTo<Option<Egg>>,
    #[orm(has_many(dependent = cascade))]
    eggs: HasMany<Egg>,
}

#[test]
fn tables_in_a_circle_are_deleted_row_by_row() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Egg, Hen])?;
    for id in 1..=5 {
        Egg {
            hen_id: (id > 1).then_some(id - 1),
            ..Egg::default()
        }
        .insert(&db)?;
        Hen {
            egg_id: Some(id),
            ..Hen::default()
        }
        .insert(&db)?;
    }
    Hen::get(&db, 2)?.delete(&db)?;
    assert_eq!((Egg::count(&db)?, Hen::count(&db)?), (2, 1));
    Egg::get(&db, 1)?.delete(&db)?;
    assert_eq!((Egg::count(&db)?, Hen::count(&db)?), (0, 0));
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "homes")]
struct Home {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    pets_count: i64,
    #[orm(has_many(dependent = set_null))]
    pets: HasMany<Pet>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "pets")]
struct Pet {
    #[orm(primary_key)]
    id: i64,
    home_id: i64,
    #[orm(belongs_to(counter_cache = pets_count))]
    home: BelongsTo<Home>,
}

#[test]
fn a_reference_that_cannot_be_null_is_named() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    let refused = db.create_tables(orm::schema![Home, Pet]);
    assert!(
        matches!(&refused, Err(Error::InvalidMapping { table: "homes", reason })
            if reason.starts_with("Home::PETS says `set_null`, and home_id of pets cannot be NULL")),
        "{refused:?}"
    );
    // Tables that somebody else made.
    let home = "CREATE TABLE homes (id INTEGER PRIMARY KEY, pets_count INTEGER NOT NULL DEFAULT 0)";
    db.execute(home, &[])?;
    let pet =
        "CREATE TABLE pets (id INTEGER PRIMARY KEY, home_id INTEGER NOT NULL REFERENCES homes)";
    db.execute(pet, &[])?;
    Home::default().insert(&db)?;
    Pet {
        home_id: 1,
        ..Pet::default()
    }
    .insert(&db)?;
    let refused = Home::get(&db, 1)?.delete(&db);
    assert!(
        matches!(&refused, Err(Error::NotNullViolation { table, columns, .. })
            if table == "pets" && columns == &["home_id"]),
        "{refused:?}"
    );
    assert_eq!((Home::count(&db)?, Home::get(&db, 1)?.pets_count), (1, 1));
    let refused = Home::PETS.clear(&db, &mut Home::get(&db, 1)?);
    assert!(
        matches!(refused, Err(Error::InvalidQuery { table: "pets", .. })),
        "{refused:?}"
    );
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "groups")]
struct Group {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    members_count: i64,
    #[orm(has_many(dependent = set_default))]
    members: HasMany<Member>,
    #[orm(has_many(key = other_id, dependent = protect))]
    others: HasMany<Member>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "members")]
struct Member {
    #[orm(primary_key)]
    id: i64,
    #[orm(db_default = "1")]
    group_id: i64,
    other_id: Option<i64>,
    #[orm(belongs_to(counter_cache = members_count))]
    group: BelongsTo<Group>,
}

#[test]
fn rows_that_fall_to_the_default_are_counted_there() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Group, Member])?;
    for _ in 0..2 {
        Group::default().insert(&db)?;
    }
    for _ in 0..3 {
        Member {
            group_id: 2,
            ..Member::default()
        }
        .insert(&db)?;
    }
    Group::get(&db, 2)?.delete(&db)?;
    assert_eq!(Group::get(&db, 1)?.members_count, 3);
    Member::query()
        .filter(Member::ID.eq(1))
        .update(&db, Member::OTHER_ID.set(Some(1)))?;
    let protected = Group::delete_by_key(&db, 1);
    assert!(
        matches!(
            protected,
            Err(Error::DeleteRestricted {
                relation: "Group::OTHERS",
                ..
            })
        ),
        "{protected:?}"
    );
    assert_eq!(Member::get(&db, 2)?.group_id, 1);
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key(assigned), collate = "NOCASE")]
    text: String,
    #[orm(has_many(key = word_text, dependent = cascade))]
    uses: HasMany<Use>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "uses")]
struct Use {
    #[orm(primary_key)]
    id: i64,
    word_text: String,
    #[orm(belongs_to(key = word_text, unconstrained))]
    word: BelongsTo<Word>,
}

#[test]
fn a_key_in_other_letter_case_deletes_what_depends_on_the_row() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Word, Use])?;
    Word {
        text: "home".into(),
        ..Word::default()
    }
    .insert(&db)?;
    Use {
        word_text: "home".into(),
        ..Use::default()
    }
    .insert(&db)?;
    assert!(Word::delete_by_key(&db, "HOME")?);
    assert_eq!((Word::count(&db)?, Use::count(&db)?), (0, 0));
    assert!(!Word::delete_by_key(&db, "HOME")?);
    Ok(())
}
