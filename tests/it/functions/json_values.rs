//! What is read out of JSON documents.

use orm::prelude::*;
use orm::value::{Date, Json};
use orm::{Error, Result, func};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Document, json};

use super::json::{Doc, documents};

#[test]
fn values_are_read_as_the_type_that_is_asked_for() -> Result<()> {
    let id = uuid::Uuid::from_u128(7);
    let db = documents([json!({
        "int": -5, "real": 2.5, "whole": 3.0, "text": "ä\"\\", "yes": true, "no": false, "null": null,
        "date": "2026-11-22", "id": id.to_string(), "large": u64::MAX, "list": [1, "a"], "object": {"k": null},
    })])?;
    let one = Doc::query();
    let get = |key| Doc::BODY.key(key);
    assert_eq!(
        one.clone().select(get("int").get::<i64>()).one(&db)?,
        Some(-5)
    );
    assert_eq!(
        one.clone().select(get("int").get::<f64>()).one(&db)?,
        Some(-5.0)
    );
    assert_eq!(
        one.clone().select(get("real").get::<f64>()).one(&db)?,
        Some(2.5)
    );
    assert_eq!(
        one.clone().select(get("whole").get::<f64>()).one(&db)?,
        Some(3.0)
    );
    let text = one.clone().select(get("text").get::<String>());
    assert_eq!(text.one(&db)?, Some("ä\"\\".to_owned()));
    let flags = one
        .clone()
        .select((get("yes").get::<bool>(), get("no").get::<bool>()));
    assert_eq!(flags.one(&db)?, (Some(true), Some(false)));
    assert_eq!(one.clone().select(get("null").get::<i64>()).one(&db)?, None);
    assert_eq!(
        one.clone()
            .select(get("nowhere").get::<Option<String>>())
            .one(&db)?,
        None
    );
    let date = Date::parse("2026-11-22").expect("a date");
    assert_eq!(
        one.clone().select(get("date").get::<Date>()).one(&db)?,
        Some(date)
    );
    assert_eq!(
        one.clone().select(get("id").get::<uuid::Uuid>()).one(&db)?,
        Some(id)
    );
    assert_eq!(
        one.clone().select(get("real").get::<Decimal>()).one(&db)?,
        Some(Decimal::new(25, 1))
    );
    let list = one.clone().select(get("list").get::<String>());
    assert_eq!(list.one(&db)?, Some(r#"[1,"a"]"#.to_owned()));
    Ok(())
}

#[test]
fn a_value_of_another_type_is_refused() -> Result<()> {
    let db =
        documents([json!({"int": 300, "text": "5", "large": u64::MAX, "real": 1.5, "list": []})])?;
    let get = |key| Doc::BODY.key(key);
    let one = Doc::query();
    for refused in [
        one.clone()
            .select(get("int").get::<u8>())
            .all(&db)
            .map(drop),
        one.clone()
            .select(get("int").get::<bool>())
            .all(&db)
            .map(drop),
        one.clone()
            .select(get("int").get::<String>())
            .all(&db)
            .map(drop),
        one.clone()
            .select(get("text").get::<i64>())
            .all(&db)
            .map(drop),
        one.clone()
            .select(get("large").get::<u64>())
            .all(&db)
            .map(drop),
        one.clone()
            .select(get("real").get::<i64>())
            .all(&db)
            .map(drop),
        one.clone()
            .select(get("list").get::<i64>())
            .all(&db)
            .map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Decode { position: 0, .. })));
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Price {
    amount: i64,
    currency: String,
}

#[test]
fn documents_within_a_document_are_read_whatever_they_are() -> Result<()> {
    let price = Price {
        amount: 7,
        currency: "EUR".into(),
    };
    let body = json!({"price": price.clone(), "list": [1, "a"], "text": "a\"b", "digits": "12", "n": 5, "yes": true, "null": null});
    let db = documents([body.clone()])?;
    let one = Doc::query();
    let found = one
        .clone()
        .select(Doc::BODY.key("price").get::<Json<Price>>())
        .one(&db)?;
    assert_eq!(found, Some(Json(price.clone())));
    for key in ["price", "list", "text", "digits", "n", "yes", "null"] {
        let query = one.clone().select(Doc::BODY.key(key).get::<Document>());
        let expected = Some(&body[key]).filter(|value| !value.is_null());
        assert_eq!(query.one(&db)?.as_ref(), expected, "{key}");
    }
    let nowhere = one
        .clone()
        .select(Doc::BODY.key("nowhere").get::<Document>());
    assert_eq!(nowhere.one(&db)?, None);
    let whole = one.clone().select(Doc::BODY.document().get::<Document>());
    assert_eq!(whole.one(&db)?, Some(body));
    Ok(())
}

#[test]
fn values_are_compared_sorted_and_computed_with() -> Result<()> {
    let db = documents([
        json!({"n": 10}),
        json!({"n": 9}),
        json!({"n": null}),
        json!({}),
    ])?;
    let n = || Doc::BODY.key("n").get::<i64>();
    let ids = |query: orm::Query<Doc>| query.order_by(Doc::ID).select(Doc::ID).all(&db);
    assert_eq!(ids(Doc::query().filter(n().gt(9)))?, [1]);
    assert_eq!(ids(Doc::query().filter(n().eq(None)))?, [3, 4]);
    assert_eq!(
        ids(Doc::query().filter((n() + Doc::NUMBER.nullable()).eq(10)))?,
        [2]
    );
    assert_eq!(ids(Doc::query().filter(n().is_in([9, 10])))?, [1, 2]);
    let sorted = Doc::query().order_by((n().desc().nulls_last(), Doc::ID));
    assert_eq!(sorted.select(Doc::ID).all(&db)?, [1, 2, 3, 4]);
    let sum = Doc::query().aggregate(&db, n().sum())?;
    assert_eq!(sum, Some(19));
    Ok(())
}

#[test]
fn contains_looks_at_the_members_of_an_array_or_object() -> Result<()> {
    let db = documents([
        json!(["jazz", "soul", 5, true, 2.5]),
        json!({"a": "jazz", "b": 6}),
        json!([["jazz"], null]),
        json!("jazz"),
        json!([]),
    ])?;
    let ids = |condition: orm::Condition<Doc>| {
        Doc::query()
            .filter(condition)
            .order_by(Doc::ID)
            .select(Doc::ID)
            .all(&db)
    };
    let body = || Doc::BODY.document();
    assert_eq!(ids(body().contains("jazz"))?, [1, 2, 4]);
    assert_eq!(ids(!body().contains("jazz"))?, [3, 5]);
    assert_eq!(ids(body().contains(5))?, [1]);
    assert_eq!(ids(body().contains(2.5))?, [1]);
    assert_eq!(ids(body().contains(true))?, [1]);
    assert_eq!(ids(body().contains("5"))?, [] as [i64; 0]);
    assert_eq!(ids(body().index(0).contains("jazz"))?, [1, 3]);
    assert_eq!(ids(body().contains(r#"["jazz"]"#))?, [] as [i64; 0]);
    assert_eq!(
        ids(body().contains("JAZZ") | body().contains("'"))?,
        [] as [i64; 0]
    );
    assert_eq!(ids(Doc::LIST.document().contains("soul"))?, [1]);
    assert_eq!(ids(body().contains(Doc::NUMBER + 4))?, [1]);
    assert_eq!(ids(body().key("nowhere").contains(1))?, [] as [i64; 0]);
    Ok(())
}

/// Neither a `null` in the array nor a missing document makes the outcome unknown.
#[test]
fn contains_is_true_or_false() -> Result<()> {
    let db = documents([json!([null, 1]), json!([null]), json!([2])])?;
    let with = |place: orm::query::JsonPath<Doc>, value: i64| {
        Doc::query()
            .order_by(Doc::ID)
            .select(place.contains(value))
            .all(&db)
    };
    assert_eq!(with(Doc::BODY.document(), 1)?, [true, false, false]);
    assert_eq!(with(Doc::EXTRA.document(), 1)?, [false; 3]);
    assert_eq!(with(Doc::EXTRA.key("a"), 1)?, [false; 3]);
    let others = Doc::query()
        .filter(!Doc::BODY.document().contains(1))
        .order_by(Doc::ID);
    assert_eq!(others.select(Doc::ID).all(&db)?, [2, 3]);
    let null = Doc::query().select(Doc::BODY.document().contains(func::value(None::<i64>)));
    assert_eq!(null.all(&db)?, [false; 3]);
    Ok(())
}

#[test]
fn a_column_that_may_be_null_has_places_without_values() -> Result<()> {
    let db = documents([json!({})])?;
    let place = || Doc::EXTRA.key("a").index(0);
    assert_eq!(Doc::query().select(place().get::<i64>()).one(&db)?, None);
    let set = Doc::query()
        .all_rows()
        .update(&db, Doc::EXTRA.set(Some(json!({"a": [8]}))));
    assert_eq!(set?, 1);
    assert_eq!(Doc::query().select(place().get::<i64>()).one(&db)?, Some(8));
    Ok(())
}
