//! Functions of text.

use orm::prelude::*;
use orm::{Database, Error, Result, func};

use super::{Sample, assert_filter, assert_select, database, select, text};

fn owned<const N: usize>(texts: [&str; N]) -> [String; N] {
    texts.map(str::to_owned)
}

fn some<const N: usize>(texts: [Option<&str>; N]) -> [Option<String>; N] {
    texts.map(|text| text.map(str::to_owned))
}

fn one(content: &str) -> Result<Database> {
    database([text(content, None)])
}

#[test]
fn concat_puts_texts_behind_each_other() -> Result<()> {
    let db = database([text("a", Some("b")), text("", None)])?;
    let (text, note) = (Sample::TEXT, Sample::NOTE);
    let sql = r#"("s"."text" || ?)"#;
    assert_select(
        &db,
        text.concat("!"),
        sql,
        &["!".into()],
        &owned(["a!", "!"]),
    )?;
    let both = text.nullable().concat(note);
    let sql = r#"("s"."text" || "s"."note")"#;
    assert_select(&db, both, sql, &[], &some([Some("ab"), None]))?;
    let three = text.concat(" ").concat(note.coalesce("-"));
    let sql = r#"(("s"."text" || ?) || coalesce("s"."note", ?))"#;
    assert_select(
        &db,
        three,
        sql,
        &[" ".into(), "-".into()],
        &owned(["a b", " -"]),
    )?;
    assert_eq!(select(&db, note.concat(None::<String>))?, [None, None]);
    let inside = text.concat(text.concat(text)).length() + 1;
    assert_eq!(select(&db, inside)?, [4, 1]);
    Ok(())
}

#[test]
fn length_counts_characters() -> Result<()> {
    let db = database([text("Ärger", None), text("", Some("𝄞e\u{301}"))])?;
    assert_select(
        &db,
        Sample::TEXT.length(),
        r#"length("s"."text")"#,
        &[],
        &[5, 0],
    )?;
    assert_eq!(select(&db, Sample::NOTE.length())?, [None, Some(3)]);
    let sql = r#"length("s"."text") > ?"#;
    assert_filter(&db, Sample::TEXT.length().gt(4), sql, &[4.into()], &[1])
}

#[test]
fn trim_takes_spaces_and_nothing_else() -> Result<()> {
    let db = database([text("  a b\t ", Some(" \n ")), text("   ", None)])?;
    let (text, note) = (Sample::TEXT, Sample::NOTE);
    assert_select(
        &db,
        text.trim(),
        r#"trim("s"."text")"#,
        &[],
        &owned(["a b\t", ""]),
    )?;
    let sql = r#"ltrim("s"."text")"#;
    assert_select(&db, text.trim_start(), sql, &[], &owned(["a b\t ", ""]))?;
    let sql = r#"rtrim("s"."text")"#;
    assert_select(&db, text.trim_end(), sql, &[], &owned(["  a b\t", ""]))?;
    assert_select(
        &db,
        note.trim(),
        r#"trim("s"."note")"#,
        &[],
        &some([Some("\n"), None]),
    )
}

#[test]
fn substr_counts_characters_from_one() -> Result<()> {
    let db = one("Händel")?;
    let sql = r#"substr("s"."text", ?, ?)"#;
    for (from, length, part) in [
        (1, 3, "Hän"),
        (2, 1, "ä"),
        (4, 99, "del"),
        (7, 1, ""),
        (99, 1, ""),
        (1, 0, ""),
        (i64::MAX, i64::MAX, ""),
        // The place before the first counts, and has no character.
        (0, 2, "H"),
        (0, 1, ""),
        // From the end.
        (-2, 1, "e"),
        (-3, 9, "del"),
        // Beyond the start there is nothing to count.
        (-8, 3, "H"),
        (-99, 3, ""),
        // So many characters before the place.
        (4, -2, "än"),
    ] {
        let values = [from.into(), length.into()];
        assert_select(
            &db,
            Sample::TEXT.substr(from, length),
            sql,
            &values,
            &owned([part]),
        )?;
    }
    Ok(())
}

#[test]
fn substr_from_gives_the_rest() -> Result<()> {
    let db = database([text("Händel", None), text("a", None)])?;
    let sql = r#"substr("s"."text", ?)"#;
    let rests = [
        (1, ["Händel", "a"]),
        (3, ["ndel", ""]),
        (99, ["", ""]),
        (-2, ["el", "a"]),
    ];
    for (from, parts) in rests {
        let rest = Sample::TEXT.substr_from(from);
        assert_select(&db, rest, sql, &[from.into()], &owned(parts))?;
    }
    assert_eq!(select(&db, Sample::NOTE.substr_from(1))?, [None, None]);
    Ok(())
}

