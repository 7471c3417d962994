//! Expressions behind a query inside: what they speak of is the statement around.

use orm::prelude::*;
use orm::query::{Window, func};
use orm::{Database, Error, Result};

use crate::recorder::{self, Log};

#[derive(ActiveRecord)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Debug, PartialEq, ActiveRecord)]
#[orm(table = "songs")]
struct Song {
    #[orm(primary_key(assigned))]
    id: i64,
    tags: i64,
    plays: i64,
}

fn database() -> Result<(Database, Log)> {
    let (db, log) = recorder::recorded(&orm::schema![Tag, Song])?;
    Tag::insert_many(&db, &mut [Tag { id: 0 }, Tag { id: 0 }])?;
    let song = |id, plays| Song { id, tags: 0, plays };
    Song::insert_many(&db, &mut [song(1, 10), song(2, 20)])?;
    log.take();
    Ok((db, log))
}

#[test]
fn the_value_of_an_upsert_is_found_behind_a_query_over_a_smaller_table() -> Result<()> {
    let (db, log) = database()?;
    let mut again = [Song {
        id: 1,
        tags: 0,
        plays: 11,
    }];
    let last_tag = Tag::query()
        .order_by(Tag::ID.desc())
        .limit(1)
        .select(Tag::ID);
    Song::inserting(&mut again)
        .on_conflict(Song::ID)
        .set((
            Song::TAGS.set(last_tag.scalar().coalesce(0)),
            Song::PLAYS.set(Song::PLAYS + func::excluded(Song::PLAYS)),
        ))
        .run(&db)?;
    let upsert = log.take().remove(1);
    assert!(upsert.ends_with(concat!(
        r#"DO UPDATE SET "tags" = coalesce((SELECT "tags"."id" FROM "tags" "#,
        r#"ORDER BY "tags"."id" DESC LIMIT 1), ?), "#,
        r#""plays" = "songs"."plays" + excluded."plays""#,
    )));
    let (tags, plays) = (2, 21);
    assert_eq!(Song::get(&db, 1)?, Song { id: 1, tags, plays });
    Ok(())
}

#[test]
fn a_window_function_is_refused_in_a_filter_and_taken_in_a_query_inside_it() -> Result<()> {
    let (db, log) = database()?;
    let first = || func::row_number().over(Window::ordered_by(Song::PLAYS.desc()));
    let ranked = Song::query().qualify(first().eq(1)).select(Song::ID);
    let best = Song::query()
        .filter(Song::ID.is_in_query(ranked))
        .all(&db)?;
    assert_eq!(best.len(), 1);
    assert_eq!(best[0].plays, 20);
    assert!(log.take()[0].contains(r#"row_number() OVER (ORDER BY "songs"."plays" DESC)"#));

    let refused = Song::query().filter(first().eq(1)).all(&db);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery { table: "songs", reason }) if reason.contains("qualify")
    ));
    assert!(log.take().is_empty());
    Ok(())
}
