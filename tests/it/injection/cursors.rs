//! Tokens of cursors from hostile hands.

use orm::prelude::*;
use orm::query::{Cursor, CursorKey};
use orm::{Database, Error, Query, Result};

use super::{Note, Word, hostile, notes};

const KEY: CursorKey = CursorKey::new(*b"0123456789abcdef");

/// The database, an order by text, and a token of it.
fn by_text() -> Result<(Database, Query<Note>, String)> {
    let (db, _, _) = notes()?;
    let query = Note::query().order_by(Note::TEXT);
    let page = query.keyset(&db, 3)?;
    let token = page.next.map(|cursor| cursor.to_token(&KEY));
    Ok((db, query, token.expect("more notes")))
}

#[track_caller]
fn assert_refused(token: &str) {
    let cursor = Cursor::<Note>::from_token(&KEY, token);
    assert!(
        matches!(cursor, Err(Error::InvalidCursor { .. })),
        "{token:?}: {cursor:?}"
    );
}

#[test]
fn a_token_with_any_bit_flipped_is_refused() -> Result<()> {
    let (_, _, token) = by_text()?;
    Cursor::<Note>::from_token(&KEY, &token)?;
    for at in 0..token.len() {
        for bit in 0..8 {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            assert_refused(&String::from_utf8_lossy(&bytes));
        }
    }
    Ok(())
}

#[test]
fn a_token_that_is_cut_off_or_longer_is_refused() -> Result<()> {
    let (_, _, token) = by_text()?;
    for len in 0..token.len() {
        assert_refused(&token[..len]);
        assert_refused(&token[token.len() - len..]);
    }
    for more in ["0", "00", " ", "\n", "é", &token] {
        assert_refused(&format!("{token}{more}"));
        assert_refused(&format!("{more}{token}"));
    }
    assert_refused(&token.to_uppercase());
    Ok(())
}

#[test]
fn hostile_texts_are_no_tokens() {
    for text in hostile() {
        assert_refused(&text);
    }
}

#[test]
fn a_token_of_another_key_is_refused() -> Result<()> {
    let (_, _, token) = by_text()?;
    for bit in 0..128 {
        let mut bytes = *b"0123456789abcdef";
        bytes[bit / 8] ^= 1 << (bit % 8);
        let cursor = Cursor::<Note>::from_token(&CursorKey::new(bytes), &token);
        assert!(matches!(cursor, Err(Error::InvalidCursor { .. })));
    }
    Ok(())
}

#[test]
fn a_token_of_another_order_or_another_table_is_refused() -> Result<()> {
    let (_, query, token) = by_text()?;
    let cursor = Cursor::<Note>::from_token(&KEY, &token)?;
    let others = [
        Note::query(),
        query.clone().reverse(),
        Note::query().order_by(Note::TEXT.desc()),
        Note::query().order_by(Note::EXTRA),
        Note::query().order_by(Note::TEXT.lower().asc()),
        Note::query().order_by(Note::TEXT.concat("a").asc()),
        Note::query().order_by(Note::TEXT.collate("NOCASE").asc()),
        Note::query().order_by((Note::TEXT, Note::NUMBER)),
        Note::query().order_by((Note::NUMBER, Note::TEXT)),
    ];
    for other in others {
        let refused = other.after(&cursor);
        assert!(
            matches!(refused, Err(Error::InvalidCursor { .. })),
            "{refused:?}"
        );
    }
    let words = Cursor::<Word>::from_token(&KEY, &token)?;
    let refused = Word::query().order_by(Word::WORD).after(&words);
    assert!(
        matches!(refused, Err(Error::InvalidCursor { .. })),
        "{refused:?}"
    );
    Ok(())
}

/// The values of an order are part of it.
#[test]
fn a_token_of_the_same_order_with_another_value_in_it_is_refused() -> Result<()> {
    let (db, _, _) = notes()?;
    let order = |text: &str| Note::query().order_by(Note::TEXT.concat(text).asc());
    let cursor = order("a").keyset(&db, 3)?.next.expect("more notes");
    order("a").after(&cursor)?.first(&db)?;
    assert!(matches!(
        order("b").after(&cursor),
        Err(Error::InvalidCursor { .. })
    ));
    Ok(())
}

#[test]
fn a_token_of_the_same_order_with_other_filters_is_taken() -> Result<()> {
    let (db, query, token) = by_text()?;
    let cursor = Cursor::from_token(&KEY, &token)?;
    let all = query.all(&db)?;
    let even = query.clone().filter((Note::ID % 2).eq(0));
    let rest = even.after(&cursor)?.all(&db)?;
    let expected: Vec<_> = all[3..]
        .iter()
        .filter(|note| note.id % 2 == 0)
        .cloned()
        .collect();
    assert_eq!(rest, expected);
    assert_eq!(query.after(&cursor)?.all(&db)?, all[3..]);
    Ok(())
}

#[test]
fn every_order_is_walked_to_its_end() -> Result<()> {
    let (db, _, notes) = notes()?;
    for query in [
        Note::query(),
        Note::query().order_by(Note::TEXT),
        Note::query().order_by(Note::TEXT.desc()),
        Note::query().order_by(Note::EXTRA.desc()),
        Note::query().order_by((Note::TEXT.length().desc(), Note::TEXT)),
        Note::query().order_by(Note::TEXT.collate("NOCASE").asc()),
    ] {
        let (mut found, mut next) = (Vec::new(), query.clone());
        loop {
            let page = next.keyset(&db, 7)?;
            found.extend(page.items);
            let Some(cursor) = page.next else { break };
            let token = cursor.to_token(&KEY);
            next = query.clone().after(&Cursor::from_token(&KEY, &token)?)?;
        }
        assert_eq!(found.len(), notes.len());
        let mut ids: Vec<_> = found.iter().map(|note| note.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), notes.len());
    }
    Ok(())
}
