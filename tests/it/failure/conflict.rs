//! Conflicts that roll back.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{Note, assert_lost, on_both, stored};

#[test]
fn a_conflict_that_rolls_back_loses_the_transaction() -> Result<()> {
    on_both(|db| {
        let tx = db.begin()?;
        Note::new(1).insert(&tx)?;
        let conflict = "INSERT OR ROLLBACK INTO notes (number, content) VALUES (?, x'')";
        let refused = tx.execute(conflict, &[1.into()]);
        assert!(
            matches!(refused, Err(Error::UniqueViolation { .. })),
            "{refused:?}"
        );
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));
        assert!(stored(db)?.is_empty());
        Ok(())
    })
}

#[test]
fn work_that_hides_a_conflict_that_rolled_back_is_not_committed() -> Result<()> {
    on_both(|db| {
        let outcome = db.transaction(|tx| {
            Note::new(1).insert(tx)?;
            let conflict = "INSERT OR ROLLBACK INTO notes (number, content) VALUES (1, x'')";
            let inner = tx.transaction(|savepoint| {
                Note::new(2).insert(savepoint)?;
                let _ = savepoint.execute(conflict, &[]);
                Ok(())
            });
            assert!(matches!(inner, Err(Error::TransactionLost)));
            let _ = Note::new(3).insert(tx);
            Ok(())
        });
        assert!(matches!(outcome, Err(Error::TransactionLost)));
        assert!(stored(db)?.is_empty());
        Ok(())
    })
}

/// Tables of others may roll back at any statement: by a constraint, or by a trigger.
#[test]
fn a_table_that_rolls_back_by_itself_loses_the_transaction() -> Result<()> {
    let constraint = ["CREATE TABLE notes (id INTEGER PRIMARY KEY, content BLOB,
                       number INT UNIQUE ON CONFLICT ROLLBACK)"]
    .as_slice();
    let trigger = &[
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, number INT, content BLOB)",
        "CREATE TRIGGER once BEFORE INSERT ON notes
         WHEN EXISTS (SELECT 1 FROM notes WHERE number = new.number)
         BEGIN SELECT RAISE(ROLLBACK, 'already there'); END",
    ];
    for schema in [constraint, trigger] {
        let db = Database::open("sqlite::memory:")?;
        for statement in schema {
            db.execute(*statement, &[])?;
        }
        let tx = db.begin()?;
        Note::new(1).insert(&tx)?;
        let mut note = Note::new(1);
        assert!(note.insert(&tx).is_err());
        assert_eq!(note.id, 0);
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));

        let mut notes = [Note::new(1), Note::new(2), Note::new(1)];
        assert!(Note::insert_many(&db, &mut notes).is_err());
        let found = db.transaction(|tx| {
            Note::new(1).insert(tx)?;
            let _ = Note::insert_many(tx, &mut notes);
            Ok(())
        });
        assert!(matches!(found, Err(Error::TransactionLost)));
        assert!(notes.iter().all(|note| note.id == 0));
        assert!(stored(&db)?.is_empty());
        Note::new(1).insert(&db)?;
    }
    Ok(())
}
