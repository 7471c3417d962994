//! Records that remember what was loaded, and their relations.

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, Record, Result, Value};

use super::change;
use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "boards")]
struct Board {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(readonly, db_default = "0")]
    posts_count: i64,
    #[orm(readonly, db_default = "0")]
    pages_count: i64,
    #[orm(has_many)]
    posts: HasMany<Post>,
    #[orm(tracked)]
    record: Record<Self>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    text: String,
    board_id: i64,
    #[orm(belongs_to(counter_cache = posts_count))]
    board: BelongsTo<Board>,
    #[orm(tracked)]
    record: Record<Self>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "pages")]
struct Page {
    #[orm(primary_key(assigned))]
    path: String,
    board_id: i64,
    #[orm(belongs_to(counter_cache = pages_count))]
    board: BelongsTo<Board>,
    #[orm(tracked)]
    record: Record<Self>,
}

fn post(text: &str, board_id: i64) -> Post {
    Post {
        text: text.into(),
        board_id,
        ..Post::default()
    }
}

fn page(path: &str, board_id: i64) -> Page {
    Page {
        path: path.into(),
        board_id,
        ..Page::default()
    }
}

fn boards() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Board, Post, Page])?;
    Board::insert_many(&db, &mut [Board::default(), Board::default()])?;
    log.take();
    Ok((db, log))
}

fn posts(db: &Database) -> Result<Vec<i64>> {
    let boards = Board::query().order_by(Board::ID).all(db)?;
    Ok(boards.iter().map(|board| board.posts_count).collect())
}

fn pages(db: &Database) -> Result<Vec<i64>> {
    let boards = Board::query().order_by(Board::ID).all(db)?;
    Ok(boards.iter().map(|board| board.pages_count).collect())
}

#[test]
fn a_changed_reference_moves_the_counter() -> Result<()> {
    let (db, log) = boards()?;
    let mut post = post("a", 1);
    post.save(&db)?;
    assert_eq!(posts(&db)?, [1, 0]);
    post.board_id = 2;
    post.save(&db)?;
    assert_eq!(posts(&db)?, [0, 1]);
    post.update_with(&db, |post| post.board_id = 1)?;
    assert_eq!(posts(&db)?, [1, 0]);
    log.take();
    post.save(&db)?;
    assert!(
        log.take().is_empty(),
        "no parent is looked for if nothing is written"
    );
    post.delete(&db)?;
    assert_eq!(posts(&db)?, [0, 0]);
    Ok(())
}

#[test]
fn counters_are_exact_if_the_key_changes_too() -> Result<()> {
    let (db, _) = boards()?;
    let mut moved = page("/a", 1);
    moved.save(&db)?;
    moved.path = "/b".into();
    moved.save(&db)?;
    assert_eq!(pages(&db)?, [1, 0]);
    moved.path = "/c".into();
    moved.board_id = 2;
    moved.save(&db)?;
    assert_eq!((pages(&db)?, moved.is_changed()), (vec![0, 1], false));

    // A copy is one more.
    moved.path = "/d".into();
    moved.insert(&db)?;
    assert_eq!(pages(&db)?, [0, 2]);
    Ok(())
}

