//! `touch` and `counter_cache`: what a row does to the rows that it refers to, whatever writes it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{NaiveDateTime, TimeZone as _, Utc};
use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, ManyToMany, Result};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "boards")]
struct Board {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    threads_count: i64,
    changed: Option<chrono::DateTime<Utc>>,
    #[orm(has_many(dependent = cascade))]
    threads: HasMany<Thread>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "members")]
struct Author {
    #[orm(primary_key(assigned))]
    name: String,
    #[orm(readonly, db_default = "0")]
    threads_count: i64,
    seen: Option<NaiveDateTime>,
    #[orm(has_many)]
    threads: HasMany<Thread>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "threads")]
struct Thread {
    #[orm(primary_key)]
    id: i64,
    text: String,
    board_id: i64,
    author_name: Option<String>,
    #[orm(belongs_to(counter_cache = threads_count, touch = changed))]
    board: BelongsTo<Board>,
    #[orm(belongs_to(key = author_name, counter_cache = threads_count, touch = seen))]
    author: BelongsTo<Option<Author>>,
}

fn author(name: &str) -> Author {
    Author {
        name: name.into(),
        ..Author::default()
    }
}

fn thread(board_id: i64, author: Option<&str>) -> Thread {
    Thread {
        board_id,
        author_name: author.map(Into::into),
        ..Thread::default()
    }
}

/// Two boards and two authors; nothing was written yet.
fn forum() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Board, Author, Thread])?;
    Board::insert_many(&db, &mut [Board::default(), Board::default()])?;
    Author::insert_many(&db, &mut ["ann", "ben"].map(author))?;
    log.take();
    Ok((db, log))
}

/// The counters of boards and authors, which have to be what there is.
#[track_caller]
fn counts(db: &Database) -> Result<(Vec<i64>, Vec<i64>)> {
    let boards = Board::query().order_by(Board::ID);
    let kept = boards.clone().select(Board::THREADS_COUNT).all(db)?;
    assert_eq!(kept, boards.select(Board::THREADS.count()).all(db)?);
    let authors = Author::query().order_by(Author::NAME);
    let of_authors = authors.clone().select(Author::THREADS_COUNT).all(db)?;
    assert_eq!(of_authors, authors.select(Author::THREADS.count()).all(db)?);
    Ok((kept, of_authors))
}

#[test]
fn every_way_to_write_a_row_counts_it() -> Result<()> {
    let (db, _) = forum()?;
    let mut first = thread(1, Some("ann"));
    first.insert(&db)?;
    assert_eq!(counts(&db)?, (vec![1, 0], vec![1, 0]));
    first.save(&db)?;
    first.board_id = 2;
    first.author_name = None;
    first.save(&db)?;
    assert_eq!(counts(&db)?, (vec![0, 1], vec![0, 0]));
    first.author_name = Some("ben".into());
    first.board_id = 1;
    first.save_only(&db, Thread::AUTHOR_NAME)?;
    assert_eq!(counts(&db)?, (vec![0, 1], vec![0, 1]));
    first.update(&db)?;
    assert_eq!(counts(&db)?, (vec![1, 0], vec![0, 1]));
    let mut more = vec![
        thread(1, None),
        thread(2, Some("ben")),
        thread(1, Some("ann")),
    ];
    Thread::insert_many(&db, &mut more)?;
    assert_eq!(counts(&db)?, (vec![3, 1], vec![1, 2]));
    for thread in &mut more {
        thread.board_id = 2;
        thread.author_name = Some("ann".into());
    }
    more.push(more[0].clone());
    Thread::update_many(&db, &mut more, Thread::BOARD_ID)?;
    assert_eq!(counts(&db)?, (vec![1, 3], vec![1, 2]));
    Thread::update_many(&db, &mut more, (Thread::BOARD_ID, Thread::AUTHOR_NAME))?;
    assert_eq!(counts(&db)?, (vec![1, 3], vec![3, 1]));
    let mut upserted = Thread {
        id: 99,
        ..thread(1, None)
    };
    upserted.upsert(&db)?;
    upserted.board_id = 2;
    upserted.upsert(&db)?;
    assert_eq!(counts(&db)?, (vec![1, 4], vec![3, 1]));
    upserted.delete(&db)?;
    assert!(Thread::delete_by_key(&db, more[0].id)?);
    assert!(!Thread::delete_by_key(&db, more[0].id)?);
    assert_eq!(counts(&db)?, (vec![1, 2], vec![2, 1]));
    let (_, created) = Thread::update_or_create(
        &db,
        Thread::ID.eq(1),
        |thread| thread.board_id = 2,
        || thread(1, None),
    )?;
    assert!(!created);
    assert_eq!(counts(&db)?, (vec![0, 3], vec![2, 1]));
    Thread::get_or_create(&db, Thread::ID.eq(1000), || thread(1, Some("ann")))?;
    assert_eq!(counts(&db)?, (vec![1, 3], vec![3, 1]));
    Board::get(&db, 2)?.delete(&db)?;
    assert_eq!(counts(&db)?, (vec![1], vec![1, 0]));
    Ok(())
}

