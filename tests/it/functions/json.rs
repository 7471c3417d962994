//! Paths into JSON documents.

use orm::prelude::*;
use orm::value::Json;
use orm::{Database, Error, Result};
use serde_json::{Value as Document, json};

use crate::recorder;

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "d")]
pub(super) struct Doc {
    #[orm(primary_key)]
    pub(super) id: i64,
    pub(super) body: Document,
    pub(super) list: Json<Vec<Document>>,
    pub(super) extra: Option<Document>,
    pub(super) number: i64,
}

pub(super) fn documents(bodies: impl IntoIterator<Item = Document>) -> Result<Database> {
    let (db, _) = recorder::recorded(&orm::schema![Doc])?;
    for body in bodies {
        let list = Json(body.as_array().cloned().unwrap_or_default());
        Doc {
            id: 0,
            body,
            list,
            extra: None,
            number: 1,
        }
        .insert(&db)?;
    }
    Ok(db)
}

const KEYS: [&str; 34] = [
    "a",
    "a.b",
    "a[0]",
    "[0]",
    "$",
    "$.a",
    "#",
    "#-1",
    "*",
    "a b",
    " a",
    "a ",
    "",
    " ",
    "\"",
    "\"\"",
    "a\"b",
    "\\",
    "\\\\",
    "a\\",
    "\\\"",
    "\\n",
    "\n",
    "\t",
    "\r",
    "\u{1}",
    "\u{7f}",
    "ä",
    "𝄞",
    "\u{202e}",
    "\\u0041",
    "'",
    "'; DROP TABLE d; --",
    "?",
];

