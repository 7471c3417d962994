//! The death of a program in the middle of its flushes.

use std::io::Write as _;

use orm::prelude::*;
use orm::{Database, Result, Session, Value};

use crate::failure::kill::{DATABASE, any_number, run_and_kill};
use crate::{database_file, is_child, repetitions};

/// What the program writes: each batch says how many pieces it has, and each is changed once by the next one.
#[derive(Debug, Mapper)]
#[orm(table = "pieces", index(batch))]
struct Piece {
    #[orm(primary_key)]
    id: i64,
    batch: i64,
    size: i64,
    changed_by: i64,
    content: String,
}

/// Adds a batch and changes the one before, in one flush, and says so, until it is killed.
fn write_until_killed() -> Result<()> {
    let path = std::env::var_os(DATABASE).expect("the path of the database");
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![PieceMapper])?;
    let last = PieceMapper::query()
        .order_by(PieceMapper::BATCH.desc())
        .first(&db)?;
    let mut batch = last.map_or(0, |piece| piece.batch);
    loop {
        let mut session = Session::new(&db);
        let before = PieceMapper::query().filter(PieceMapper::BATCH.eq(batch));
        batch += 1;
        for piece in session.all(&before)? {
            session[piece].changed_by = batch;
        }
        let size = 1 + batch % 40;
        for at in 0..size {
            session.add(Piece {
                id: 0,
                batch,
                size,
                changed_by: 0,
                content: "x".repeat(usize::try_from(at * 50).unwrap_or(0)),
            })?;
        }
        session.commit()?;
        writeln!(std::io::stdout(), "committed {batch}").expect("the other end reads");
    }
}

/// `ORM_TEST_SESSION_KILLS` says how often.
#[test]
fn a_program_that_is_killed_leaves_whole_flushes() -> Result<()> {
    if is_child() {
        return write_until_killed();
    }
    let (_folder, path) = database_file();
    let mut seen = 0;
    for _ in 0..repetitions("ORM_TEST_SESSION_KILLS", 100) {
        let test = "session::kill::a_program_that_is_killed_leaves_whole_flushes";
        let committed = run_and_kill(test, &path, 1 + any_number(6), any_number(1_000_000));
        let db = Database::sqlite(&path).open()?;
        let check = db.query("PRAGMA integrity_check", &[])?;
        assert!(check == [["ok".into()]], "the file is damaged");
        let halves = "SELECT batch FROM pieces GROUP BY batch
                      HAVING count(*) <> max(size) OR min(size) <> max(size)
                      OR min(changed_by) <> max(changed_by)
                      OR max(changed_by) NOT IN (0, batch + 1)";
        assert!(db.query(halves, &[])?.is_empty(), "half a flush");
        let unchanged = "SELECT count(DISTINCT batch), max(batch),
                         count(DISTINCT CASE changed_by WHEN 0 THEN batch END) FROM pieces";
        let found = db.query(unchanged, &[])?;
        let [Value::Int(count), Value::Int(last), Value::Int(unchanged)] = found[0][..] else {
            panic!("{found:?}");
        };
        assert_eq!(
            (count, unchanged),
            (last, 1),
            "a batch is missing, or was not changed"
        );
        assert!(last >= committed.max(seen), "a commit was lost");
        seen = last;
    }
    Ok(())
}
