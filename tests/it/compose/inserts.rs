//! Inserted rows, some of which are there already.

use orm::prelude::*;
use orm::{Error, Result, func};
use uuid::Uuid;

use super::{Genre, Sale, Track, store};
use crate::recorder;

fn genre(id: i64, name: &str) -> Genre {
    Genre {
        id,
        name: name.into(),
    }
}

fn names(db: &orm::Database) -> Result<Vec<String>> {
    Genre::query()
        .order_by(Genre::ID)
        .select(Genre::NAME)
        .all(db)
}

#[test]
fn rows_that_are_there_may_stay_as_they_are() -> Result<()> {
    let (db, log) = store()?;
    let mut rows = [genre(1, "Blues"), genre(9, "Folk")];
    let changed = Genre::inserting(&mut rows)
        .on_conflict(Genre::ID)
        .do_nothing()
        .run(&db)?;
    assert_eq!(changed, 1);
    let insert = log.take().into_iter().find(|sql| sql.starts_with("INSERT"));
    assert_eq!(
        insert.as_deref(),
        Some(
            r#"INSERT INTO "genres" ("id", "name") VALUES (?, ?), (?, ?) ON CONFLICT ("id") DO NOTHING"#
        )
    );
    assert_eq!(names(&db)?, ["Jazz", "Soul", "Polka", "Folk"]);
    Ok(())
}

#[test]
fn rows_that_are_there_get_new_values() -> Result<()> {
    let (db, log) = store()?;
    let mut rows = [genre(3, "Waltz"), genre(0, "Soul"), genre(0, "Folk")];
    let refused = Genre::inserting(&mut rows)
        .on_conflict(Genre::ID)
        .update(Genre::NAME)
        .run(&db);
    assert!(
        matches!(refused, Err(Error::UniqueViolation { .. })),
        "{refused:?}"
    );
    assert_eq!(names(&db)?, ["Jazz", "Soul", "Polka"]);
    log.take();
    rows[1].name = "Swing".into();
    let changed = Genre::inserting(&mut rows)
        .on_conflict(Genre::ID)
        .update(Genre::NAME)
        .run(&db)?;
    assert_eq!(changed, 3);
    let inserts: Vec<_> = log
        .take()
        .into_iter()
        .filter(|sql| sql.starts_with("INSERT"))
        .collect();
    assert_eq!(
        inserts,
        [
            r#"INSERT INTO "genres" ("id", "name") VALUES (?, ?) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name""#,
            r#"INSERT INTO "genres" ("name") VALUES (?), (?) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name""#,
        ]
    );
    assert_eq!(names(&db)?, ["Jazz", "Soul", "Waltz", "Swing", "Folk"]);
    assert_eq!(rows[2].id, 0);
    Ok(())
}

#[test]
fn a_unique_column_tells_which_rows_are_there() -> Result<()> {
    let (db, log) = store()?;
    let mut rows = [genre(0, "Jazz"), genre(0, "Folk")];
    let insert = Genre::inserting(&mut rows)
        .on_conflict(Genre::NAME)
        .set(
            Genre::NAME.set(
                func::excluded(Genre::NAME)
                    .concat(" & ")
                    .concat(Genre::NAME),
            ),
        )
        .only_if(Genre::ID.lt(10))
        .returning((Genre::ID, Genre::NAME));
    let rows = insert.run(&db)?;
    assert_eq!(rows, [(1, "Jazz & Jazz".into()), (4, "Folk".into())]);
    let insert = log.take().into_iter().find(|sql| sql.starts_with("INSERT"));
    assert_eq!(
        insert.as_deref(),
        Some(
            r#"INSERT INTO "genres" ("name") VALUES (?), (?) ON CONFLICT ("name") DO UPDATE SET "name" = ((excluded."name" || ?) || "genres"."name") WHERE "genres"."id" < ? RETURNING "genres"."id", "genres"."name""#
        )
    );
    Ok(())
}

