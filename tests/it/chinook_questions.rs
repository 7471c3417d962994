//! The query cookbook, whose answers are compared with those that others have recorded.

use std::path::{Path, PathBuf};

use orm::{Database, Result};
use tempfile::TempDir;

use crate::recorder::{Log, recorded};

#[expect(dead_code, reason = "the test calls what `main` calls")]
#[path = "../../examples/chinook_questions/main.rs"]
mod example;

use example::tables::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist,
    PlaylistTrack, Track,
};
use example::{changes, derived, groups, joins};

/// The folder of the database and the questions, if it lies beside the repository.
fn data() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if folder.join("chinook_questions.json").exists() {
        return Some(folder);
    }
    eprintln!(
        "skipped, because there are no questions about Chinook in {}",
        folder.display()
    );
    None
}

/// A copy of the folder in which one text of the questions is replaced.
fn altered(folder: &Path, from: &str, to: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["chinook.sqlite", "chinook_questions.json"] {
        let bytes = std::fs::read(folder.join(name)).expect("the data can be read");
        std::fs::write(copy.path().join(name), bytes).expect("a temporary file can be written");
    }
    let questions = copy.path().join("chinook_questions.json");
    let text = std::fs::read_to_string(&questions).expect("the questions are text");
    assert!(text.contains(from), "the questions lack {from}");
    std::fs::write(questions, text.replacen(from, to, 1)).expect("the copy can be written");
    copy
}

/// What the example says about the questions that it answers otherwise.
fn differences(folder: &Path) -> Vec<(String, String)> {
    let outcomes = example::run(folder).expect("the questions can be asked");
    let outcomes = outcomes.into_iter();
    outcomes
        .filter_map(|(id, difference)| Some((id, difference?)))
        .collect()
}

#[test]
fn every_question_gets_the_recorded_answer() {
    let Some(folder) = data() else { return };
    let outcomes = example::run(&folder).expect("the questions can be asked");
    for (id, difference) in &outcomes {
        assert_eq!(difference.as_deref(), None, "{id}");
    }
    let ids: Vec<_> = outcomes.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "ch01", "ch03", "ch04", "ch05", "ch06", "ch08", "ch10", "ch12", "ch14", "ch15", "ch16",
            "ch21"
        ]
    );
}

#[test]
fn the_questions_leave_the_database_as_it_is() {
    let Some(folder) = data() else { return };
    let file = folder.join("chinook.sqlite");
    let before = std::fs::read(&file).expect("the database can be read");
    example::run(&folder).expect("the questions can be asked");
    let after = std::fs::read(&file).expect("the database can be read");
    assert!(before == after, "the database was changed");
    assert!(!folder.join("chinook.sqlite-wal").exists());
}

#[test]
fn another_digest_is_a_difference() {
    let Some(folder) = data() else { return };
    let digest = "d764d0e71314e2585bb8935430f86003";
    let altered = altered(&folder, digest, "0123");
    assert_eq!(
        differences(altered.path()),
        [(
            "ch01".to_owned(),
            format!("differs: md5 {digest} instead of 0123, 8 rows instead of 8")
        )]
    );
}

#[test]
fn the_first_row_that_differs_is_shown_where_the_answers_are_there() {
    let Some(folder) = data() else { return };
    let altered = altered(&folder, "cfd0589b21d17170d8639027a20ff28c", "0123");
    let answers = altered.path().join("answers");
    std::fs::create_dir(&answers).expect("a folder");
    let recorded = "[457,\"De La Luz\",null]\n[458,\"Nothing\",null]\n";
    std::fs::write(answers.join("ch12.jsonl"), recorded).expect("a file");
    let [(id, difference)] = &differences(altered.path())[..] else {
        panic!("one question differs");
    };
    assert_eq!(id, "ch12");
    let shown = "\n  row 2: [";
    assert!(difference.contains(shown), "{difference}");
    assert!(difference.ends_with("\n  instead of [458,\"Nothing\",null]"));
}

