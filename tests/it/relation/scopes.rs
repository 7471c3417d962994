//! Relations that show only some of the related rows.

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, HasOne, Query, Result};

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "boards")]
struct Board {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = board_id, scope = visible, dependent = cascade))]
    cards: HasMany<Card>,
    #[orm(has_one(key = board_id, scope = latest))]
    latest: HasOne<Option<Card>>,
}

#[derive(Debug, Default, Clone, ActiveRecord)]
#[orm(table = "cards")]
struct Card {
    #[orm(primary_key)]
    id: i64,
    hidden: bool,
    board_id: i64,
    #[orm(belongs_to)]
    board: BelongsTo<Board>,
}

fn visible(query: Query<Card>) -> Query<Card> {
    query.filter(Card::HIDDEN.eq(false)).order_by(Card::ID)
}

fn latest(query: Query<Card>) -> Query<Card> {
    query.order_by(Card::ID.desc()).limit(1)
}

/// A board with a visible card, 1, and two hidden ones.
fn board() -> Result<(Database, Board)> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Board, Card])?;
    let mut board = Board::default();
    board.save(&db)?;
    let mut cards = [false, true, true].map(|hidden| Card {
        hidden,
        board_id: board.id,
        ..Card::default()
    });
    Card::insert_many(&db, &mut cards)?;
    Ok((db, board))
}

#[test]
fn rows_that_a_scope_hides_stay() -> Result<()> {
    let (db, mut board) = board()?;
    let shown = board.cards(&db)?.to_vec();
    assert_eq!(shown.len(), 1);
    Board::CARDS.set(&db, &mut board, shown)?;
    assert_eq!(Card::count(&db)?, 3);
    Board::CARDS.set(&db, &mut board, [Card::default()])?;
    assert_eq!(board.cards.get()?[0].id, 4);
    let ids = Card::query().order_by(Card::ID).select(Card::ID);
    assert_eq!(ids.all(&db)?, [2, 3, 4]);
    assert_eq!(Board::CARDS.clear(&db, &mut board)?, 1);
    assert_eq!(ids.all(&db)?, [2, 3]);
    // A row that is named is removed, hidden or not.
    assert_eq!(Board::CARDS.remove(&db, &mut board, [2])?, 1);
    assert_eq!(ids.all(&db)?, [3]);
    Ok(())
}

#[test]
fn the_one_row_that_a_scope_chooses_displaces_no_others() -> Result<()> {
    let (db, _) = board()?;
    let mut board = Board::query().with(Board::LATEST).one(&db)?;
    assert_eq!(board.latest.get()?.map(|card| card.id), Some(3));
    board.latest = HasOne::new(Card::default());
    board.save_graph(&db)?;
    assert_eq!(Card::count(&db)?, 4);
    Ok(())
}

#[test]
fn columns_of_a_relation_with_a_scope_are_refused() -> Result<()> {
    let (db, _) = board()?;
    let is_refused = |outcome: Result<u64>| {
        matches!(
            outcome,
            Err(Error::InvalidQuery {
                table: "boards" | "cards",
                ..
            })
        )
    };
    let by_latest = Board::query().filter(Board::LATEST.field(Card::HIDDEN).eq(true));
    assert!(is_refused(by_latest.count(&db)));
    let over = Card::BOARD.then(Board::LATEST).field(Card::HIDDEN);
    assert!(is_refused(Card::query().filter(over.eq(true)).count(&db)));
    let any = Board::query().filter(Board::CARDS.any(Card::ID.gt(1)));
    assert_eq!(any.count(&db)?, 0);
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "pins")]
struct Pin {
    #[orm(primary_key)]
    id: i64,
    board_id: Option<i64>,
    #[orm(belongs_to)]
    board: BelongsTo<Option<Board>>,
}

#[test]
fn a_row_that_was_not_asked_for_is_not_missing() -> Result<()> {
    let (db, _) = board()?;
    let cards = Card::query()
        .with(Card::BOARD.filter(Board::ID.eq(99)))
        .all(&db)?;
    assert!(matches!(
        cards[0].board.get(),
        Err(Error::NotFound { table: "boards" })
    ));

    db.create_tables(orm::schema![Pin])?;
    let mut pin = Pin {
        board_id: Some(1),
        ..Pin::default()
    };
    pin.save(&db)?;
    let pins = Pin::query().with(Pin::BOARD.filter(Board::ID.eq(99)));
    assert!(pins.one(&db)?.board.get()?.is_none());
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "links")]
struct Link {
    #[orm(primary_key)]
    id: i64,
    board_id: i64,
    #[orm(belongs_to(unconstrained))]
    board: BelongsTo<Board>,
}

#[test]
fn a_key_that_may_point_nowhere_costs_no_row() -> Result<()> {
    let (db, _) = board()?;
    db.create_tables(orm::schema![Link])?;
    for board_id in [1, 99] {
        Link {
            board_id,
            ..Link::default()
        }
        .insert(&db)?;
    }
    let board = Link::BOARD.field(Board::ID);
    let links = |query: Query<Link>| query.order_by(board.clone()).count(&db);
    assert_eq!(links(Link::query())?, 2);
    assert_eq!(
        links(Link::query().filter(Link::ID.gt(0).or(board.clone().eq(5))))?,
        2
    );
    assert_eq!(Link::query().order_by(board.clone()).all(&db)?.len(), 2);
    assert_eq!(links(Link::query().filter(board.clone().eq(1)))?, 1);
    Ok(())
}

#[test]
fn a_limit_leaves_room_for_its_own_values() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Board, Card])?;
    let mut boards: Vec<Board> = (0..33_000).map(|_| Board::default()).collect();
    Board::insert_many(&db, &mut boards)?;
    let limited = Board::query().with(Board::CARDS.limit(1)).all(&db)?;
    assert_eq!(limited.len(), 33_000);
    Ok(())
}