#[test]
fn rows_are_changed_only_where_a_condition_holds() -> Result<()> {
    let (db, _) = store()?;
    let before = Track::get(&db, 1)?;
    let mut rows = [
        Track {
            seconds: 1,
            ..before.clone()
        },
        Track {
            id: 2,
            seconds: 999,
            ..before
        },
    ];
    let changed = Track::inserting(&mut rows)
        .on_conflict(Track::ID)
        .update((Track::SECONDS, Track::PRICE))
        .only_if(func::excluded(Track::SECONDS).gt(Track::SECONDS))
        .returning(Track::ID)
        .run(&db)?;
    assert_eq!(changed, [2]);
    assert_eq!(
        (Track::get(&db, 1)?.seconds, Track::get(&db, 2)?.seconds),
        (622, 999)
    );
    assert_eq!(Track::get(&db, 2)?.name, "Feeling Good");
    Ok(())
}

#[test]
fn a_conflict_may_ask_another_table() -> Result<()> {
    let (db, _) = store()?;
    let sold = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()))
        .aggregated(Sale::QUANTITY.sum().coalesce(0))
        .scalar();
    let newer = Genre::query().filter(Genre::NAME.eq(func::excluded(Track::NAME).outer()));
    let mut rows = [
        Track {
            name: "Polka".into(),
            ..Track::get(&db, 1)?
        },
        Track::get(&db, 3)?,
    ];
    let changed = Track::inserting(&mut rows)
        .on_conflict(Track::ID)
        .set((
            Track::SECONDS.set(sold),
            Track::NAME.set(func::excluded(Track::NAME)),
        ))
        .only_if(func::exists(newer))
        .run(&db)?;
    assert_eq!(changed, 1);
    let track = Track::get(&db, 1)?;
    assert_eq!((track.seconds, track.name.as_str()), (3, "Polka"));
    assert_eq!(Track::get(&db, 3)?.seconds, 404);
    Ok(())
}

#[test]
fn a_conflict_with_columns_that_are_not_unique_is_refused() -> Result<()> {
    let (db, _) = store()?;
    let mut rows = [Track::get(&db, 1)?];
    let refused = Track::inserting(&mut rows)
        .on_conflict(Track::NAME)
        .do_nothing()
        .run(&db);
    assert!(
        matches!(refused, Err(Error::Database { .. })),
        "{refused:?}"
    );
    let refused = Track::inserting(&mut rows)
        .on_conflict(Track::ID)
        .update(Track::ID)
        .run(&db);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "tracks",
            ..
        })
    ));
    let refused = Track::inserting(&mut rows)
        .on_conflict([])
        .do_nothing()
        .run(&db);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "tracks",
            ..
        })
    ));
    assert_eq!(
        Track::inserting(&mut [])
            .on_conflict(Track::ID)
            .do_nothing()
            .run(&db)?,
        0
    );
    Ok(())
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "tokens")]
struct Token {
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    #[orm(unique)]
    name: String,
    uses: i64,
}

#[test]
fn generated_keys_are_made_before_the_insert() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Token])?;
    let known = Uuid::from_u128(7);
    let mut tokens =
        [(Uuid::nil(), "a"), (known, "b"), (Uuid::nil(), "a")].map(|(id, name)| Token {
            id,
            name: name.into(),
            uses: 1,
        });
    let changed = Token::inserting(&mut tokens)
        .on_conflict(Token::NAME)
        .set(Token::USES.set(Token::USES + func::excluded(Token::USES)))
        .run(&db)?;
    assert_eq!(changed, 3);
    assert!(!tokens[0].id.is_nil() && tokens[0].id != tokens[2].id);
    assert_eq!(Token::get(&db, known)?, tokens[1]);
    let first = Token::get(&db, tokens[0].id)?;
    assert_eq!((first.uses, Token::count(&db)?), (2, 2));
    Ok(())
}
