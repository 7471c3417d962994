//! The optimistic lock: a row is written by whoever read it last, in both patterns.

use std::time::SystemTime;

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, Record, Repository, Result, Session, Value};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "pages")]
struct Page {
    #[orm(primary_key)]
    id: i64,
    text: String,
    views: i64,
    #[orm(version)]
    version: i64,
}

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(version)]
    version: i64,
    #[orm(tracked)]
    record: Record<Self>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "drafts")]
struct Draft {
    #[orm(primary_key(assigned))]
    name: String,
    text: String,
    #[orm(references(DraftMapper))]
    after: Option<String>,
    #[orm(version)]
    changed_at: SystemTime,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(version)]
    version: i8,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "media", tag = "kind", joined)]
enum Medium {
    Book {
        #[orm(primary_key)]
        id: i64,
        title: String,
        #[orm(version)]
        version: i32,
        pages: i32,
    },
    #[orm(table = "film")]
    Film {
        id: i64,
        title: String,
        version: i32,
        minutes: i32,
    },
}

#[derive(Debug, Clone, Default, ActiveRecord)]
#[orm(table = "forums")]
struct Forum {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    topics_count: i64,
    #[orm(version)]
    version: i64,
    #[orm(has_many(dependent = cascade))]
    topics: HasMany<Topic>,
}

#[derive(Debug, Clone, Default, ActiveRecord)]
#[orm(table = "topics")]
struct Topic {
    #[orm(primary_key)]
    id: i64,
    forum_id: i64,
    #[orm(belongs_to(counter_cache = topics_count))]
    forum: BelongsTo<Forum>,
    #[orm(version)]
    version: i64,
}

fn database() -> Result<(Database, Log)> {
    recorded(&orm::schema![
        Page,
        Entry,
        DraftMapper,
        NoteMapper,
        Medium,
        Forum,
        Topic
    ])
}

fn page(text: &str) -> Page {
    Page {
        id: 0,
        text: text.into(),
        views: 0,
        version: 0,
    }
}

fn draft(name: &str, after: Option<&str>) -> Draft {
    Draft {
        name: name.into(),
        text: "new".into(),
        after: after.map(Into::into),
        changed_at: SystemTime::UNIX_EPOCH,
    }
}

#[track_caller]
fn assert_stale<T: std::fmt::Debug>(result: Result<T>, stale_table: &str, stale_key: Value) {
    match result {
        Err(Error::Stale { table, key }) => {
            assert_eq!((table, key), (stale_table, vec![stale_key]));
        }
        other => panic!("it is not stale: {other:?}"),
    }
}

#[test]
fn every_update_and_delete_asks_for_the_version() -> Result<()> {
    let (db, log) = database()?;
    let mut page = page("first");
    page.save(&db)?;
    log.take();

    page.text = "second".into();
    page.save(&db)?;
    page.save_only(&db, Page::TEXT)?;
    assert_eq!(page.version, 2);
    page.delete(&db)?;

    assert_eq!(
        log.take(),
        [
            r#"UPDATE "pages" SET "text" = ?, "views" = ?, "version" = ? WHERE "pages"."id" = ? AND "pages"."version" = ?"#,
            r#"UPDATE "pages" SET "text" = ?, "version" = ? WHERE "pages"."id" = ? AND "pages"."version" = ?"#,
            r#"DELETE FROM "pages" WHERE "pages"."id" = ? AND "pages"."version" = ?"#,
        ]
    );
    assert_eq!(Page::count(&db)?, 0);
    Ok(())
}