#[test]
fn every_way_to_change_a_relation_counts_it() -> Result<()> {
    let (db, _) = forum()?;
    let mut board = Board::get(&db, 1)?;
    Board::THREADS.add(&db, &mut board, [thread(0, Some("ann")), thread(0, None)])?;
    assert_eq!(counts(&db)?, (vec![2, 0], vec![1, 0]));
    let mut other = Board::get(&db, 2)?;
    Board::THREADS.add(&db, &mut other, [Thread::get(&db, 1)?])?;
    assert_eq!(counts(&db)?, (vec![1, 1], vec![1, 0]));
    Board::THREADS.add_keys(&db, &mut other, [2, 2, 1])?;
    assert_eq!(counts(&db)?, (vec![0, 2], vec![1, 0]));
    let mut ben = Author::get(&db, "ben")?;
    Author::THREADS.add(&db, &mut ben, [Thread::get(&db, 1)?, thread(1, None)])?;
    assert_eq!(counts(&db)?, (vec![1, 2], vec![0, 2]));
    assert_eq!(Author::THREADS.remove(&db, &mut ben, [1, 2])?, 1);
    assert_eq!(counts(&db)?, (vec![1, 2], vec![0, 1]));
    Author::THREADS.set(&db, &mut ben, [Thread::get(&db, 2)?, thread(2, None)])?;
    assert_eq!(counts(&db)?, (vec![1, 3], vec![0, 2]));
    Author::THREADS.clear(&db, &mut ben)?;
    assert_eq!(counts(&db)?, (vec![1, 3], vec![0, 0]));
    // What needs a board goes with it.
    Board::THREADS.set(&db, &mut other, [thread(0, Some("ann"))])?;
    assert_eq!(counts(&db)?, (vec![1, 1], vec![1, 0]));
    Ok(())
}

#[test]
fn graphs_count_what_is_new_and_what_has_moved() -> Result<()> {
    let (db, _) = forum()?;
    let mut new = Board {
        threads: HasMany::new(vec![thread(0, Some("ann")), thread(0, None)]),
        ..Board::default()
    };
    new.save_graph(&db)?;
    assert_eq!(counts(&db)?, (vec![0, 0, 2], vec![1, 0]));
    let mut first = Board::query()
        .with(Board::THREADS)
        .filter(Board::ID.eq(1))
        .one(&db)?;
    let taken = std::mem::take(new.threads.get_mut()?);
    first.threads.get_mut()?.extend(taken);
    first.save_graph(&db)?;
    let (boards, _) = counts(&db)?;
    assert_eq!(boards[2], 0);
    let mut up = thread(0, None);
    up.board = BelongsTo::new(Board::default());
    up.author = BelongsTo::new(author("cleo"));
    up.save_graph(&db)?;
    assert_eq!(up.author_name.as_deref(), Some("cleo"));
    assert_eq!(counts(&db)?.1, [1, 0, 1]);
    Ok(())
}

#[test]
fn what_is_undone_was_not_counted() -> Result<()> {
    let (db, _) = forum()?;
    let undone = db.transaction(|tx| {
        thread(1, Some("ann")).insert(tx)?;
        thread(2, Some("nobody")).insert(tx)
    });
    assert!(
        matches!(undone, Err(Error::ForeignKeyViolation { .. })),
        "{undone:?}"
    );
    assert_eq!(counts(&db)?, (vec![0, 0], vec![0, 0]));
    let failed = Thread::insert_many(&db, &mut [thread(1, None), thread(77, None)]);
    assert!(failed.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| {
            thread(1, Some("ann")).insert(tx)?;
            panic!("in the middle") as Result<()>
        })
    }));
    assert!(panicked.is_err());
    let tx = db.begin()?;
    let savepoint = tx.begin()?;
    thread(1, None).insert(&savepoint)?;
    drop(savepoint);
    thread(2, None).insert(&tx)?;
    tx.commit()?;
    assert_eq!(counts(&db)?, (vec![0, 1], vec![0, 0]));
    Ok(())
}

