//! Keys of two to eight columns.

use orm::prelude::*;
use orm::{Error, Result};
use uuid::Uuid;

use super::database;

/// Declares a record whose key has the given columns, and uses it in every way.
macro_rules! composite_keys {
    ($($name:ident: $($field:ident),+;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            #[derive(Debug, Clone, PartialEq, ActiveRecord)]
            struct Cell {
                $(#[orm(primary_key)] $field: i64,)+
                content: String,
            }

            let db = database(&orm::schema![Cell])?;
            let cell = |n: i64, content: &str| {
                let mut at = 0;
                $(at += 1; let $field = if at == 1 { 1 } else { n };)+
                Cell { $($field,)+ content: content.into() }
            };
            Cell::insert_many(&db, &mut [cell(1, "a"), cell(2, "b")])?;
            cell(3, "c").insert(&db)?;

            let Cell { $($field,)+ .. } = cell(2, "");
            let key = ($($field,)+);
            assert_eq!(Cell::get(&db, key)?.content, "b");
            assert!(Cell::exists(&db, key)?);
            cell(2, "changed").save(&db)?;
            cell(4, "saved").save(&db)?;
            cell(4, "upserted").upsert(&db)?;
            cell(3, "updated").update(&db)?;
            let contents = Cell::all(&db)?.into_iter().map(|cell| cell.content);
            assert_eq!(contents.collect::<Vec<_>>(), ["a", "changed", "updated", "upserted"]);
            assert_eq!(Cell::find_many(&db, [key])?, [cell(2, "changed")]);

            let twice = cell(2, "twice").insert(&db);
            match twice {
                Err(Error::UniqueViolation { table, columns, .. }) => {
                    assert_eq!(table, "cell");
                    assert_eq!(columns, [$(stringify!($field)),+]);
                }
                other => panic!("{other:?}"),
            }
            assert!(Cell::delete_by_key(&db, key)?);
            assert!(Cell::find(&db, key)?.is_none());
            assert_eq!(Cell::count(&db)?, 3);
            Ok(())
        }
    )*};
}

composite_keys! {
    two_columns: a, b;
    three_columns: a, b, c;
    four_columns: a, b, c, d;
    five_columns: a, b, c, d, e;
    six_columns: a, b, c, d, e, f;
    seven_columns: a, b, c, d, e, f, g;
    eight_columns: a, b, c, d, e, f, g, h;
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "documents", without_rowid)]
struct Document {
    #[orm(primary_key)]
    tenant: i64,
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    #[orm(unique)]
    title: String,
}

fn document(tenant: i64, title: &str) -> Document {
    Document {
        tenant,
        id: Uuid::nil(),
        title: title.into(),
    }
}

#[test]
fn a_part_of_a_key_can_be_generated() -> Result<()> {
    let db = database(&orm::schema![Document])?;
    let mut document = document(0, "a");
    document.save(&db)?;
    assert_eq!(document.tenant, 0);
    assert!(!document.id.is_nil());
    document.title = "b".into();
    document.save(&db)?;
    assert_eq!(Document::all(&db)?, [document]);
    Ok(())
}

#[test]
fn a_row_with_a_partly_generated_key_is_not_brought_back() -> Result<()> {
    let db = database(&orm::schema![Document])?;
    let mut document = document(1, "a");
    document.save(&db)?;
    document.delete(&db)?;
    assert!(matches!(document.save(&db), Err(Error::NotFound { .. })));
    Ok(())
}

#[test]
fn a_failed_insert_gives_only_the_generated_part_up() -> Result<()> {
    let db = database(&orm::schema![Document])?;
    document(1, "alike").insert(&db)?;
    let mut second = document(2, "alike");
    assert!(matches!(
        second.insert(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(second, document(2, "alike"));
    Ok(())
}

#[test]
fn the_parts_may_be_of_different_types() -> Result<()> {
    #[derive(Debug, Clone, PartialEq, ActiveRecord)]
    #[orm(table = "prices")]
    struct Price {
        #[orm(primary_key)]
        shop: String,
        #[orm(primary_key)]
        day: orm::value::Date,
        #[orm(primary_key)]
        article: Uuid,
        cents: i64,
    }

    let db = database(&orm::schema![Price])?;
    let day = orm::value::Date::from_ymd(2026, 11, 22).expect("a date that exists");
    let mut price = Price {
        shop: "corner".into(),
        day,
        article: Uuid::from_u128(7),
        cents: 99,
    };
    price.save(&db)?;
    let key = ("corner".to_owned(), day, Uuid::from_u128(7));
    assert_eq!(Price::get(&db, key.clone())?, price);
    assert_eq!(Price::find_many(&db, [key])?, [price]);
    Ok(())
}
