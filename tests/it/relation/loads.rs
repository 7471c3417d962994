//! Loading under odd circumstances: in transactions and callbacks, from several threads, after panics, and what
//! entities with relations are otherwise.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use orm::prelude::*;
use orm::testing::assert_queries;
use orm::{BelongsTo, Database, Error, HasMany, HasOne, ManyToMany, Query, Result};
use serde::{Deserialize, Serialize};

use super::trees::{Employee, company};
use super::{Comment, Post, Tag, User, blog};
use crate::recorder::recorded;

#[test]
fn limits_on_two_levels_count_for_each_row() -> Result<()> {
    let (db, _) = blog()?;
    let comments = Post::COMMENTS
        .filter(Comment::TEXT.ne("third"))
        .order_by(Comment::TEXT.desc())
        .offset(1)
        .limit(1);
    let posts = User::POSTS
        .order_by(Post::TITLE)
        .limit(1)
        .with(comments)
        .with(Post::TAGS.order_by(Tag::NAME.desc()).limit(1));
    let query = User::query().with(posts).order_by(User::ID);
    let users = assert_queries(&db, 4, || query.all(&db))?;
    let first = &users[0].posts.get()?[0];
    assert_eq!(first.comments.get()?[0].text, "first");
    assert_eq!(first.tags.get()?[0].name, "y");
    assert!(users[1].posts.get()?[0].comments.get()?.is_empty());
    let nothing = User::query().with(User::POSTS.limit(0)).all(&db)?;
    assert!(
        nothing
            .iter()
            .all(|user| user.posts.get().is_ok_and(<[Post]>::is_empty))
    );
    let far = User::query()
        .with(User::POSTS.offset(u64::MAX).limit(u64::MAX))
        .all(&db)?;
    assert!(
        far.iter()
            .all(|user| user.posts.get().is_ok_and(<[Post]>::is_empty))
    );
    Ok(())
}

#[test]
fn transactions_load_what_they_wrote() -> Result<()> {
    let (db, _) = blog()?;
    let ann = User::get(&db, 1)?;
    db.transaction(|tx| {
        super::post(1, "a3").insert(tx)?;
        let users = User::query().with(User::POSTS).order_by(User::ID).all(tx)?;
        assert_eq!(users[0].posts.get()?.len(), 3);
        let savepoint = tx.begin()?;
        super::post(1, "a4").insert(&savepoint)?;
        assert_eq!(ann.posts(&savepoint)?.len(), 4);
        savepoint.rollback()?;
        assert_eq!(User::get(tx, 1)?.posts(tx)?.len(), 3);
        Ok(())
    })?;
    assert_eq!(ann.posts(&db)?.len(), 4, "what was loaded is kept");
    let ben = User::get(&db, 2)?;
    db.transaction(|tx| {
        assert!(matches!(ben.posts(&db), Err(Error::ConnectionInUse)));
        assert_eq!(ben.posts(tx)?.len(), 1);
        Ok(())
    })?;
    Ok(())
}

#[test]
fn a_callback_cannot_wait_for_the_connection_that_it_holds() -> Result<()> {
    let (db, _) = blog()?;
    let mut seen = 0;
    User::query().for_each(&db, |user| {
        seen += 1;
        assert!(matches!(user.posts(&db), Err(Error::ConnectionInUse)));
        assert!(user.posts.is_unloaded());
        Ok(())
    })?;
    assert_eq!(seen, 3);
    let (_folder, path) = crate::database_file();
    let file = Database::sqlite(path).open()?;
    file.create_tables(orm::schema![User, Post])?;
    super::user("ann").insert(&file)?;
    User::query().for_each(&file, |user| {
        assert!(user.posts(&file)?.is_empty(), "a file has further readers");
        Ok(())
    })
}

#[test]
fn entities_that_are_there_twice_are_loaded_twice() -> Result<()> {
    let (db, _) = blog()?;
    let mut users = vec![
        User::get(&db, 1)?,
        User::get(&db, 2)?,
        User::get(&db, 1)?,
        User::default(),
    ];
    assert_queries(&db, 1, || User::POSTS.load_onto(&db, &mut users))?;
    let counts: Vec<usize> = users
        .iter()
        .map(|user| user.posts.get().map(<[Post]>::len))
        .collect::<Result<_>>()?;
    assert_eq!(counts, [2, 1, 2, 0]);
    let mut posts = vec![Post::get(&db, 1)?, Post::get(&db, 1)?];
    Post::USER.joined().load_onto(&db, &mut posts)?;
    Post::TAGS.load_onto(&db, &mut posts)?;
    assert!(std::ptr::eq(posts[0].user.get()?, posts[1].user.get()?));
    assert!(posts[0].user.get_mut().is_none(), "it is shared");
    posts.pop();
    assert!(posts[0].user.get_mut().is_some());
    Ok(())
}