#[test]
fn every_key_leads_to_its_own_value() -> Result<()> {
    let object: serde_json::Map<_, _> = KEYS
        .iter()
        .enumerate()
        .map(|(at, key)| ((*key).to_owned(), json!(at)))
        .collect();
    let db = documents([Document::Object(object)])?;
    for (at, key) in (0_i64..).zip(KEYS) {
        let query =
            Doc::query().select((Doc::BODY.key(key).get::<i64>(), Doc::BODY.key(key).exists()));
        let (sql, _) = query.to_sql(&db)?;
        assert!(
            sql.starts_with(r#"SELECT json_extract("d"."body", ?), "#),
            "{sql}"
        );
        assert_eq!(query.one(&db)?, (Some(at), true), "{key:?}");
        let missing = Doc::BODY.key(&format!("{key}x"));
        assert_eq!(
            Doc::query().select(missing.get::<i64>()).one(&db)?,
            None,
            "{key:?}"
        );
    }
    Ok(())
}

#[test]
fn every_key_leads_on_to_the_next() -> Result<()> {
    for outer in KEYS {
        let db = documents([json!({outer: {"\"": [{outer: 7}]}})])?;
        let place = Doc::BODY.key(outer).key("\"").index(0).key(outer);
        let found = Doc::query().select(place.clone().get::<i64>()).one(&db)?;
        assert_eq!(found, Some(7), "{outer:?}");
        assert_eq!(Doc::query().filter(place.get::<i64>().eq(7)).count(&db)?, 1);
    }
    Ok(())
}

/// Other programs write what is not ASCII, and more, as escapes.
#[test]
fn keys_that_are_written_with_escapes_are_found() -> Result<()> {
    let db = documents([json!({})])?;
    let text = r#"{"\u0061": 1, "\u00e4": 2, "\ud834\udd1e": 3, "\/": 4, "\u0022": 5, "\u005c": 6, "\b": 7}"#;
    db.execute("UPDATE d SET body = ?", &[text.into()])?;
    for (value, key) in (1_i64..).zip(["a", "ä", "𝄞", "/", "\"", "\\", "\u{8}"]) {
        let query = Doc::query().select(Doc::BODY.key(key).get::<i64>());
        assert_eq!(query.one(&db)?, Some(value), "{key:?}");
    }
    Ok(())
}

#[test]
fn a_key_with_a_nul_is_refused() -> Result<()> {
    let db = documents([json!({"a": 1})])?;
    let refused = Doc::query()
        .select(Doc::BODY.key("a\0b").get::<i64>())
        .all(&db);
    assert!(matches!(refused, Err(Error::InvalidQuery { .. })));
    Ok(())
}

#[test]
fn elements_are_counted_from_zero() -> Result<()> {
    let db = documents([json!([10, [20, {"a": [30]}]])])?;
    let get = |place: orm::query::JsonPath<Doc>| Doc::query().select(place.get::<i64>()).one(&db);
    assert_eq!(get(Doc::BODY.index(0))?, Some(10));
    assert_eq!(get(Doc::BODY.index(1).index(0))?, Some(20));
    assert_eq!(
        get(Doc::LIST.index(1).index(1).key("a").index(0))?,
        Some(30)
    );
    assert_eq!(get(Doc::BODY.index(2))?, None);
    assert_eq!(get(Doc::BODY.index(0).index(0))?, None);
    assert_eq!(get(Doc::BODY.key("0"))?, None);
    for far in [usize::MAX, u32::MAX as usize, 1 << 32, (1 << 32) + 1] {
        assert_eq!(get(Doc::BODY.index(far))?, None, "{far}");
    }
    Ok(())
}

#[test]
fn a_number_is_a_key_of_an_object_and_no_element() -> Result<()> {
    let db = documents([json!({"0": "zero"})])?;
    let query = Doc::query().select((
        Doc::BODY.key("0").get::<String>(),
        Doc::BODY.index(0).get::<String>(),
    ));
    assert_eq!(query.one(&db)?, (Some("zero".to_owned()), None));
    Ok(())
}

#[test]
fn exists_asks_for_the_place_and_not_for_the_value() -> Result<()> {
    let db = documents([
        json!({"a": null}),
        json!({"b": 1}),
        json!(null),
        json!({"a": {}}),
    ])?;
    let query = Doc::query()
        .filter(Doc::BODY.key("a").exists())
        .order_by(Doc::ID);
    let (sql, values) = query.to_sql(&db)?;
    let filter = r#"WHERE (json_type("d"."body", ?) IS NOT NULL) ORDER BY "d"."id""#;
    assert!(sql.ends_with(filter), "{sql}");
    assert_eq!(values, [r#"$."a""#.into()]);
    assert_eq!(query.select(Doc::ID).all(&db)?, [1, 4]);
    let missing = Doc::query()
        .filter(!Doc::BODY.key("a").exists())
        .order_by(Doc::ID);
    assert_eq!(missing.select(Doc::ID).all(&db)?, [2, 3]);
    let document = Doc::query().filter(Doc::BODY.document().exists());
    assert_eq!(document.count(&db)?, 4);
    let null = Doc::query().filter(Doc::EXTRA.key("a").exists() | Doc::EXTRA.document().exists());
    assert_eq!(null.count(&db)?, 0);
    assert_eq!(
        Doc::query()
            .select(Doc::EXTRA.key("a").exists())
            .first(&db)?,
        Some(false)
    );
    Ok(())
}

#[test]
fn len_counts_elements_of_an_array() -> Result<()> {
    let db = documents([
        json!([1, 2, [3, 4]]),
        json!({"a": 1, "b": [1]}),
        json!("text"),
        json!([]),
    ])?;
    let lengths = |place: orm::query::JsonPath<Doc>| {
        Doc::query().order_by(Doc::ID).select(place.len()).all(&db)
    };
    assert_eq!(
        lengths(Doc::BODY.document())?,
        [Some(3), Some(0), Some(0), Some(0)]
    );
    assert_eq!(lengths(Doc::BODY.key("b"))?, [None, Some(1), None, None]);
    assert_eq!(lengths(Doc::BODY.index(2))?, [Some(2), None, None, None]);
    assert_eq!(lengths(Doc::EXTRA.document())?, [None; 4]);
    Ok(())
}

#[test]
fn text_that_is_no_json_is_an_error_and_the_connection_lives_on() -> Result<()> {
    let db = documents([json!({"a": 1}), json!({"a": 2})])?;
    db.execute("UPDATE d SET body = ? WHERE id = 2", &["{'secret".into()])?;
    let place = || Doc::BODY.key("a");
    let query = Doc::query();
    for refused in [
        query
            .clone()
            .select(place().get::<i64>())
            .all(&db)
            .map(drop),
        query.clone().select(place().exists()).all(&db).map(drop),
        query.clone().select(place().len()).all(&db).map(drop),
        query
            .clone()
            .filter(place().contains(1))
            .count(&db)
            .map(drop),
    ] {
        let error = refused.expect_err("no JSON");
        assert!(matches!(error, Error::Database { .. }), "{error:?}");
        assert!(!crate::said(&error).contains("secret"));
        let first = query
            .clone()
            .filter(Doc::ID.eq(1))
            .select(place().get::<i64>());
        assert_eq!(first.one(&db)?, Some(1));
    }
    Ok(())
}