#[test]
fn a_record_that_was_changed_elsewhere_is_neither_saved_nor_deleted() -> Result<()> {
    let (db, _) = database()?;
    let mut ours = page("first");
    ours.save(&db)?;
    let mut theirs = Page::get(&db, ours.id)?;
    theirs.text = "theirs".into();
    theirs.save(&db)?;

    ours.text = "ours".into();
    let key = Value::Int(ours.id);
    assert_stale(ours.save(&db), "pages", key.clone());
    assert_stale(ours.update(&db), "pages", key.clone());
    assert_stale(ours.save_only(&db, Page::VIEWS), "pages", key.clone());
    assert_stale(ours.upsert(&db), "pages", key.clone());
    assert_stale(ours.delete(&db), "pages", key.clone());
    let mut several = [page("other"), ours.clone()];
    several[0].save(&db)?;
    assert_stale(
        Page::update_many(&db, &mut several, Page::TEXT),
        "pages",
        key.clone(),
    );

    assert_eq!((ours.version, several[0].version), (0, 0));
    assert_eq!(Page::get(&db, ours.id)?, theirs);
    ours.reload(&db)?;
    ours.save(&db)?;
    theirs.delete(&db).expect_err("it is the stale one now");
    ours.delete(&db)?;
    assert_stale(theirs.save(&db), "pages", key);
    Ok(())
}

#[test]
fn records_are_written_together_by_their_versions() -> Result<()> {
    let (db, _) = database()?;
    let mut pages = [page("a"), page("b")];
    Page::insert_many(&db, &mut pages)?;
    for page in &mut pages {
        page.views = 7;
    }
    assert_eq!(Page::update_many(&db, &mut pages, Page::VIEWS)?, 2);
    assert!(pages.iter().all(|page| page.version == 1));
    assert_eq!(Page::all(&db)?, pages);
    pages[0].upsert(&db)?;
    assert_eq!(Page::get(&db, pages[0].id)?.version, 2);
    Ok(())
}

#[test]
fn rows_that_are_changed_by_a_query_become_other_versions() -> Result<()> {
    let (db, log) = database()?;
    let mut first = page("a");
    first.save(&db)?;
    log.take();
    Page::query()
        .filter(Page::ID.eq(first.id))
        .update(&db, Page::VIEWS.set(3))?;
    assert_eq!(first.increment(&db, Page::VIEWS, 1)?, 4);
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "pages" SET "views" = ?, "version" = CASE WHEN "version" < 4294967295 THEN "version" + 1 ELSE 0 END WHERE "pages"."id" = ?"#,
            "BEGIN",
            r#"UPDATE "pages" SET "views" = "pages"."views" + ?, "version" = CASE WHEN "version" < 4294967295 THEN "version" + 1 ELSE 0 END WHERE "pages"."id" = ?"#,
            "COMMIT",
        ]
    );
    assert_eq!(Page::get(&db, first.id)?.version, 2);
    assert_stale(first.save(&db), "pages", Value::Int(first.id));

    let drafts = Repository::<DraftMapper>::new(&db);
    let mut one = draft("one", None);
    drafts.insert(&mut one)?;
    DraftMapper::query()
        .all_rows()
        .update(&db, DraftMapper::TEXT.set("new"))?;
    assert_stale(drafts.update(&mut one), "drafts", Value::from("one"));
    assert_eq!(one.changed_at, SystemTime::UNIX_EPOCH);
    assert!(drafts.get("one")?.changed_at > SystemTime::UNIX_EPOCH);
    Ok(())
}

