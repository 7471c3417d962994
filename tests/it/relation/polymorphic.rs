//! References to a row of one of several tables.

use orm::prelude::*;
use orm::testing::{assert_queries, count_queries};
use orm::{BelongsTo, BelongsToAny, Database, Error, HasMany, Result};

use super::User;

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "pages")]
struct Page {
    #[orm(primary_key)]
    id: i64,
    title: String,
    user_id: i64,
    #[orm(belongs_to)]
    user: BelongsTo<User>,
    #[orm(has_many(as = subject))]
    notes: HasMany<Note>,
}

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "photos")]
struct Photo {
    #[orm(primary_key)]
    id: i64,
    path: String,
    #[orm(has_many(as = subject, dependent = cascade))]
    notes: HasMany<Note>,
}

#[derive(Debug, Polymorphic)]
enum Subject {
    Page(Page),
    Photo(Photo),
}

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "notes", check = "text <> 'refused'")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
    subject_type: Option<String>,
    subject_id: Option<i64>,
    #[orm(belongs_to_any)]
    subject: BelongsToAny<Subject>,
}

fn note(text: &str) -> Note {
    Note {
        text: text.into(),
        ..Note::default()
    }
}

/// Page 1 with two notes, photo 1 with one, and a note about nothing.
fn notes() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![
        User,
        super::Profile,
        super::Post,
        super::Comment,
        super::Tag,
        Page,
        Photo,
        Note
    ])?;
    super::user("ann").insert(&db)?;
    let mut page = Page {
        title: "home".into(),
        user_id: 1,
        ..Page::default()
    };
    page.insert(&db)?;
    let mut photo = Photo {
        path: "sunset.jpg".into(),
        ..Photo::default()
    };
    photo.insert(&db)?;
    Page::NOTES.add(&db, &mut page, [note("one"), note("two")])?;
    Photo::NOTES.add(&db, &mut photo, [note("three")])?;
    note("lost").insert(&db)?;
    Ok(db)
}

fn texts(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.text.as_str()).collect()
}

/// What a note is about, in a word.
fn subject(note: &Note) -> Result<String> {
    Ok(match note.subject.get()? {
        Some(Subject::Page(page)) => format!("page {}", page.title),
        Some(Subject::Photo(photo)) => format!("photo {}", photo.path),
        None => "nothing".to_owned(),
    })
}

#[test]
fn subjects_are_loaded_by_one_statement_a_table() -> Result<()> {
    let db = notes()?;
    let query = Note::query().with(Note::SUBJECT).order_by(Note::ID);
    let notes = assert_queries(&db, 3, || query.all(&db))?;
    let subjects: Vec<String> = notes.iter().map(subject).collect::<Result<_>>()?;
    assert_eq!(
        subjects,
        ["page home", "page home", "photo sunset.jpg", "nothing"]
    );

    let unloaded = Note::get(&db, 3)?;
    assert!(matches!(
        unloaded.subject.get(),
        Err(Error::NotLoaded {
            relation: "Note::SUBJECT"
        })
    ));
    let (_, statements) = count_queries(&db, || {
        assert!(matches!(unloaded.subject(&db)?, Some(Subject::Photo(_))));
        unloaded.subject(&db).map(drop)
    });
    assert_eq!(statements, 1);
    Ok(())
}

#[test]
fn what_refers_to_a_row_is_told_from_what_refers_to_one_of_another_table() -> Result<()> {
    let db = notes()?;
    let page = Page::query().with(Page::NOTES).one(&db)?;
    assert_eq!(texts(page.notes.get()?), ["one", "two"]);
    let photo = Photo::get(&db, 1)?;
    assert_eq!(texts(photo.notes(&db)?), ["three"]);
    assert_eq!(
        Page::query()
            .filter(Page::NOTES.any(Note::TEXT.eq("three")))
            .count(&db)?,
        0
    );

    photo.delete(&db)?;
    assert_eq!(
        texts(&Note::query().order_by(Note::ID).all(&db)?),
        ["one", "two", "lost"]
    );
    Ok(())
}

