//! Columns by names that come from a request.

use orm::prelude::*;
use orm::{AnyColumn, Error, Result, Value};

use super::{Track, assert_tracks, ids, store};

fn allowed() -> [AnyColumn<Track>; 3] {
    [Track::ID.into(), Track::NAME.into(), Track::COMPOSER.into()]
}

#[test]
fn rows_are_sorted_by_a_name() -> Result<()> {
    let tracks = Track::query()
        .order_by_name("composer", allowed())?
        .order_by_name_desc("id", allowed())?;
    assert_tracks(
        &tracks,
        r#"ORDER BY "tracks"."composer", "tracks"."id" DESC"#,
        &[],
        &[1, 2, 4, 5, 3],
    )
}

#[test]
fn rows_are_filtered_by_a_name() -> Result<()> {
    let tracks = Track::query().filter_by_name("composer", "Evans", allowed())?;
    assert_tracks(
        &tracks.order_by(Track::ID),
        r#"WHERE "tracks"."composer" = ? ORDER BY "tracks"."id""#,
        &["Evans".into()],
        &[3, 5],
    )?;
    assert_tracks(
        &Track::query().filter_by_name("composer", Value::Null, Track::COMPOSER)?,
        r#"WHERE "tracks"."composer" IS NULL"#,
        &[],
        &[1],
    )
}

#[test]
fn every_other_name_is_an_unknown_column() -> Result<()> {
    let (db, _) = store()?;
    let names = [
        "",
        "Id",
        "ID",
        " id",
        "id ",
        "id desc",
        "\"id\"",
        "tracks.id",
        "seconds",
        "price",
        "rowid",
        "id;--",
        "id\0",
        "1",
        "composer, id",
        "cоmposer",
    ];
    for name in names {
        for refused in [
            Track::query().order_by_name(name, allowed()),
            Track::query().order_by_name_desc(name, allowed()),
            Track::query().filter_by_name(name, 1, allowed()),
        ] {
            assert!(
                matches!(&refused, Err(Error::UnknownColumn { column, .. }) if column == name),
                "{name:?}: {refused:?}"
            );
        }
    }
    let by_name = Track::query().order_by_name("name", allowed())?;
    assert_eq!(ids(&by_name.limit(1).all(&db)?), [5]);
    let late = Track::query().limit(1).order_by_name("name", allowed())?;
    assert!(matches!(late.all(&db), Err(Error::InvalidQuery { .. })));
    Ok(())
}