#[test]
fn a_row_is_deleted_by_its_key_whatever_its_version_is() -> Result<()> {
    let (db, log) = database()?;
    let mut first = page("a");
    first.save(&db)?;
    first.save(&db)?;
    log.take();
    assert!(Page::delete_by_key(&db, first.id)?);
    assert_eq!(
        log.take(),
        [r#"DELETE FROM "pages" WHERE "pages"."id" = ?"#]
    );
    Ok(())
}

#[test]
fn a_time_is_always_later_than_the_one_before() -> Result<()> {
    let (db, _) = database()?;
    let drafts = Repository::<DraftMapper>::new(&db);
    let mut one = draft("one", None);
    drafts.save(&mut one)?;
    assert_eq!(one.changed_at, SystemTime::UNIX_EPOCH);
    let mut times = Vec::new();
    for nth in 0..20 {
        one.text = format!("text {nth}");
        drafts.save(&mut one)?;
        times.push(one.changed_at);
    }
    assert!(times.is_sorted_by(|a, b| a < b));
    assert_eq!(drafts.get("one")?, one);

    let mut unknown = draft("one", None);
    assert_stale(drafts.save(&mut unknown), "drafts", Value::from("one"));
    Ok(())
}

#[test]
fn a_number_begins_again_after_the_last_of_its_type() -> Result<()> {
    let (db, _) = database()?;
    let notes = Repository::<NoteMapper>::new(&db);
    let mut note = Note {
        id: 0,
        text: String::new(),
        version: i8::MAX,
    };
    notes.insert(&mut note)?;
    notes.update(&mut note)?;
    assert_eq!(note.version, 0);
    assert_eq!(notes.get(note.id)?, note);
    note.version = i8::MAX;
    NoteMapper::query()
        .all_rows()
        .update(&db, NoteMapper::VERSION.set(i8::MAX))?;
    NoteMapper::query()
        .all_rows()
        .update(&db, NoteMapper::TEXT.set("new"))?;
    assert_eq!(notes.get(note.id)?.version, 0);
    Ok(())
}

#[test]
fn a_session_finds_rows_by_their_versions_and_compares_nothing_else() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let [a, b] = ["a", "b"].map(|text| Note {
        id: 0,
        text: text.into(),
        version: 0,
    });
    let (a, b) = (session.add(a)?, session.add(b)?);
    session.commit()?;
    log.take();
    session[a].text = "changed".into();
    session.remove(b)?;
    session.commit()?;
    let written: Vec<String> = log
        .take()
        .into_iter()
        .filter(|sql| sql.contains("notes"))
        .collect();
    assert_eq!(
        written,
        [
            r#"UPDATE "notes" SET "text" = ?, "version" = ? WHERE "notes"."id" = ? AND "notes"."version" = ? × 1"#,
            r#"DELETE FROM "notes" WHERE "notes"."id" = ? AND "notes"."version" = ?"#,
        ]
    );
    assert_eq!(session[a].version, 1);
    assert!(!session.is_modified(a)?);
    assert_eq!(NoteMapper::query().all(&db)?, [session[a].clone()]);
    Ok(())
}

#[test]
fn a_stale_flush_leaves_nothing_behind() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let one = session.add(draft("one", Some("two")))?;
    let two = session.add(draft("two", None))?;
    session.commit()?;
    let read = session[two].clone();
    let drafts = Repository::<DraftMapper>::new(&db);
    let mut theirs = drafts.get("two")?;
    theirs.text = "theirs".into();
    drafts.update(&mut theirs)?;

    let first = session[one].clone();
    session[one].text = "ours".into();
    session[two].after = Some("one".into());
    let new = session.add(draft("three", None))?;
    assert_stale(session.commit(), "drafts", Value::from("two"));
    assert_eq!(session[one].changed_at, first.changed_at);
    assert_eq!(session[two].changed_at, read.changed_at);
    assert_eq!(session.added(), [new]);
    assert_eq!(session.dirty(), [one, two]);
    assert_eq!(drafts.get("one")?, first);
    assert!(drafts.find("three")?.is_none());

    session.refresh(two)?;
    session.commit()?;
    assert_eq!(drafts.get("one")?, session[one]);

    // Rows of a table that refers to itself are deleted together.
    theirs.text = "again".into();
    drafts.update(&mut theirs)?;
    session.remove(one)?;
    session.remove(two)?;
    assert_stale(session.commit(), "drafts", Value::from("two"));
    session.refresh(two)?;
    session.remove(two)?;
    session.commit()?;
    assert_eq!(DraftMapper::query().count(&db)?, 1);
    Ok(())
}

#[test]
fn versions_go_back_with_a_rollback() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let one = session.add(draft("one", None))?;
    session.commit()?;
    let before = session[one].clone();
    session[one].text = "changed".into();
    session.flush()?;
    assert!(session[one].changed_at > before.changed_at);
    session.rollback()?;
    assert_eq!(session[one], before);
    session[one].text = "changed".into();
    session.commit()?;
    Ok(())
}

