//! Texts in whole queries: however a query with one is run, and wherever the text stands in it.

use orm::prelude::*;
use orm::query::Cursor;
use orm::query::{CursorKey, RawQuery};
use orm::{Error, Query, Result, Window, func};

use super::{Call, Note, Word, hostile, never, notes, try_all};

/// The rows of a common table expression or a list of values.
#[derive(Debug, Clone, PartialEq, FromRow)]
struct Line {
    text: String,
    number: i64,
}

/// The note with a text.
fn found(text: &str) -> Query<Note> {
    Note::query().filter(Note::TEXT.eq(text))
}

fn lines(text: &str) -> Query<Line> {
    Query::<Line>::values([(text.to_owned(), 1), (String::from("x"), 2)])
}

#[track_caller]
fn assert_one(notes: &[Note], text: &str) {
    let texts: Vec<_> = notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(texts, [text]);
}

const RUNS: &[(&str, Call)] = &[
    ("all", |db, text| {
        assert_one(&found(text).all(db)?, text);
        Ok(())
    }),
    ("first", |db, text| {
        assert_eq!(
            found(text).first(db)?.map(|note| note.text).as_deref(),
            Some(text)
        );
        Ok(())
    }),
    ("last", |db, text| {
        assert_eq!(
            found(text).last(db)?.map(|note| note.text).as_deref(),
            Some(text)
        );
        Ok(())
    }),
    ("one", |db, text| {
        assert_eq!(found(text).one(db)?.text, text);
        Ok(())
    }),
    ("one_or_none", |db, text| {
        assert!(found(text).one_or_none(db)?.is_some());
        Ok(())
    }),
    ("count", |db, text| {
        assert_eq!(found(text).count(db)?, 1);
        Ok(())
    }),
    ("exists", |db, text| {
        assert!(found(text).exists(db)?);
        assert!(!found(text).filter(Note::ID.lt(0)).exists(db)?);
        Ok(())
    }),
    ("for_each", |db, text| {
        found(text).for_each(db, |note| {
            assert_eq!(note.text, text);
            Ok(())
        })
    }),
    ("find_by", |db, text| {
        let note = Note::find_by(db, Note::TEXT.eq(text))?;
        assert_eq!(note.map(|note| note.text).as_deref(), Some(text));
        Ok(())
    }),
    ("explain", |db, text| {
        assert!(!found(text).explain(db)?.steps.is_empty());
        Ok(())
    }),
    ("page", |db, text| {
        let page = found(text).page(db, 1, 10)?;
        assert_eq!(page.total, 1);
        assert_one(&page.items, text);
        Ok(())
    }),
    ("keyset and after", |db, text| {
        let query = Note::query()
            .filter(Note::TEXT.ge(text))
            .order_by(Note::TEXT);
        let key = CursorKey::new([7; 16]);
        let page = query.keyset(db, 1)?;
        assert_one(&page.items, text);
        if let Some(cursor) = page.next {
            let cursor = Cursor::from_token(&key, &cursor.to_token(&key))?;
            let next = query.after(&cursor)?.first(db)?;
            assert!(next.is_some_and(|note| *note.text > *text));
        } else {
            query.first(db)?;
        }
        Ok(())
    }),
    ("chunks", |db, text| {
        found(text).chunks(db, 1, |notes| {
            assert_one(&notes, text);
            Ok(())
        })
    }),
];

