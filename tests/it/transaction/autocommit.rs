//! Databases on which every write needs a transaction.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{Note, assert_texts};

fn manual() -> Result<Database> {
    let db = Database::open("sqlite::memory:?autocommit=false")?;
    db.create_tables(orm::schema![Note, Tag])?;
    Ok(db)
}

/// A record whose key is made before it is written.
#[derive(Debug, ActiveRecord)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key(uuid_v4))]
    id: uuid::Uuid,
    name: String,
}

#[test]
fn without_autocommit_every_write_needs_a_transaction() -> Result<()> {
    let db = manual()?;
    let mut note = Note::new("one");
    db.transaction(|tx| note.insert(tx))?;
    note.votes = 5;
    let refusals = [
        note.save(&db),
        note.update(&db),
        note.save_only(&db, Note::VOTES),
        note.upsert(&db),
        note.delete(&db),
        note.increment(&db, Note::VOTES, 1).map(drop),
        Note::new("two").save(&db),
        Note::new("two").insert(&db),
        Note::new("two").upsert(&db),
        Note::insert_many(&db, &mut [Note::new("two")]),
        Note::delete_by_key(&db, note.id).map(drop),
        Note::get_or_create(&db, Note::TEXT.eq("two"), || Note::new("two")).map(drop),
        Note::update_or_create(&db, Note::TEXT.eq("two"), |_| {}, || Note::new("two")).map(drop),
        Note::update_or_create(&db, Note::TEXT.eq("one"), |_| {}, || Note::new("one")).map(drop),
        Note::query().all_rows().delete(&db).map(drop),
        Note::query()
            .all_rows()
            .update(&db, Note::VOTES.set(1))
            .map(drop),
        db.execute("DELETE FROM notes", &[]).map(drop),
    ];
    for (nth, refusal) in refusals.into_iter().enumerate() {
        assert!(
            matches!(refusal, Err(Error::TransactionRequired)),
            "{nth}: {refusal:?}"
        );
    }
    assert_texts(&db, &["one"]);
    assert_eq!(Note::get(&db, note.id)?.votes, 0);
    Ok(())
}

#[test]
fn without_autocommit_reading_needs_no_transaction() -> Result<()> {
    let db = manual()?;
    db.transaction(|tx| Note::new("one").insert(tx))?;
    let (found, created) = Note::get_or_create(&db, Note::TEXT.eq("one"), || Note::new("never"))?;
    assert!(!created);
    assert!(Note::exists(&db, found.id)?);
    assert_eq!(
        (Note::count(&db)?, db.query("SELECT 1", &[])?.len()),
        (1, 1)
    );
    Ok(())
}

#[test]
fn a_write_that_needs_a_transaction_leaves_the_record_as_it_was() -> Result<()> {
    let db = manual()?;
    let new = || Tag {
        id: uuid::Uuid::nil(),
        name: "new".into(),
    };
    let mut tag = new();
    assert!(matches!(tag.save(&db), Err(Error::TransactionRequired)));
    assert!(matches!(tag.insert(&db), Err(Error::TransactionRequired)));
    assert!(matches!(tag.upsert(&db), Err(Error::TransactionRequired)));
    assert!(tag.id.is_nil());
    let mut tags = [new(), new()];
    assert!(Tag::insert_many(&db, &mut tags).is_err());
    assert!(tags.iter().all(|tag| tag.id.is_nil()));
    db.transaction(|tx| tag.save(tx))?;
    assert_eq!(Tag::get(&db, tag.id)?.name, "new");
    Ok(())
}