#[test]
fn the_version_of_joined_rows_is_in_their_base_table() -> Result<()> {
    let (db, log) = database()?;
    let mut film = Medium::Film {
        id: 0,
        title: "Nina".into(),
        version: 0,
        minutes: 90,
    };
    film.save(&db)?;
    let mut theirs = film.clone();
    theirs.save(&db)?;
    log.take();
    assert_stale(film.save(&db), "media", Value::Int(1));
    assert_stale(film.save_only(&db, Medium::MINUTES), "media", Value::Int(1));
    assert_stale(film.delete(&db), "media", Value::Int(1));
    if let Medium::Film { minutes, .. } = &mut theirs {
        *minutes = 91;
    }
    theirs.save_only(&db, Medium::MINUTES)?;
    assert_eq!(Medium::all(&db)?, [theirs.clone()]);
    assert!(matches!(theirs, Medium::Film { version: 2, .. }));

    let by_query = Medium::query()
        .all_rows()
        .update(&db, Medium::MINUTES.set(7));
    assert!(matches!(by_query, Err(Error::InvalidQuery { .. })));

    // It fails behind the base row, and the version is what it was.
    db.execute(
        "CREATE TRIGGER no BEFORE UPDATE ON film BEGIN SELECT RAISE(ABORT, 'no'); END",
        &[],
    )?;
    assert!(theirs.save(&db).is_err());
    assert!(matches!(theirs, Medium::Film { version: 2, .. }));
    theirs.delete(&db)
}

#[test]
fn what_relations_do_to_rows_makes_no_version() -> Result<()> {
    let (db, _) = database()?;
    let mut forum = Forum::default();
    forum.save(&db)?;
    Forum::TOPICS.add(&db, &mut forum, [Topic::default(), Topic::default()])?;
    let mut topics = Topic::all(&db)?;
    assert_eq!(Forum::get(&db, forum.id)?.topics_count, 2);
    for topic in &mut topics {
        topic.save(&db)?;
    }
    forum.save(&db)?;

    let mut theirs = Forum::get(&db, forum.id)?;
    theirs.save(&db)?;
    assert_stale(forum.delete(&db), "forums", Value::Int(forum.id));
    assert_eq!(Topic::count(&db)?, 2);
    let stale = Topic {
        version: 9,
        ..topics[0].clone()
    };
    assert_stale(stale.delete(&db), "topics", Value::Int(stale.id));
    assert_eq!(Forum::get(&db, forum.id)?.topics_count, 2);
    theirs.delete(&db)?;
    assert_eq!(Topic::count(&db)?, 0);
    Ok(())
}

#[test]
fn an_outdated_object_is_not_merged_over_a_newer_row() -> Result<()> {
    let (db, _) = database()?;
    let drafts = Repository::<DraftMapper>::new(&db);
    let mut theirs = draft("one", None);
    drafts.insert(&mut theirs)?;
    let old = theirs.clone();
    theirs.text = "theirs".into();
    drafts.update(&mut theirs)?;

    let mut session = Session::new(&db);
    let one = session.merge(Draft {
        text: "ours".into(),
        ..old
    })?;
    assert_stale(session.commit(), "drafts", Value::from("one"));
    session.refresh(one)?;
    session.commit()?;
    assert_eq!(drafts.get("one")?, theirs);
    Ok(())
}

#[test]
fn tracked_records_know_what_a_stale_one_among_them_kept_from_being_written() -> Result<()> {
    let (db, _) = database()?;
    let mut entries = ["a", "b"].map(|text| Entry {
        id: 0,
        text: text.into(),
        version: 0,
        record: Record::new(),
    });
    Entry::insert_many(&db, &mut entries)?;
    let mut theirs = Entry::get(&db, entries[1].id)?;
    theirs.text = "theirs".into();
    theirs.save(&db)?;

    for entry in &mut entries {
        entry.text.push('!');
    }
    let stale = Entry::update_many(&db, &mut entries, Entry::TEXT);
    assert_stale(stale, "entries", Value::Int(entries[1].id));
    assert!(entries[0].changed(Entry::TEXT) && !entries[0].changed(Entry::VERSION));
    entries[0].save(&db)?;
    assert_eq!(Entry::get(&db, entries[0].id)?.text, "a!");
    assert_eq!((entries[0].version, entries[1].version), (1, 0));
    Ok(())
}