const PLACES: &[(&str, Call)] = &[
    ("exclude", |db, text| {
        assert_one(&Note::query().exclude(Note::TEXT.ne(text)).all(db)?, text);
        Ok(())
    }),
    ("filter_if", |db, text| {
        let query = Note::query().filter_if(Some(text), |text| Note::TEXT.eq(text));
        assert_one(&query.all(db)?, text);
        Ok(())
    }),
    ("filter_by_name", |db, text| {
        let query = Note::query().filter_by_name("text", text, Note::TEXT)?;
        assert_one(&query.all(db)?, text);
        Ok(())
    }),
    ("order_by", |db, text| {
        let first = Note::query()
            .order_by(Note::TEXT.ne(text).asc())
            .first(db)?;
        assert_eq!(first.map(|note| note.text).as_deref(), Some(text));
        Ok(())
    }),
    ("select", |db, text| {
        let texts = found(text)
            .select((func::value(text), Note::TEXT))
            .all(db)?;
        assert_eq!(texts, [(text.to_owned(), text.to_owned())]);
        Ok(())
    }),
    ("annotate", |db, text| {
        let notes = found(text).annotate(Note::TEXT.concat(text)).all(db)?;
        assert_eq!(notes[0].1, text.repeat(2));
        Ok(())
    }),
    ("only", |db, text| {
        let notes = found(text).only(Note::TEXT).all(db)?;
        assert_eq!(notes[0].get(Note::TEXT)?, text);
        Ok(())
    }),
    ("defer", |db, text| {
        let notes = found(text).defer(Note::DOC).all(db)?;
        assert_eq!(notes[0].get(Note::TEXT)?, text);
        Ok(())
    }),
    ("distinct", |db, text| {
        assert_eq!(found(text).select(Note::TEXT).distinct().count(db)?, 1);
        Ok(())
    }),
    ("subquery", |db, text| {
        assert_one(
            &found(text)
                .limit(1)
                .subquery()
                .filter(Note::TEXT.eq(text))
                .all(db)?,
            text,
        );
        Ok(())
    }),
    ("qualify", |db, text| {
        let number =
            func::row_number().over(Window::partition_by(Note::TEXT.eq(text)).order_by(Note::ID));
        let query = found(text).qualify(number.eq(1));
        assert_one(&query.all(db)?, text);
        Ok(())
    }),
    ("union", |db, text| {
        assert_one(&found(text).union(found(text)).all(db)?, text);
        Ok(())
    }),
    ("join", |db, text| {
        let other = Note::alias("other");
        let same = Note::ID
            .on(other.column(Note::ID))
            .and(other.column(Note::TEXT).eq(text));
        assert_one(&Note::query().join(same).all(db)?, text);
        Ok(())
    }),
    ("left_join", |db, text| {
        let word = Note::TEXT.on(Word::WORD).and(Word::WORD.eq(text));
        let rows = found(text)
            .left_join(word)
            .select((Note::TEXT, Word::WORD))
            .all(db)?;
        assert_eq!(rows, [(text.to_owned(), None)]);
        Ok(())
    }),
    ("values", |db, text| {
        let lines = lines(text).order_by(Line::NUMBER).all(db)?;
        assert_eq!((lines.len(), lines[0].text.as_str()), (2, text));
        Ok(())
    }),
    ("with_cte", |db, text| {
        let query = Query::<Line>::new()
            .with_cte(lines(text))
            .filter(Line::TEXT.eq(text));
        assert_eq!(
            query.first(db)?.map(|line| line.text).as_deref(),
            Some(text)
        );
        Ok(())
    }),
    ("recursive", |db, text| {
        let first = lines(text).filter(Line::NUMBER.eq(1));
        let next = Query::<Line>::new().filter(Line::NUMBER.lt(3));
        let next = next.select((Line::TEXT.concat(text), Line::NUMBER + 1));
        let lines = Query::recursive(first, next.rows_as::<Line>()).order_by(Line::NUMBER);
        assert_eq!(lines.all(db)?[2].text, text.repeat(3));
        Ok(())
    }),
    ("aggregate", |db, text| {
        let only = Note::TEXT.max().filter(Note::TEXT.eq(text));
        let joined = Note::TEXT.join_text(text).filter(Note::TEXT.eq(text));
        let found = Note::query().aggregate(db, (only, joined))?;
        assert_eq!(found, (Some(text.to_owned()), Some(text.to_owned())));
        Ok(())
    }),
    ("group_by and having", |db, text| {
        let same = Note::TEXT.eq(text);
        let groups = Note::query()
            .group_by(same.clone())
            .select((same, func::count()));
        let groups = groups.having(Note::TEXT.max().eq(text).and(func::count().eq(1)));
        assert_eq!(groups.all(db)?, [(true, 1)]);
        Ok(())
    }),
    ("partition_by and order_by of a window", |db, text| {
        let window = Window::partition_by(Note::TEXT.eq(text)).order_by(Note::TEXT.eq(text).desc());
        let rows = found(text)
            .select((Note::TEXT, func::row_number().over(window)))
            .all(db)?;
        assert_eq!(rows, [(text.to_owned(), 1)]);
        Ok(())
    }),
    ("func::raw", |db, text| {
        let raw = func::raw::<String>("'''?' || ? /* ? */", [text.into()]);
        assert_eq!(found(text).select(raw).one(db)?, format!("'?{text}"));
        Ok(())
    }),
    ("RawQuery::new", |db, text| {
        let sql = "SELECT * FROM notes WHERE text = ?";
        assert_one(
            &RawQuery::new::<Note>(sql, vec![text.into()]).all(db)?,
            text,
        );
        Ok(())
    }),
    ("RawSql::query", |db, text| {
        let rows = db.query("SELECT text FROM notes WHERE text = ?", &[text.into()])?;
        assert_eq!(rows, [[text.into()]]);
        Ok(())
    }),
];

#[test]
fn queries_with_hostile_texts_are_run_in_every_way() -> Result<()> {
    let (db, log, _) = notes()?;
    RUNS[10].1(&db, super::HARMLESS)?;
    assert_eq!(log.take().len(), 2, "the log sees every statement");
    // Behind the greatest text there is no next row, which is asked for all the same by another query.
    let (paging, others): (Vec<_>, Vec<_>) =
        RUNS.iter().partition(|run| run.0 == "keyset and after");
    try_all(&others, never)?;
    for text in hostile() {
        paging[0].1(&db, &text)?;
    }
    Ok(())
}

#[test]
fn hostile_texts_stand_in_every_place_of_a_query() -> Result<()> {
    try_all(PLACES, never)
}

/// SQLite takes patterns of 50,000 bytes.
#[test]
fn patterns_too_long_for_the_database_are_a_typed_error() -> Result<()> {
    let (db, _, _) = notes()?;
    let long = "'*?".repeat(50_000);
    for condition in [
        Note::TEXT.contains(&*long),
        Note::TEXT.like(&*long),
        Note::TEXT.contains_ignore_case(&*long),
    ] {
        let refused = Note::query().filter(condition).all(&db);
        assert!(
            matches!(refused, Err(Error::Database { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(Note::query().filter(Note::TEXT.eq(&*long)).count(&db)?, 0);
    Ok(())
}
