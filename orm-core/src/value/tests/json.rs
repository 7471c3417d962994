//! JSON documents.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

use super::{assert_refused, round_trip};
use crate::value::{ColumnType, Json, Mismatch, Param, ValueRef, json};

fn documents() -> impl Strategy<Value = Value> {
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        proptest::num::f64::NORMAL.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaves.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_document_comes_back(document in documents()) {
        round_trip(&document)?;
        round_trip(&Json(document.clone()))?;
        prop_assert_eq!(json::encode(&document), document.encode());
    }

    #[test]
    fn every_typed_value_comes_back(value in any::<BTreeMap<String, (i64, Option<String>, Vec<u8>)>>()) {
        round_trip(&Json(value))?;
    }

    #[test]
    fn every_number_comes_back_bit_by_bit_or_is_refused(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        if number.is_finite() {
            let stored = Json(number).encode().into_value().expect("a finite number");
            let back = Json::<f64>::decode(stored.as_ref()).expect("a number");
            prop_assert_eq!(back.into_inner().to_bits(), bits);
        } else {
            assert_refused(&Json(number));
        }
    }

    #[test]
    fn no_text_is_a_panic(text in ".{0,60}") {
        let _ = Value::decode(ValueRef::Text(&text));
    }
}

#[test]
fn numbers_that_json_lacks_are_refused_wherever_they_are() {
    assert_refused(&Json(Some(f64::NAN)));
    assert_refused(&Json(vec![(1, f32::INFINITY)]));
    assert_refused(&Json(HashMap::from([(
        "a".to_owned(),
        [None, Some(f64::NEG_INFINITY)],
    )])));
    assert_refused(&Json(Ok::<f64, ()>(f64::NAN)));
}

#[test]
fn nothing_is_not_taken_for_a_number_that_json_lacks() {
    let value = Json((
        None::<f64>,
        (),
        "null".to_owned(),
        i128::MAX,
        'x',
        vec![Ok::<u8, bool>(1)],
    ));
    round_trip(&value).expect("the same value");
}

#[test]
fn keys_that_are_not_text_are_refused() {
    assert_refused(&Json(HashMap::from([(vec![1], 1)])));
}

#[test]
fn other_json_and_malformed_text_are_mismatches() {
    let mismatch = Mismatch::invalid("JSON of the field's type", "other JSON or malformed text");
    for text in ["", "{", "[1,]", "\"a\"", "[1] 2", "NaN"] {
        assert_eq!(
            Json::<Vec<u8>>::decode(ValueRef::Text(text)),
            Err(mismatch),
            "{text}"
        );
    }
    assert!(Value::decode(ValueRef::Blob(b"1")).is_err());
    assert!(Value::decode(ValueRef::Null).is_err());
}

#[test]
fn nothing_inside_json_is_not_null() {
    assert_eq!(
        Json(None::<u8>).encode().as_ref(),
        Ok(ValueRef::Text("null"))
    );
    assert_eq!(None::<Json<u8>>.encode(), Param::NULL);
}

#[test]
fn the_wrapper_does_not_show_in_the_document() {
    let nested = Json(vec![Json(1), Json(2)]);
    assert_eq!(nested.encode().as_ref(), Ok(ValueRef::Text("[1,2]")));
    round_trip(&nested).expect("the same value");
    assert_eq!(Json::from(7).into_inner(), 7);
}

#[test]
fn a_value_that_cannot_be_serialized_is_refused() {
    struct Broken;

    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("broken"))
        }
    }

    impl<'de> Deserialize<'de> for Broken {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(Self)
        }
    }

    assert_refused(&Json(Broken));
}