#[test]
fn another_number_of_changed_rows_is_a_difference() {
    let Some(folder) = data() else { return };
    let text = std::fs::read_to_string(folder.join("chinook_questions.json")).expect("text");
    let at = text.find("74").expect("the number of classical tracks");
    let line = &text[..at + 2];
    let line = &line[line.rfind("\"changes\"").expect("changes")..];
    let altered = altered(&folder, line, &line.replace("74", "73"));
    assert_eq!(
        differences(altered.path()),
        [(
            "ch14".to_owned(),
            "differs: [74] rows changed instead of [73]".to_owned()
        )]
    );
}

#[test]
fn a_question_without_an_answer_is_a_difference() {
    let Some(folder) = data() else { return };
    let altered = altered(&folder, "\"ch21\"", "\"ch99\"");
    let [(id, difference)] = &differences(altered.path())[..] else {
        panic!("one question differs");
    };
    assert_eq!(id, "ch99");
    assert!(difference.ends_with("0 rows instead of 9"), "{difference}");
}

#[test]
fn a_question_that_cannot_be_asked_does_not_hide_the_others() {
    let Some(folder) = data() else { return };
    let altered = altered(&folder, "\"chinook.sqlite\"", "\"nothing.sqlite\"");
    let differences = differences(altered.path());
    let [(id, difference)] = &differences[..] else {
        panic!("one question fails: {differences:?}");
    };
    assert_eq!(id, "ch01");
    assert!(
        difference.starts_with("fails: the database cannot be used"),
        "{difference}"
    );
}

#[test]
fn a_folder_without_questions_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let error = example::run(folder.path()).expect_err("there are no questions");
    assert!(error.to_string().contains("chinook_questions.json: "));
}

/// The tables, without rows.
fn empty() -> Result<(Database, Log)> {
    recorded(&orm::schema![
        Album,
        Artist,
        Customer,
        Employee,
        Genre,
        Invoice,
        InvoiceLine,
        MediaType,
        Playlist,
        PlaylistTrack,
        Track
    ])
}

#[test]
fn every_question_is_asked_by_one_statement() -> Result<()> {
    let (db, log) = empty()?;
    joins::ch01(&db)?;
    joins::ch03(&db)?;
    derived::ch04(&db)?;
    joins::ch05(&db)?;
    groups::ch06(&db)?;
    derived::ch08(&db)?;
    groups::ch10(&db)?;
    groups::ch21(&db)?;
    let statements = log.take();
    assert_eq!(statements.len(), 8, "{statements:#?}");

    // A page comes with the number of all rows.
    joins::ch12(&db)?;
    let statements = log.take();
    assert_eq!(statements.len(), 2, "{statements:#?}");
    assert!(statements[0].starts_with("SELECT count(*) FROM "));
    assert!(
        statements[1].ends_with(r#"ORDER BY "Track"."Name", "Track"."TrackId" LIMIT 10 OFFSET 20"#)
    );
    Ok(())
}

#[test]
fn every_change_is_one_statement() -> Result<()> {
    let (db, log) = empty()?;
    changes::ch14(&db)?;
    assert_eq!(
        log.take(),
        [concat!(
            r#"UPDATE "Track" SET "UnitPrice" = round(("Track"."UnitPrice" * ?), ?) "#,
            r#"WHERE "Track"."GenreId" = (SELECT "Genre"."GenreId" FROM "Genre" WHERE "Genre"."Name" = ?)"#,
        )]
    );
    changes::ch15(&db)?;
    assert_eq!(
        log.take(),
        [concat!(
            r#"DELETE FROM "Playlist" WHERE NOT EXISTS ("#,
            r#"SELECT "PlaylistTrack"."PlaylistId", "PlaylistTrack"."TrackId" FROM "PlaylistTrack" "#,
            r#"WHERE "PlaylistTrack"."PlaylistId" = "Playlist"."PlaylistId")"#,
        )]
    );
    changes::ch16(&db)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            concat!(
                r#"INSERT INTO "MediaType" ("MediaTypeId", "Name") VALUES (?, ?), (?, ?), (?, ?), (?, ?) "#,
                r#"ON CONFLICT ("MediaTypeId") DO UPDATE SET "Name" = excluded."Name""#,
            ),
            "COMMIT"
        ]
    );
    Ok(())
}