#[test]
fn a_key_that_is_taken_or_a_row_that_is_gone_leaves_counters_and_record() -> Result<()> {
    let (db, _) = boards()?;
    Page::insert_many(&db, &mut [page("/a", 1), page("/b", 2)])?;
    let mut moved = Page::get(&db, "/a".to_owned())?;
    moved.path = "/b".into();
    assert!(matches!(
        moved.save(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(moved.changes()?, [change("path", "/a", "/b")]);
    assert_eq!(pages(&db)?, [1, 1]);

    Page::delete_by_key(&db, "/a".to_owned())?;
    assert!(matches!(moved.save(&db), Err(Error::NotFound { .. })));
    assert_eq!(moved.changes()?, [change("path", "/a", "/b")]);
    assert_eq!(pages(&db)?, [0, 1]);
    Ok(())
}

#[test]
fn what_cannot_be_told_to_a_parent_is_not_remembered() -> Result<()> {
    let (db, _) = boards()?;
    db.execute(
        "CREATE TRIGGER full BEFORE UPDATE OF posts_count ON boards
         WHEN new.posts_count > 1 BEGIN SELECT raise(ABORT, 'full'); END",
        &[],
    )?;
    post("a", 1).save(&db)?;
    let mut second = post("b", 1);
    assert!(second.save(&db).is_err());
    assert!(second.is_new() && second.id == 0);

    second.board_id = 2;
    second.save(&db)?;
    second.board_id = 1;
    assert!(second.save(&db).is_err());
    assert_eq!(second.changes()?, [change("board_id", 2, 1)]);
    assert_eq!(posts(&db)?, [1, 1]);

    let mut more = [post("c", 2), post("d", 2)];
    assert!(Post::insert_many(&db, &mut more).is_err());
    assert!(more.iter().all(|post| post.is_new() && post.id == 0));
    Ok(())
}

#[test]
fn a_graph_is_remembered_as_far_as_it_is_written() -> Result<()> {
    let (db, log) = boards()?;
    let mut board = Board {
        name: "new".into(),
        posts: HasMany::new(vec![post("a", 0), post("b", 0)]),
        ..Board::default()
    };
    board.save_graph(&db)?;
    assert!(!board.is_new() && !board.is_changed());
    let related = board.posts.get()?;
    assert!(
        related
            .iter()
            .all(|post| !post.is_new() && !post.is_changed())
    );
    assert_eq!(
        related[0].saved_changes()[2],
        change("board_id", Value::Null, 3)
    );

    log.take();
    board.save_graph(&db)?;
    let writes = |sql: &String| sql.starts_with("INSERT") || sql.starts_with("UPDATE");
    assert!(!log.take().iter().any(writes), "nothing has changed");

    board.name = "renamed".into();
    board.save_graph(&db)?;
    let written = log.take();
    let update = r#"UPDATE "boards" SET "name" = ? WHERE "boards"."id" = ?"#;
    assert!(written.contains(&update.to_owned()), "{written:?}");
    Ok(())
}

#[test]
fn an_entity_that_a_graph_moves_is_clean_then() -> Result<()> {
    let (db, _) = boards()?;
    let mut moved = post("a", 1);
    moved.save(&db)?;
    let mut board = Board::get(&db, 2)?;
    board.posts = HasMany::new(vec![moved]);
    board.save_graph(&db)?;
    let moved = &board.posts.get()?[0];
    assert!(!moved.is_changed());
    assert_eq!(moved.saved_changes(), [change("board_id", 1, 2)]);
    assert_eq!(posts(&db)?, [0, 1]);
    Ok(())
}

#[test]
fn a_graph_that_cannot_be_saved_remembers_what_it_did() -> Result<()> {
    let (db, _) = boards()?;
    post("taken", 2).save(&db)?;
    let mut moved = post("moved", 1);
    moved.save(&db)?;
    let mut board = Board::get(&db, 2)?;
    board.name = "changed".into();
    board.posts = HasMany::new(vec![moved, post("taken", 0)]);
    assert!(matches!(
        board.save_graph(&db),
        Err(Error::UniqueViolation { .. })
    ));

    assert_eq!(board.changes()?, [change("name", "", "changed")]);
    let related = board.posts.get()?;
    assert_eq!((related[0].board_id, related[0].is_changed()), (1, false));
    assert_eq!(
        related[0].saved_changes().len(),
        3,
        "those of its insertion"
    );
    assert!(related[1].is_new() && related[1].id == 0);
    Ok(())
}

#[test]
fn what_a_relation_adds_is_clean() -> Result<()> {
    let (db, _) = boards()?;
    let mut old = post("old", 1);
    old.save(&db)?;
    let mut board = Board::query()
        .with(Board::POSTS)
        .last(&db)?
        .expect("a board");
    Board::POSTS.add(&db, &mut board, [old, post("new", 0)])?;
    let related = board.posts.get()?;
    assert_eq!(related.len(), 2);
    assert!(
        related
            .iter()
            .all(|post| !post.is_new() && !post.is_changed())
    );
    assert!(related.iter().all(|post| post.board_id == 2));
    Ok(())
}
