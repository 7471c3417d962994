//! delete, `delete_by_key` and reload.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Artist, Track, artist, database, names, three_artists, track};

const DELETE: &str = r#"DELETE FROM "artists" WHERE "artists"."id" = ?"#;

#[test]
fn delete_takes_one_row_away() -> Result<()> {
    let (db, log) = three_artists()?;
    let bill = Artist::get(&db, 2)?;
    log.take();
    bill.delete(&db)?;
    assert_eq!(log.take(), [DELETE]);
    assert_eq!(names(Artist::all(&db)?), ["Nina Simone", "Nick Drake"]);
    Ok(())
}

#[test]
fn delete_without_a_row_is_not_found() -> Result<()> {
    let (db, _) = three_artists()?;
    let bill = Artist::get(&db, 2)?;
    bill.delete(&db)?;
    let again = bill.delete(&db);
    assert!(matches!(again, Err(Error::NotFound { table: "artists" })));
    let unset = artist("New").delete(&db);
    assert!(matches!(unset, Err(Error::NotFound { table: "artists" })));
    assert_eq!(Artist::count(&db)?, 2);
    Ok(())
}

#[test]
fn delete_by_key_says_whether_there_was_a_row() -> Result<()> {
    let (db, log) = three_artists()?;
    assert!(Artist::delete_by_key(&db, 2)?);
    assert!(!Artist::delete_by_key(&db, 2)?);
    assert!(!Artist::delete_by_key(&db, 0)?);
    assert_eq!(log.take(), [DELETE; 3]);
    Ok(())
}

#[test]
fn delete_by_a_composite_key_compares_every_part() -> Result<()> {
    let (db, _) = database()?;
    let mut tracks = [track(1, 1, "a"), track(1, 2, "b"), track(2, 1, "c")];
    Track::insert_many(&db, &mut tracks)?;
    assert!(Track::delete_by_key(&db, (1, 2))?);
    assert_eq!(Track::all(&db)?, [track(1, 1, "a"), track(2, 1, "c")]);
    Ok(())
}

#[test]
fn reload_gives_up_what_was_changed_in_memory() -> Result<()> {
    let (db, _) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    db.execute("UPDATE artists SET plays = 5 WHERE id = 1", &[])?;
    nina.name = "changed".into();
    nina.reload(&db)?;
    assert_eq!((nina.name.as_str(), nina.plays), ("Nina Simone", 5));
    Ok(())
}

#[test]
fn reload_without_a_row_is_not_found_and_leaves_the_record() -> Result<()> {
    let (db, _) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    nina.name = "changed".into();
    Artist::delete_by_key(&db, 1)?;
    let reloaded = nina.reload(&db);
    assert!(matches!(
        reloaded,
        Err(Error::NotFound { table: "artists" })
    ));
    assert_eq!((nina.id, nina.name.as_str()), (1, "changed"));
    let unset = artist("New").reload(&db);
    assert!(matches!(unset, Err(Error::NotFound { table: "artists" })));
    Ok(())
}
