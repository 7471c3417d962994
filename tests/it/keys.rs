//! Primary keys: who makes them, of what they are, and what tables of other people do.

mod composite;
mod foreign;
mod generated;

use orm::prelude::*;
use orm::schema::Schema;
use orm::{Database, Error, Result};

fn database(schema: &Schema) -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(schema)?;
    Ok(db)
}

/// Declares a record with an automatic key of each type, and saves it twice.
macro_rules! automatic_keys {
    ($($name:ident: $ty:ty, $unset:expr, $first:expr;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            #[derive(Debug, ActiveRecord)]
            struct Note {
                #[orm(primary_key)]
                id: $ty,
                text: String,
            }

            let db = database(&orm::schema![Note])?;
            let mut note = Note { id: $unset, text: "first".into() };
            note.save(&db)?;
            assert_eq!(note.id, $first);
            note.text = "second".into();
            note.save(&db)?;
            let found = Note::get(&db, note.id)?;
            assert_eq!((found.id, found.text.as_str()), ($first, "second"));
            assert_eq!(Note::count(&db)?, 1);
            Ok(())
        }
    )*};
}

#[derive(Debug, Clone, Copy, PartialEq, Value)]
struct NoteId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Value)]
struct SmallId(u16);

automatic_keys! {
    an_i64_is_numbered: i64, 0, 1;
    an_i32_is_numbered: i32, 0, 1;
    an_i16_is_numbered: i16, 0, 1;
    an_i8_is_numbered: i8, 0, 1;
    a_u64_is_numbered: u64, 0, 1;
    a_u32_is_numbered: u32, 0, 1;
    a_u16_is_numbered: u16, 0, 1;
    a_u8_is_numbered: u8, 0, 1;
    an_option_is_numbered: Option<i64>, None, Some(1);
    an_option_of_zero_is_unset_too: Option<u32>, Some(0), Some(1);
    a_newtype_is_numbered: NoteId, NoteId(0), NoteId(1);
    a_small_newtype_is_numbered: SmallId, SmallId(0), SmallId(1);
    an_option_of_a_newtype_is_numbered: Option<NoteId>, None, Some(NoteId(1));
}

#[test]
fn a_failed_insert_leaves_an_option_unset() -> Result<()> {
    #[derive(ActiveRecord)]
    struct Note {
        #[orm(primary_key)]
        id: Option<i64>,
        #[orm(unique)]
        text: String,
    }

    let db = database(&orm::schema![Note])?;
    let note = || Note {
        id: None,
        text: "alike".into(),
    };
    note().insert(&db)?;
    let mut second = note();
    assert!(matches!(
        second.insert(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(second.id, None);
    assert!(matches!(second.update(&db), Err(Error::NotFound { .. })));
    assert!(matches!(Note::find(&db, None), Ok(None)));
    Ok(())
}

#[test]
fn a_newtype_key_is_also_a_reference() -> Result<()> {
    #[derive(ActiveRecord)]
    struct Note {
        #[orm(primary_key)]
        id: NoteId,
    }

    #[derive(Debug, ActiveRecord)]
    struct Remark {
        #[orm(primary_key)]
        id: i64,
        #[orm(references(Note))]
        note: NoteId,
    }

    let db = database(&orm::schema![Remark, Note])?;
    let mut note = Note { id: NoteId(0) };
    note.insert(&db)?;
    let mut remark = Remark {
        id: 0,
        note: note.id,
    };
    remark.insert(&db)?;
    let found = Remark::find_by(&db, Remark::NOTE.eq(note.id))?;
    assert_eq!(found.map(|remark| remark.id), Some(1));
    let dangling = Remark {
        id: 0,
        note: NoteId(9),
    }
    .insert(&db);
    assert!(matches!(
        dangling,
        Err(Error::ForeignKeyViolation { table, columns, .. }) if table == "remark" && columns == ["note"]
    ));
    Ok(())
}

#[test]
fn an_assigned_number_may_be_zero_or_negative() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    struct Level {
        #[orm(primary_key(assigned))]
        height: i64,
        name: String,
    }

    let db = database(&orm::schema![Level])?;
    for height in [0, -1, i64::MIN, i64::MAX] {
        let mut level = Level {
            height,
            name: "new".into(),
        };
        level.save(&db)?;
        level.name = "changed".into();
        level.save(&db)?;
        assert_eq!(Level::get(&db, height)?, level);
    }
    assert_eq!(Level::count(&db)?, 4);
    Ok(())
}

#[test]
fn assigned_text_may_be_anything() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    struct Word {
        #[orm(primary_key(assigned))]
        text: String,
        length: i64,
    }

    let db = database(&orm::schema![Word])?;
    let texts = [
        "",
        " ",
        "'; DROP TABLE word; --",
        "\"",
        "?",
        "𝄞",
        "a\0b",
        "a",
    ];
    for text in texts {
        let mut word = Word {
            text: text.into(),
            length: 0,
        };
        word.save(&db)?;
        word.length = i64::try_from(text.len()).unwrap_or_default();
        word.save(&db)?;
        assert_eq!(Word::get(&db, text)?, word);
    }
    assert_eq!(Word::count(&db)?, 8);
    let found = Word::find_many(&db, texts)?;
    assert!(found.iter().map(|word| word.text.as_str()).eq(texts));
    Ok(())
}

#[test]
fn a_day_can_be_a_key() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    struct Day {
        #[orm(primary_key(assigned))]
        date: orm::value::Date,
        visitors: u32,
    }

    let db = database(&orm::schema![Day])?;
    let dates = [(2026, 11, 22), (1969, 12, 31), (1, 1, 1)];
    let dates = dates.map(|(year, month, day)| {
        orm::value::Date::from_ymd(year, month, day).expect("a date that exists")
    });
    for date in dates {
        Day { date, visitors: 1 }.save(&db)?;
    }
    let found = Day::find_many(&db, dates)?;
    assert!(found.iter().map(|day| day.date).eq(dates));
    assert_eq!(Day::first(&db)?.map(|day| day.date), Some(dates[2]));
    Ok(())
}

#[test]
fn a_key_that_cannot_be_stored_is_refused() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Level {
        #[orm(primary_key(assigned))]
        height: u64,
    }

    let db = database(&orm::schema![Level])?;
    let mut level = Level { height: u64::MAX };
    for refused in [
        level.save(&db),
        level.insert(&db),
        level.upsert(&db),
        level.reload(&db),
        level.delete(&db),
        Level::get(&db, u64::MAX).map(drop),
        Level::find_many(&db, [1, u64::MAX]).map(drop),
        Level::query()
            .filter(Level::HEIGHT.eq(u64::MAX))
            .count(&db)
            .map(drop),
    ] {
        assert!(
            matches!(
                refused,
                Err(Error::Encode {
                    table: "level",
                    column: "height",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    Level { height: 1 }.insert(&db)
}