#[test]
fn relations_of_subjects_are_loaded_with_them() -> Result<()> {
    let db = notes()?;
    let user_of = |note: &Note| match note.subject.get()? {
        Some(Subject::Page(page)) => Ok(Some(page.user.get()?.name.clone())),
        _ => Result::Ok(None),
    };
    let select_in = Note::SUBJECT.with::<Page>(Page::USER);
    let joined = Note::SUBJECT.with::<Page>(Page::USER.joined());
    for (subject, statements) in [(select_in, 4), (joined, 3)] {
        let query = Note::query().with(subject).order_by(Note::ID);
        let notes = assert_queries(&db, statements, || query.all(&db))?;
        assert_eq!(user_of(&notes[0])?.as_deref(), Some("ann"));
        assert_eq!(user_of(&notes[2])?, None);
    }
    Ok(())
}

#[test]
fn strictness_reaches_subjects() -> Result<()> {
    let db = notes()?;
    let notes = Note::query().with(Note::SUBJECT).strict_loading();
    let notes = notes.order_by(Note::ID).all(&db)?;
    let Some(Subject::Page(page)) = notes[0].subject.get()? else {
        panic!("a page")
    };
    assert!(matches!(page.user(&db), Err(Error::LazyLoading { .. })));
    Ok(())
}

#[test]
fn a_subject_that_is_gone_and_one_of_an_unknown_kind_are_errors() -> Result<()> {
    let db = notes()?;
    db.execute("UPDATE notes SET subject_id = 99 WHERE id = 3", &[])?;
    let gone = Note::query()
        .with(Note::SUBJECT)
        .order_by(Note::ID)
        .all(&db)?;
    assert!(matches!(gone[2].subject.get(), Err(Error::NotFound { .. })));
    assert_eq!(subject(&gone[0])?, "page home");

    db.execute("UPDATE notes SET subject_type = 'song' WHERE id = 3", &[])?;
    let unknown = Note::query().with(Note::SUBJECT).all(&db);
    assert!(matches!(
        unknown,
        Err(Error::Decode {
            table: "notes",
            column: "subject_type",
            ..
        })
    ));
    Ok(())
}

#[test]
fn saving_a_graph_refers_to_what_was_set() -> Result<()> {
    let db = notes()?;
    let mut lost = Note::query().filter(Note::TEXT.eq("lost")).one(&db)?;
    Note::SUBJECT.set(&mut lost, Subject::Photo(Photo::get(&db, 1)?))?;
    lost.save_graph(&db)?;
    let lost = Note::query()
        .with(Note::SUBJECT)
        .filter(Note::ID.eq(lost.id))
        .one(&db)?;
    assert_eq!(subject(&lost)?, "photo sunset.jpg");

    let unsaved = Subject::Photo(Photo::default());
    let mut new = note("new");
    assert!(matches!(
        Note::SUBJECT.set(&mut new, unsaved),
        Err(Error::InvalidQuery { table: "notes", .. })
    ));
    assert_eq!((new.subject_type, new.subject_id), (None, None));
    Ok(())
}

#[test]
fn a_key_that_was_changed_after_loading_counts() -> Result<()> {
    let db = notes()?;
    let mut first = Note::query()
        .with(Note::SUBJECT)
        .order_by(Note::ID)
        .first(&db)?
        .expect("a note");
    (first.subject_type, first.subject_id) = (Some("photo".into()), Some(1));
    first.save_graph(&db)?;
    assert!(!first.subject.is_loaded());
    let stored = Note::query()
        .with(Note::SUBJECT)
        .filter(Note::ID.eq(first.id))
        .one(&db)?;
    assert_eq!(subject(&stored)?, "photo sunset.jpg");
    Ok(())
}

#[test]
fn keys_are_as_they_were_when_a_graph_cannot_be_saved() -> Result<()> {
    let db = notes()?;
    let mut new = note("fine");
    // A field that was given and not loaded says what is referred to, whatever the key says.
    Note::SUBJECT.set(&mut new, Subject::Photo(Photo::get(&db, 1)?))?;
    (new.subject_type, new.subject_id) = (Some("page".into()), Some(7));
    let mut graph = [new, note("refused")];
    assert!(matches!(
        Note::save_graphs(&db, &mut graph),
        Err(Error::CheckViolation { .. })
    ));
    let [new, _] = &graph;
    assert_eq!(
        (new.id, new.subject_type.as_deref(), new.subject_id),
        (0, Some("page"), Some(7))
    );
    assert_eq!(Note::query().count(&db)?, 4);

    graph[1].text = "fine too".into();
    Note::save_graphs(&db, &mut graph)?;
    let stored = Note::query()
        .with(Note::SUBJECT)
        .filter(Note::ID.eq(graph[0].id))
        .one(&db)?;
    assert_eq!(subject(&stored)?, "photo sunset.jpg");
    Ok(())
}
