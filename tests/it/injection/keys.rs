//! Texts that are keys.

use orm::prelude::*;
use orm::{Database, Error, Executor, Result};

use super::writes::new;
use super::{Call, Word, never, try_all};

/// Runs work with a record whose key is the text.
fn keyed(
    db: &Database,
    text: &str,
    work: impl FnOnce(&dyn Executor, Word) -> Result<()>,
) -> Result<()> {
    let tx = db.begin()?;
    let mut named = Word {
        word: new(text),
        number: 1,
    };
    let mut other = Word {
        word: String::from("another"),
        number: 2,
    };
    other.insert(&tx)?;
    named.insert(&tx)?;
    work(&tx, named)?;
    assert_eq!(Word::get(&tx, "another")?, other);
    tx.rollback()
}

const KEYS: &[(&str, Call)] = &[
    ("get", |db, text| {
        keyed(db, text, |tx, word| {
            assert_eq!(Word::get(tx, new(text))?, word);
            Ok(())
        })
    }),
    ("find", |db, text| {
        keyed(db, text, |tx, word| {
            assert_eq!(Word::find(tx, new(text))?, Some(word));
            Ok(())
        })
    }),
    ("find_many", |db, text| {
        keyed(db, text, |tx, word| {
            assert_eq!(Word::find_many(tx, [new(text), String::from("'")])?, [word]);
            Ok(())
        })
    }),
    ("exists", |db, text| {
        keyed(db, text, |tx, _| {
            assert!(Word::exists(tx, new(text))?);
            assert!(!Word::exists(tx, new("'") + text)?);
            Ok(())
        })
    }),
    ("delete_by_key", |db, text| {
        keyed(db, text, |tx, _| {
            assert!(Word::delete_by_key(tx, new(text))?);
            assert!(!Word::delete_by_key(tx, new(text))?);
            Ok(())
        })
    }),
    ("delete a record", |db, text| {
        keyed(db, text, |tx, word| {
            word.delete(tx)?;
            assert!(matches!(word.delete(tx), Err(Error::NotFound { .. })));
            Ok(())
        })
    }),
    ("update a record", |db, text| {
        keyed(db, text, |tx, mut word| {
            word.number = 7;
            word.update(tx)?;
            assert_eq!(Word::get(tx, new(text))?.number, 7);
            Ok(())
        })
    }),
    ("save a record", |db, text| {
        keyed(db, text, |tx, mut word| {
            word.number = 8;
            word.save(tx)?;
            assert_eq!(Word::get(tx, new(text))?.number, 8);
            Ok(())
        })
    }),
    ("upsert a record", |db, text| {
        keyed(db, text, |tx, mut word| {
            word.number = 9;
            word.upsert(tx)?;
            assert_eq!(Word::get(tx, new(text))?.number, 9);
            Ok(())
        })
    }),
    ("update_many records", |db, text| {
        keyed(db, text, |tx, mut word| {
            word.number = 10;
            assert_eq!(Word::update_many(tx, &mut [word], Word::NUMBER)?, 1);
            assert_eq!(Word::get(tx, new(text))?.number, 10);
            Ok(())
        })
    }),
    ("increment", |db, text| {
        keyed(db, text, |tx, word| {
            assert_eq!(word.increment(tx, Word::NUMBER, 5)?, 6);
            Ok(())
        })
    }),
    ("reload a record", |db, text| {
        keyed(db, text, |tx, mut word| {
            word.number = 0;
            word.reload(tx)?;
            assert_eq!(word.number, 1);
            Ok(())
        })
    }),
    ("limit and update by keys", |db, text| {
        keyed(db, text, |tx, _| {
            let one = Word::query().filter(Word::WORD.eq(new(text))).limit(1);
            assert_eq!(one.update(tx, Word::NUMBER.set(11))?, 1);
            assert_eq!(Word::get(tx, new(text))?.number, 11);
            Ok(())
        })
    }),
];

#[test]
fn hostile_texts_are_keys() -> Result<()> {
    try_all(KEYS, never)
}
