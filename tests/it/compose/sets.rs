//! Set operations.

use orm::prelude::*;
use orm::query::scope::Rows;
use orm::{Join, Query, Result};

use super::{Genre, Named, Sale, TRACKS, Track, ids, store, texts};

fn of(genre: i64) -> Query<Track> {
    Track::query().filter(Track::GENRE_ID.eq(genre))
}

fn long() -> Query<Track> {
    Track::query().filter(Track::SECONDS.gt(400))
}

#[test]
fn entities_are_united() -> Result<()> {
    let (db, _) = store()?;
    let both = of(1).union(long()).order_by(Track::ID);
    let columns = TRACKS.strip_suffix(r#"FROM "tracks" "#).unwrap_or(TRACKS);
    assert_eq!(
        both.to_sql(&db)?.0,
        format!(
            r#"{columns}FROM ({TRACKS}WHERE "tracks"."genre_id" = ? UNION {TRACKS}WHERE "tracks"."seconds" > ?) AS "tracks" ORDER BY "tracks"."id""#
        )
    );
    assert_eq!(ids(&both.all(&db)?), [1, 3, 5]);
    assert_eq!(both.count(&db)?, 3);
    assert_eq!(of(1).union_all(long()).count(&db)?, 4);
    assert_eq!(ids(&of(1).intersect(long()).all(&db)?), [3]);
    assert_eq!(ids(&of(1).except(long()).all(&db)?), [5]);
    assert!(!of(1).except(of(1)).exists(&db)?);
    Ok(())
}

#[test]
fn a_set_is_filtered_sorted_and_cut() -> Result<()> {
    let (db, _) = store()?;
    let both: Query<Rows<Track>> = of(1).union(of(2));
    let some = both
        .filter(Track::SECONDS.gt(200))
        .order_by(Track::SECONDS)
        .limit(2)
        .offset(1);
    assert_eq!(ids(&some.all(&db)?), [3, 1]);
    assert_eq!(some.count(&db)?, 2);
    let all = of(1).union_all(of(2)).union_all(of(1));
    assert_eq!(all.count(&db)?, 6);
    assert_eq!(all.first(&db)?.map(|track| track.id), Some(1));
    assert_eq!(all.last(&db)?.map(|track| track.id), Some(5));
    let page = all.order_by(Track::SECONDS.desc()).page(&db, 2, 4)?;
    assert_eq!((page.total, ids(&page.items)), (6, vec![5, 2]));
    Ok(())
}

#[test]
fn an_order_or_limit_inside_stays_inside() -> Result<()> {
    let (db, _) = store()?;
    let longest = |genre| of(genre).order_by(Track::SECONDS.desc()).limit(1);
    let union = longest(1)
        .union_all(longest(2))
        .union_all(Track::query().order_by(Track::SECONDS).limit(1));
    let (sql, _) = union.to_sql(&db)?;
    assert_eq!(sql.matches(" UNION ALL ").count(), 2);
    assert_eq!(sql.matches(" LIMIT 1)").count(), 3, "{sql}");
    assert_eq!(ids(&union.order_by(Track::ID).all(&db)?), [1, 3, 4]);
    Ok(())
}

#[test]
fn chains_are_read_from_the_left() -> Result<()> {
    let (db, _) = store()?;
    let all = || Track::query();
    let none_of = all().except(of(1)).except(of(2));
    assert_eq!(none_of.to_sql(&db)?.0.matches(" EXCEPT ").count(), 2);
    assert_eq!(ids(&none_of.all(&db)?), [4]);
    // All but those that are jazz and not long.
    assert_eq!(all().except(of(1).except(long())).count(&db)?, 4);
    assert_eq!(all().except(of(1)).union(of(1)).count(&db)?, 5);
    assert_eq!(all().union_all(all()).union(all()).count(&db)?, 5);
    assert_eq!(all().union(all()).union_all(all()).count(&db)?, 10);
    assert_eq!(of(1).union(of(2)).intersect(long()).count(&db)?, 2);
    assert_eq!(of(1).union(of(2).intersect(long())).count(&db)?, 3);
    Ok(())
}

#[test]
fn tuples_of_several_tables_are_united() -> Result<()> {
    let (db, _) = store()?;
    let names: Query<Rows<(i64, String)>> = Genre::query().select((Genre::ID, Genre::NAME)).union(
        Track::query()
            .filter(Track::ID.gt(3))
            .select((Track::ID, Track::NAME)),
    );
    assert_eq!(
        names.to_sql(&db)?.0,
        r#"SELECT * FROM (SELECT "genres"."id", "genres"."name" FROM "genres" UNION SELECT "tracks"."id", "tracks"."name" FROM "tracks" WHERE "tracks"."id" > ?) AS "rows""#
    );
    assert_eq!(names.count(&db)?, 5);
    assert_eq!(names.clone().limit(2).all(&db)?.len(), 2);
    let mut rows = names.all(&db)?;
    rows.sort();
    assert_eq!(rows[4], (5, "Blue in Green".into()));
    let words = Genre::query()
        .select(Genre::NAME)
        .union(Track::query().select(Track::NAME));
    assert_eq!(words.count(&db)?, 8);
    let numbers = Genre::query()
        .select(Genre::ID)
        .intersect(Sale::query().select(Sale::QUANTITY));
    assert_eq!(numbers.all(&db)?.len(), 2);
    Ok(())
}

#[derive(Debug, PartialEq, FromRow)]
#[orm(from = Genre)]
struct Word {
    name: String,
}

#[derive(Debug, PartialEq, FromRow)]
#[orm(from = Join<Track, Genre>, table = "labels")]
struct Label {
    #[orm(expr = Genre::NAME)]
    genre: String,
    #[orm(column = "title")]
    name: String,
}

#[test]
fn structs_are_united_and_sorted_by_their_fields() -> Result<()> {
    let (db, _) = store()?;
    let genres = Genre::query()
        .select((Genre::NAME, Genre::ID))
        .rows_as::<Named>();
    let tracks = Track::query()
        .filter(Track::ID.le(2))
        .select((Track::NAME, Track::SECONDS))
        .rows_as();
    let all = genres
        .union(tracks)
        .filter(Named::NUMBER.ne(2))
        .order_by(Named::NAME.desc());
    let names: Vec<String> = all.all(&db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, texts(["Sinnerman", "Polka", "Jazz", "Feeling Good"]));
    assert_eq!(all.count(&db)?, 4);
    Ok(())
}

#[test]
fn selected_structs_are_united_and_sorted_by_their_fields() -> Result<()> {
    let (db, _) = store()?;
    let words = Genre::query().select_as::<Word>();
    let some = words
        .clone()
        .union(words.clone().filter(Genre::ID.gt(1)))
        .order_by(Word::NAME.desc())
        .limit(2);
    assert_eq!(
        some.to_sql(&db)?.0,
        r#"SELECT "word"."name" FROM (SELECT "genres"."name" AS "name" FROM "genres" UNION SELECT "genres"."name" FROM "genres" WHERE "genres"."id" > ?) AS "word" ORDER BY "word"."name" DESC LIMIT 2"#
    );
    let [soul, polka] = texts(["Soul", "Polka"]);
    assert_eq!(some.all(&db)?, [Word { name: soul }, Word { name: polka }]);
    let longest = words.clone().order_by(Genre::ID.desc()).limit(1);
    let two = longest.union(words.limit(1)).order_by(Word::NAME);
    assert_eq!(two.count(&db)?, 2);
    assert_eq!(
        two.all(&db)?[1],
        Word {
            name: "Polka".into()
        }
    );
    let labels = Track::query()
        .join(Track::GENRE_ID.on(Genre::ID))
        .select_as::<Label>();
    let first = labels
        .clone()
        .union_all(labels)
        .filter(Label::GENRE.eq("Jazz"))
        .order_by(Label::NAME);
    assert_eq!(first.count(&db)?, 4);
    assert_eq!(
        first.first(&db)?.map(|label| label.name),
        Some("Blue in Green".into())
    );
    Ok(())
}

#[test]
fn a_set_is_joined_and_aggregated() -> Result<()> {
    let (db, _) = store()?;
    let both = of(1).union(long());
    assert_eq!(both.aggregate(&db, Track::SECONDS.sum())?, Some(1353));
    let names = both
        .join(Track::GENRE_ID.on(Genre::ID))
        .order_by(Track::ID)
        .select(Genre::NAME);
    assert_eq!(names.all(&db)?, texts(["Soul", "Jazz", "Jazz"]));
    let groups = of(1)
        .union(long())
        .group_by(Track::GENRE_ID)
        .select((Track::GENRE_ID, Track::ID.count()));
    assert_eq!(
        groups.order_by(Track::GENRE_ID).all(&db)?,
        [(Some(1), 2), (Some(2), 1)]
    );
    Ok(())
}

#[test]
fn a_set_stands_in_a_condition() -> Result<()> {
    let (db, _) = store()?;
    let keys = Sale::query().select(Sale::TRACK_ID).union(
        Track::query()
            .filter(Track::SECONDS.lt(150))
            .select(Track::ID),
    );
    let tracks = Track::query()
        .filter(Track::ID.is_in_query(keys))
        .order_by(Track::ID);
    assert_eq!(ids(&tracks.all(&db)?), [1, 3, 4, 5]);
    Ok(())
}