#[test]
fn threads_count_together() -> Result<()> {
    let (_folder, path) = crate::database_file();
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![Board, Author, Thread])?;
    Board::insert_many(&db, &mut [Board::default(), Board::default()])?;
    Author::insert_many(&db, &mut ["ann", "ben"].map(author))?;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4_i64)
            .map(|nth| {
                let db = &db;
                scope.spawn(move || -> Result<()> {
                    for round in 0..10 {
                        let mut new = thread(1 + (nth + round) % 2, Some("ann"));
                        new.insert(db)?;
                        new.board_id = 3 - new.board_id;
                        new.save(db)?;
                        if round % 3 == 0 {
                            new.delete(db)?;
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        let mut outcomes = workers
            .into_iter()
            .map(|worker| worker.join().expect("no panic"));
        outcomes.try_for_each(|outcome| outcome)
    })?;
    let (boards, authors) = counts(&db)?;
    assert_eq!((boards.iter().sum::<i64>(), authors), (24, vec![24, 0]));
    Ok(())
}

#[test]
fn rows_that_are_referred_to_are_touched() -> Result<()> {
    let (db, _) = forum()?;
    let long_ago = Utc.with_ymd_and_hms(2001, 1, 1, 0, 0, 0).single();
    let reset = || -> Result<()> {
        Board::query()
            .all_rows()
            .update(&db, Board::CHANGED.set(long_ago))?;
        Ok(())
    };
    let touched = || -> Result<Vec<bool>> {
        let boards = Board::query().order_by(Board::ID).all(&db)?;
        Ok(boards
            .iter()
            .map(|board| board.changed != long_ago)
            .collect())
    };
    reset()?;
    let mut first = thread(1, Some("ann"));
    first.insert(&db)?;
    assert_eq!(touched()?, [true, false]);
    let seen = Author::get(&db, "ann")?.seen.expect("a time");
    assert!((Utc::now().naive_utc() - seen).num_seconds().abs() < 60);
    reset()?;
    first.text = "x".into();
    first.save_only(&db, Thread::TEXT)?;
    assert_eq!(touched()?, [true, false]);
    reset()?;
    first.board_id = 2;
    first.save(&db)?;
    assert_eq!(touched()?, [true, true]);
    reset()?;
    first.delete(&db)?;
    assert_eq!(touched()?, [false, true]);
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "wrong")]
struct Wrong {
    #[orm(primary_key)]
    id: i64,
    changed: String,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "toucher")]
struct Toucher {
    #[orm(primary_key)]
    id: i64,
    wrong_id: i64,
    #[orm(belongs_to(touch = changed))]
    wrong: BelongsTo<Wrong>,
}

#[test]
fn a_column_that_holds_no_time_is_not_touched() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Wrong, Toucher])?;
    Wrong::default().insert(&db)?;
    let mut row = Toucher {
        wrong_id: 1,
        ..Toucher::default()
    };
    let refused = row.insert(&db);
    assert!(
        matches!(refused, Err(Error::InvalidMapping { table: "wrong", .. })),
        "{refused:?}"
    );
    assert_eq!((Toucher::count(&db)?, row.id), (0, 0));
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "rows_of_seats")]
struct Hall {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    seats_count: i64,
    #[orm(has_many)]
    seats: HasMany<Seat>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "seats")]
struct Seat {
    #[orm(primary_key)]
    hall_id: i64,
    #[orm(primary_key)]
    number: i64,
    #[orm(belongs_to(counter_cache = seats_count))]
    hall: BelongsTo<Hall>,
}

#[test]
fn a_key_with_a_zero_in_it_is_one() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Hall, Seat])?;
    Hall::default().insert(&db)?;
    let mut seats = [0, 1].map(|number| Seat {
        hall_id: 1,
        number,
        ..Seat::default()
    });
    seats[0].save(&db)?;
    seats[0].save(&db)?;
    seats[1].save(&db)?;
    assert_eq!(Hall::get(&db, 1)?.seats_count, 2);
    seats[0].delete(&db)?;
    assert_eq!(Hall::get(&db, 1)?.seats_count, 1);
    Ok(())
}

#[test]
fn saving_a_row_keeps_its_counter() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Board, Author, Thread])?;
    let mut board = Board {
        threads: HasMany::new(vec![thread(0, None), thread(0, None)]),
        ..Board::default()
    };
    board.save_graph(&db)?;
    let mut before = Board::get(&db, 1)?;
    thread(1, None).insert(&db)?;
    for board in [&mut board, &mut before] {
        board.save(&db)?;
        assert_eq!(board.threads_count, 3, "and it is read back");
    }
    before.delete(&db)?;
    assert_eq!(Thread::count(&db)?, 0);
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "playlists")]
struct Playlist {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    entries_count: i64,
    #[orm(many_to_many(through = Entry))]
    songs: ManyToMany<Song>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "songs")]
struct Song {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    entries_count: i64,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    added_by: Option<String>,
    #[orm(index)]
    playlist_id: i64,
    song_id: i64,
    #[orm(belongs_to(key = added_by, counter_cache = threads_count))]
    adder: BelongsTo<Option<Author>>,
    #[orm(belongs_to(counter_cache = entries_count))]
    playlist: BelongsTo<Playlist>,
    #[orm(belongs_to(counter_cache = entries_count))]
    song: BelongsTo<Song>,
}

#[test]
fn a_relation_that_is_not_given_keeps_no_other_from_being_counted() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Board, Author, Thread, Playlist, Song, Entry])?;
    let mut playlist = Playlist::default();
    playlist.insert(&db)?;
    Song::insert_many(&db, &mut [Song::default(), Song::default()])?;
    Playlist::SONGS.add_keys(&db, &mut playlist, [1, 2])?;
    let counts = || {
        let playlist = Playlist::get(&db, 1)?.entries_count;
        Result::Ok((playlist, Song::get(&db, 1)?.entries_count))
    };
    assert_eq!(counts()?, (2, 1));
    Playlist::SONGS.remove(&db, &mut playlist, [1])?;
    assert_eq!(counts()?, (1, 0));
    Ok(())
}