#[test]
fn substr_takes_expressions() -> Result<()> {
    let db = one("a=1")?;
    let behind = Sample::TEXT.instr("=") + 1;
    let value = Sample::TEXT.substr(behind, Sample::TEXT.length());
    let sql = r#"substr("s"."text", (instr("s"."text", ?) + ?), length("s"."text"))"#;
    assert_select(&db, value, sql, &["=".into(), 1.into()], &owned(["1"]))?;
    assert_eq!(select(&db, Sample::NOTE.substr(1, 2))?, [None]);
    Ok(())
}

#[test]
fn replace_takes_every_place_and_nothing_for_a_pattern() -> Result<()> {
    let db = database([text("a.b.c%", Some("aaa")), text("", None)])?;
    let sql = r#"replace("s"."text", ?, ?)"#;
    let values = [".".into(), "".into()];
    assert_select(
        &db,
        Sample::TEXT.replace(".", ""),
        sql,
        &values,
        &owned(["abc%", ""]),
    )?;
    assert_eq!(select(&db, Sample::TEXT.replace("%", "'"))?, ["a.b.c'", ""]);
    assert_eq!(select(&db, Sample::TEXT.replace("", "x"))?, ["a.b.c%", ""]);
    assert_eq!(select(&db, Sample::TEXT.replace("A", "x"))?, ["a.b.c%", ""]);
    let note = select(&db, Sample::NOTE.replace("aa", "ä"))?;
    assert_eq!(note, some([Some("äa"), None]));
    Ok(())
}

#[test]
fn instr_gives_the_first_place() -> Result<()> {
    let db = database([text("Ännchen", Some("n%")), text("", None)])?;
    let sql = r#"instr("s"."text", ?)"#;
    assert_select(&db, Sample::TEXT.instr("n"), sql, &["n".into()], &[2, 0])?;
    assert_eq!(select(&db, Sample::TEXT.instr("ä"))?, [0, 0]);
    assert_eq!(select(&db, Sample::TEXT.instr(""))?, [1, 1]);
    assert_eq!(select(&db, Sample::NOTE.instr("%"))?, [Some(2), None]);
    Ok(())
}

/// For SQLite's `length` and `substr` a text ends there, as their documentation here says.
#[test]
fn a_nul_is_a_character_but_for_length_and_substr() -> Result<()> {
    let db = one("a\0bc")?;
    assert_eq!(select(&db, Sample::TEXT.length())?, [1]);
    assert_eq!(select(&db, Sample::TEXT.substr(1, 4))?, ["a"]);
    assert_eq!(select(&db, Sample::TEXT.instr("b"))?, [3]);
    assert_eq!(select(&db, Sample::TEXT.replace("b", "-"))?, ["a\0-c"]);
    assert_eq!(select(&db, Sample::TEXT.concat("\0"))?, ["a\0bc\0"]);
    assert_eq!(select(&db, Sample::TEXT.upper())?, ["A\0BC"]);
    assert_eq!(select(&db, Sample::TEXT.trim())?, ["a\0bc"]);
    Ok(())
}

#[test]
fn texts_are_bound_whatever_is_in_them() -> Result<()> {
    let hostile = r#"'"; DROP TABLE "s"; -- ? :a $1 \"#;
    let db = one(hostile)?;
    assert_eq!(
        select(&db, Sample::TEXT.replace(hostile, hostile))?,
        [hostile]
    );
    assert_eq!(select(&db, Sample::TEXT.instr(hostile))?, [1]);
    assert_eq!(select(&db, Sample::TEXT.nullif(hostile))?, [None]);
    assert_eq!(
        select(&db, func::value(hostile).concat(hostile))?,
        [hostile.repeat(2)]
    );
    assert_eq!(Sample::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_character_that_became_two_is_no_character() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Grade {
        #[orm(primary_key)]
        id: i64,
        mark: char,
    }

    let (db, _) = crate::recorder::recorded(&orm::schema![Grade])?;
    Grade { id: 0, mark: 'ß' }.insert(&db)?;
    let upper = Grade::query().select(Grade::MARK.upper()).all(&db);
    assert!(matches!(upper, Err(Error::Decode { .. })));
    let text = Grade::query().select(Grade::MARK.cast::<String>().upper());
    assert_eq!(text.all(&db)?, ["SS"]);
    assert_eq!(Grade::query().filter(Grade::MARK.eq('ß')).count(&db)?, 1);
    Ok(())
}