#[test]
fn an_error_on_a_deeper_level_changes_nothing() -> Result<()> {
    let (db, _) = company()?;
    let mut all = Employee::query().order_by(Employee::ID).all(&db)?;
    Employee::REPORTS.load_onto(&db, &mut all[..1])?;
    db.execute("UPDATE employees SET name = x'ff' WHERE id = 4", &[])?;
    let loaded = Employee::REPORTS.recursive().load_onto(&db, &mut all[..2]);
    assert!(
        matches!(
            loaded,
            Err(Error::Decode {
                table: "employees",
                column: "name",
                ..
            })
        ),
        "{loaded:?}"
    );
    assert_eq!(all[0].reports.get()?.len(), 2);
    assert!(all[0].reports.get()?[0].reports.is_unloaded());
    assert!(all[1].reports.is_unloaded());
    Ok(())
}

#[test]
fn threads_that_load_at_once_see_the_same() -> Result<()> {
    let (_folder, path) = crate::database_file();
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![User, Post, Comment, Tag])?;
    for round in 0..20 {
        let mut user = super::user(&format!("user {round}"));
        user.insert(&db)?;
        let mut posts: Vec<Post> = (0..20).map(|_| super::post(user.id, "p")).collect();
        Post::insert_many(&db, &mut posts)?;
        let user = User::get(&db, user.id)?;
        let (user, barrier, db) = (&user, &Barrier::new(4), &db);
        let found: Vec<Result<usize>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(move || {
                        barrier.wait();
                        user.posts(db).map(|posts| posts.as_ptr().addr())
                    })
                })
                .collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
            threads.into_iter().map(join).collect()
        });
        let found = found.into_iter().collect::<Result<Vec<usize>>>()?;
        assert!(found.iter().all(|address| *address == found[0]));
    }
    Ok(())
}

#[test]
fn entities_go_to_other_threads() {
    fn check<T: Send + Sync>() {}
    check::<User>();
    check::<Post>();
    check::<Employee>();
    check::<orm::Query<User>>();
}

static PANICS: AtomicBool = AtomicBool::new(false);

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "users")]
struct Nervous {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = user_id, scope = panicking))]
    posts: HasMany<Bomb>,
}

fn panicking(_: Query<Bomb>) -> Query<Bomb> {
    panic!("in the scope")
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "users")]
struct Calm {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = user_id))]
    posts: HasMany<Bomb>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "posts")]
struct Bomb {
    #[orm(primary_key)]
    id: i64,
    title: String,
    user_id: i64,
    #[orm(belongs_to)]
    user: BelongsTo<User>,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        let is_armed = self.title == "a1" && PANICS.swap(false, Ordering::SeqCst);
        assert!(!is_armed, "while it is dropped");
    }
}

#[test]
fn panics_leave_the_database_usable() -> Result<()> {
    let (db, _) = blog()?;
    let nervous = Nervous::get(&db, 1)?;
    let panics = |work: &dyn Fn() -> Result<()>| catch_unwind(AssertUnwindSafe(work)).is_err();
    assert!(panics(&|| Nervous::query()
        .with(Nervous::POSTS)
        .all(&db)
        .map(drop)));
    assert!(panics(&|| nervous.posts(&db).map(drop)));
    assert!(panics(&|| db.transaction(|tx| nervous.posts(tx).map(drop))));
    assert!(panics(&|| {
        User::query().for_each(&db, |_| panic!("in a callback"))
    }));
    let mut calm = Calm::query()
        .with(Calm::POSTS)
        .filter(Calm::ID.eq(1))
        .one(&db)?;
    PANICS.store(true, Ordering::SeqCst);
    assert!(panics(&|| Calm::query()
        .with(Calm::POSTS)
        .all(&db)
        .map(drop)));
    PANICS.store(true, Ordering::SeqCst);
    let reloaded = catch_unwind(AssertUnwindSafe(|| {
        Calm::POSTS.load_onto(&db, std::slice::from_mut(&mut calm))
    }));
    assert!(reloaded.is_err());
    PANICS.store(false, Ordering::SeqCst);
    Calm::POSTS.load_onto(&db, std::slice::from_mut(&mut calm))?;
    assert_eq!(calm.posts.get()?.len(), 2);
    assert_eq!(User::query().with(User::POSTS).all(&db)?.len(), 3);
    db.transaction(|tx| super::post(1, "x").insert(tx))?;
    assert_eq!(Post::count(&db)?, 4);
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ActiveRecord)]
#[orm(table = "authors")]
struct Author {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many)]
    #[serde(default, skip_serializing_if = "HasMany::is_unloaded")]
    books: HasMany<Book>,
    #[orm(has_one)]
    #[serde(default, skip_serializing_if = "HasOne::is_unloaded")]
    portrait: HasOne<Option<Portrait>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ActiveRecord)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    author_id: Option<i64>,
    #[orm(belongs_to)]
    #[serde(default, skip_serializing_if = "BelongsTo::is_unloaded")]
    author: BelongsTo<Option<Author>>,
    #[orm(many_to_many(table = "book_words"))]
    #[serde(default, skip_serializing_if = "ManyToMany::is_unloaded")]
    words: ManyToMany<Word>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ActiveRecord)]
