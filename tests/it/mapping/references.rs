//! `references`: what happens to a row when the one it refers to goes or changes its key.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{database, ddl};

#[derive(Debug, ActiveRecord)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key(assigned))]
    id: i64,
}

/// Declares a pet whose owner is referred to with an action.
macro_rules! pet {
    ($owner:ty $(, $($option:tt)*)?) => {
        #[derive(Debug, PartialEq, ActiveRecord)]
        #[orm(table = "pets")]
        struct Pet {
            #[orm(primary_key)]
            id: i64,
            #[orm(references(Owner $(, $($option)*)?), db_default = "7")]
            owner: $owner,
        }
    };
}

fn owners(schema: &orm::schema::Schema) -> Result<Database> {
    let db = database(schema)?;
    Owner { id: 1 }.insert(&db)?;
    Owner { id: 7 }.insert(&db)?;
    Ok(db)
}

/// Changes the key of the first owner, which a record never does.
fn change_key(db: &Database) -> Result<u64> {
    let first = Owner::query().filter(Owner::ID.eq(1));
    first.update(db, Owner::ID.set(2))
}

fn key_of(db: &Database) -> Result<orm::Value> {
    Ok(db.query("SELECT owner FROM pets", &[])?.remove(0).remove(0))
}

#[track_caller]
fn assert_foreign_key(sql: &str, schema: &orm::schema::Schema) -> Result<()> {
    let ddl = ddl(schema)?;
    let pets = ddl
        .iter()
        .find(|sql| sql.contains("\"pets\" ("))
        .expect("the table of pets");
    let line = pets.lines().find(|line| line.contains("FOREIGN KEY"));
    assert_eq!(line.map(str::trim), Some(sql));
    Ok(())
}

const REFERENCE: &str = r#"FOREIGN KEY ("owner") REFERENCES "owners" ("id")"#;

#[test]
fn without_an_action_the_reference_is_kept() -> Result<()> {
    pet!(i64);
    assert_foreign_key(REFERENCE, &orm::schema![Owner, Pet])?;
    let db = owners(&orm::schema![Owner, Pet])?;
    Pet { id: 0, owner: 1 }.insert(&db)?;
    assert!(matches!(
        Owner { id: 1 }.delete(&db),
        Err(Error::ForeignKeyViolation { .. })
    ));
    assert!(matches!(
        change_key(&db),
        Err(Error::ForeignKeyViolation { .. })
    ));
    assert!(key_of(&db)? == 1.into());
    Ok(())
}

#[test]
fn no_action_can_be_said() -> Result<()> {
    pet!(i64, on_delete = no_action, on_update = no_action);
    assert_foreign_key(REFERENCE, &orm::schema![Owner, Pet])
}

#[test]
fn restrict_keeps_the_reference() -> Result<()> {
    pet!(i64, on_delete = restrict, on_update = restrict);
    assert_foreign_key(
        &format!("{REFERENCE} ON DELETE RESTRICT ON UPDATE RESTRICT"),
        &orm::schema![Owner, Pet],
    )?;
    let db = owners(&orm::schema![Owner, Pet])?;
    Pet { id: 0, owner: 1 }.insert(&db)?;
    assert!(matches!(
        Owner { id: 1 }.delete(&db),
        Err(Error::ForeignKeyViolation { .. })
    ));
    assert!(matches!(
        change_key(&db),
        Err(Error::ForeignKeyViolation { .. })
    ));
    Ok(())
}

#[test]
fn cascade_follows() -> Result<()> {
    pet!(i64, on_delete = cascade, on_update = cascade);
    assert_foreign_key(
        &format!("{REFERENCE} ON DELETE CASCADE ON UPDATE CASCADE"),
        &orm::schema![Owner, Pet],
    )?;
    let db = owners(&orm::schema![Owner, Pet])?;
    Pet { id: 0, owner: 1 }.insert(&db)?;
    assert_eq!(change_key(&db)?, 1);
    assert!(key_of(&db)? == 2.into());
    Owner { id: 2 }.delete(&db)?;
    assert_eq!(Pet::count(&db)?, 0);
    Ok(())
}

#[test]
fn set_null_lets_go() -> Result<()> {
    pet!(Option<i64>, on_delete = set_null, on_update = set_null);
    assert_foreign_key(
        &format!("{REFERENCE} ON DELETE SET NULL ON UPDATE SET NULL"),
        &orm::schema![Owner, Pet],
    )?;
    let db = owners(&orm::schema![Owner, Pet])?;
    Pet {
        id: 0,
        owner: Some(1),
    }
    .insert(&db)?;
    Owner { id: 1 }.delete(&db)?;
    assert_eq!(Pet::all(&db)?, [Pet { id: 1, owner: None }]);
    Ok(())
}

#[test]
fn set_default_goes_to_another_row() -> Result<()> {
    pet!(i64, on_delete = set_default, on_update = set_default);
    assert_foreign_key(
        &format!("{REFERENCE} ON DELETE SET DEFAULT ON UPDATE SET DEFAULT"),
        &orm::schema![Owner, Pet],
    )?;
    let db = owners(&orm::schema![Owner, Pet])?;
    Pet { id: 0, owner: 1 }.insert(&db)?;
    Owner { id: 1 }.delete(&db)?;
    assert_eq!(Pet::all(&db)?, [Pet { id: 1, owner: 7 }]);
    Ok(())
}

#[test]
fn a_reference_may_be_in_another_module_and_behind_embedded_values() -> Result<()> {
    #[derive(Debug, Embedded)]
    struct Size {
        width: i64,
        height: i64,
    }

    #[derive(Debug, ActiveRecord)]
    #[orm(table = "cages")]
    struct Cage {
        #[orm(primary_key)]
        id: i64,
        #[orm(embed)]
        size: Size,
        #[orm(references(self::Owner), column = "whose")]
        owner: i64,
    }

    let db = owners(&orm::schema![Cage, Owner])?;
    let cage = |owner| Cage {
        id: 0,
        size: Size {
            width: 1,
            height: 2,
        },
        owner,
    };
    cage(1).insert(&db)?;
    let refused = cage(9).insert(&db);
    assert!(matches!(
        refused,
        Err(Error::ForeignKeyViolation { table, columns, .. }) if table == "cages" && columns == ["whose"]
    ));
    Ok(())
}