#[orm(table = "portraits")]
struct Portrait {
    #[orm(primary_key)]
    id: i64,
    author_id: i64,
    #[orm(belongs_to)]
    #[serde(default, skip_serializing_if = "BelongsTo::is_unloaded")]
    author: BelongsTo<Author>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ActiveRecord)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key)]
    id: i64,
}

fn library() -> Result<Database> {
    let (db, _) = recorded(&orm::schema![Author, Book, Portrait, Word])?;
    let book = |words: &[i64]| Book {
        words: ManyToMany::new(words.iter().map(|_| Word::default()).collect()),
        ..Book::default()
    };
    let mut ann = Author {
        name: "ann".into(),
        books: HasMany::new(vec![book(&[1, 2]), book(&[])]),
        ..Author::default()
    };
    ann.save_graph(&db)?;
    Author::default().insert(&db)?;
    Book::default().insert(&db)?;
    Ok(db)
}

#[test]
fn what_is_loaded_is_nested_in_json_and_what_is_not_is_left_out() -> Result<()> {
    let db = library()?;
    let json = |value: &Author| serde_json::to_string(value).expect("JSON");
    let bare = Author::get(&db, 1)?;
    assert_eq!(json(&bare), r#"{"id":1,"name":"ann"}"#);
    let full = Author::query()
        .with(Author::BOOKS.with(Book::WORDS).with(Book::AUTHOR))
        .with(Author::PORTRAIT)
        .order_by(Author::ID)
        .first(&db)?
        .expect("an author");
    assert_eq!(
        json(&full),
        r#"{"id":1,"name":"ann","books":[{"id":1,"author_id":1,"author":{"id":1,"name":"ann"},"words":[{"id":1},{"id":2}]},{"id":2,"author_id":1,"author":{"id":1,"name":"ann"},"words":[]}],"portrait":null}"#
    );
    let back: Author = serde_json::from_str(&json(&full)).expect("an author");
    assert_eq!(back.books, full.books);
    assert_eq!(
        json(&bare),
        json(&serde_json::from_str(&json(&bare)).expect("an author"))
    );
    let round: Author = serde_json::from_str(&json(&full)).expect("an author");
    assert_eq!(
        json(&round),
        json(&full),
        "what is loaded and absent stays so"
    );
    let lost = Book::query()
        .with(Book::AUTHOR)
        .filter(Book::ID.eq(3))
        .one(&db)?;
    assert_eq!(
        serde_json::to_string(&lost).expect("JSON"),
        r#"{"id":3,"author_id":null,"author":null}"#
    );
    Ok(())
}

#[test]
fn entities_are_copied_compared_and_shown_with_what_they_have() -> Result<()> {
    let db = library()?;
    let (bare, again) = (Author::get(&db, 1)?, Author::get(&db, 1)?);
    assert_eq!(bare, again);
    assert!(
        format!("{bare:?}").contains("books: unloaded, portrait: unloaded"),
        "{bare:?}"
    );
    bare.books(&db)?;
    assert_ne!(bare, again);
    let copy = bare.clone();
    assert_eq!(copy, bare);
    again.books(&db)?;
    assert_eq!(bare, again);
    assert!(
        format!("{copy:?}").contains("books: [Book { id: 1"),
        "{copy:?}"
    );
    let book = Book::query()
        .with(Book::AUTHOR)
        .first(&db)?
        .expect("a book");
    let mut copy = book.clone();
    assert_eq!(copy, book);
    copy.author.unload();
    assert_ne!(copy, book);
    assert!(copy.author.get().is_err() && book.author.get()?.is_some());
    let mut new = Author::default();
    assert!(new.books.get_mut().is_err());
    new.books = vec![Book::default()].into();
    assert_eq!(new.books.into_inner()?.len(), 1);
    Ok(())
}
