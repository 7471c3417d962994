//! Comparisons, and what they make of NULL.

use orm::prelude::*;
use orm::{Result, Value};
use rust_decimal::Decimal;

use super::{Track, assert_filter, five_tracks};

#[test]
fn comparisons_are_written_with_their_operator() -> Result<()> {
    let values = &[Value::Int(327)];
    let column = r#""tracks"."seconds""#;
    let seconds = Track::SECONDS;
    assert_filter(seconds.eq(327), &format!("{column} = ?"), values, &[5])?;
    assert_filter(
        seconds.ne(327),
        &format!("{column} <> ?"),
        values,
        &[1, 2, 3, 4],
    )?;
    assert_filter(seconds.lt(327), &format!("{column} < ?"), values, &[2, 4])?;
    assert_filter(
        seconds.le(327),
        &format!("{column} <= ?"),
        values,
        &[2, 4, 5],
    )?;
    assert_filter(seconds.gt(327), &format!("{column} > ?"), values, &[1, 3])?;
    assert_filter(
        seconds.ge(327),
        &format!("{column} >= ?"),
        values,
        &[1, 3, 5],
    )
}

#[test]
fn between_takes_both_ends_in() -> Result<()> {
    assert_filter(
        Track::SECONDS.between(126, 327),
        r#""tracks"."seconds" BETWEEN ? AND ?"#,
        &[126.into(), 327.into()],
        &[2, 4, 5],
    )?;
    assert_filter(
        Track::SECONDS.between(327, 126),
        r#""tracks"."seconds" BETWEEN ? AND ?"#,
        &[327.into(), 126.into()],
        &[],
    )
}

#[test]
fn eq_and_ne_of_none_ask_for_null() -> Result<()> {
    let none = None::<String>;
    assert_filter(
        Track::COMPOSER.eq(none.clone()),
        r#""tracks"."composer" IS NULL"#,
        &[],
        &[1],
    )?;
    assert_filter(
        Track::COMPOSER.ne(none),
        r#""tracks"."composer" IS NOT NULL"#,
        &[],
        &[2, 3, 4, 5],
    )?;
    assert_filter(
        Track::RATING.is_null(),
        r#""tracks"."rating" IS NULL"#,
        &[],
        &[3],
    )?;
    assert_filter(
        Track::RATING.is_not_null(),
        r#""tracks"."rating" IS NOT NULL"#,
        &[],
        &[1, 2, 4, 5],
    )
}

#[test]
fn an_optional_column_takes_a_plain_value_too() -> Result<()> {
    let sql = r#""tracks"."composer" = ?"#;
    let values = &["Evans".into()];
    let composer = Track::COMPOSER;
    assert_filter(composer.eq("Evans"), sql, values, &[3, 5])?;
    assert_filter(composer.eq("Evans".to_owned()), sql, values, &[3, 5])?;
    let evans = "Evans".to_owned();
    assert_filter(composer.eq(&evans), sql, values, &[3, 5])?;
    assert_filter(composer.eq(Some("Evans".to_owned())), sql, values, &[3, 5])
}

#[test]
fn other_comparisons_with_null_are_never_true() -> Result<()> {
    let (db, _) = five_tracks()?;
    for condition in [
        Track::RATING.lt(None),
        Track::RATING.ge(None),
        Track::RATING.between(None, 5),
        Track::RATING.ne(4) & Track::RATING.is_null(),
    ] {
        assert_eq!(Track::query().filter(condition.clone()).count(&db)?, 0);
        assert_eq!(
            Track::query()
                .filter(!condition)
                .filter(Track::ID.eq(3))
                .count(&db)?,
            0
        );
    }
    Ok(())
}

#[test]
fn is_in_binds_every_value() -> Result<()> {
    assert_filter(
        Track::ID.is_in([5, 1, 5, 9]),
        r#""tracks"."id" IN (?, ?, ?, ?)"#,
        &[5.into(), 1.into(), 5.into(), 9.into()],
        &[1, 5],
    )?;
    assert_filter(
        Track::COMPOSER.is_in(["Drake", "Evans"]),
        r#""tracks"."composer" IN (?, ?)"#,
        &["Drake".into(), "Evans".into()],
        &[3, 4, 5],
    )
}

#[test]
fn not_in_leaves_rows_without_a_value_out() -> Result<()> {
    assert_filter(
        Track::COMPOSER.not_in(["Drake", "Evans"]),
        r#""tracks"."composer" NOT IN (?, ?)"#,
        &["Drake".into(), "Evans".into()],
        &[2],
    )
}

#[test]
fn none_among_the_values_means_null() -> Result<()> {
    assert_filter(
        Track::RATING.is_in([Some(2), None]),
        r#""tracks"."rating" IN (?) OR "tracks"."rating" IS NULL"#,
        &[2.into()],
        &[3, 5],
    )?;
    assert_filter(
        Track::RATING.not_in([Some(2), None]),
        r#""tracks"."rating" NOT IN (?) AND "tracks"."rating" IS NOT NULL"#,
        &[2.into()],
        &[1, 2, 4],
    )?;
    assert_filter(
        Track::RATING.is_in([None::<i64>]),
        r#"FALSE OR "tracks"."rating" IS NULL"#,
        &[],
        &[3],
    )?;
    assert_filter(
        Track::RATING.not_in([None::<i64>]),
        r#"TRUE AND "tracks"."rating" IS NOT NULL"#,
        &[],
        &[1, 2, 4, 5],
    )
}

#[test]
fn nothing_is_one_of_none() -> Result<()> {
    assert_filter(Track::ID.is_in(Vec::<i64>::new()), "FALSE", &[], &[])?;
    assert_filter(
        Track::RATING.not_in(Vec::<i64>::new()),
        "TRUE",
        &[],
        &[1, 2, 3, 4, 5],
    )
}

#[test]
fn columns_are_compared_with_columns() -> Result<()> {
    assert_filter(
        Track::ID.ge(Track::RATING),
        r#""tracks"."id" >= "tracks"."rating""#,
        &[],
        &[4, 5],
    )?;
    assert_filter(
        Track::SECONDS.between(Track::ID, 173),
        r#""tracks"."seconds" BETWEEN "tracks"."id" AND ?"#,
        &[173.into()],
        &[2, 4],
    )?;
    assert_filter(
        Track::RATING.is_in([Track::ID]),
        r#""tracks"."rating" IN ("tracks"."id")"#,
        &[],
        &[4],
    )
}

#[test]
fn a_column_of_truth_values_is_a_condition() -> Result<()> {
    assert_filter(Track::EXPLICIT, r#""tracks"."explicit""#, &[], &[1, 3, 5])?;
    assert_filter(
        Track::EXPLICIT.eq(false),
        r#""tracks"."explicit" = ?"#,
        &[Value::Bool(false)],
        &[2, 4],
    )?;
    assert_filter(
        !Track::EXPLICIT.into_expr(),
        r#"NOT "tracks"."explicit""#,
        &[],
        &[2, 4],
    )
}

#[test]
fn a_condition_can_be_compared_too() -> Result<()> {
    assert_filter(
        Track::EXPLICIT.eq(Track::SECONDS.gt(400)),
        r#""tracks"."explicit" = ("tracks"."seconds" > ?)"#,
        &[400.into()],
        &[1, 2, 3, 4],
    )?;
    assert_filter(
        Track::RATING.gt(4).is_null(),
        r#"("tracks"."rating" > ?) IS NULL"#,
        &[4.into()],
        &[3],
    )
}

#[test]
fn text_is_compared_with_its_case() -> Result<()> {
    let (db, _) = five_tracks()?;
    let found = |name: &str| Track::query().filter(Track::NAME.eq(name)).exists(&db);
    assert!(found("Pink Moon")?);
    assert!(!found("pink moon")?);
    Ok(())
}

/// A literal in the text would read it as SQL.
#[test]
fn values_never_stand_in_the_text() -> Result<()> {
    let hostile = r#"'; DROP TABLE "tracks"; --"#;
    assert_filter(
        Track::NAME.eq(hostile) | Track::NAME.contains(hostile) | Track::NAME.like(hostile),
        r#""tracks"."name" = ? OR "tracks"."name" GLOB ? OR "tracks"."name" LIKE ? ESCAPE '\'"#,
        &[
            hostile.into(),
            format!("*{hostile}*").into(),
            hostile.into(),
        ],
        &[],
    )
}

/// They are stored as text, of which `10` comes before `9.5`.
#[test]
fn decimal_numbers_are_compared_as_numbers() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "prices")]
    struct Price {
        #[orm(primary_key)]
        id: i64,
        amount: Decimal,
    }

    let (db, _) = crate::recorder::recorded(&orm::schema![Price])?;
    let decimal = |cents| Decimal::new(cents, 2);
    let mut prices = [950, 1000, -100, 150].map(|cents| Price {
        id: 0,
        amount: decimal(cents),
    });
    Price::insert_many(&db, &mut prices)?;
    let count = |condition| Price::query().filter(condition).count(&db);
    assert_eq!(count(Price::AMOUNT.eq(Decimal::new(15, 1)))?, 1);
    assert_eq!(count(Price::AMOUNT.gt(decimal(975)))?, 1);
    assert_eq!(count(Price::AMOUNT.lt(decimal(0)))?, 1);
    assert_eq!(
        count(Price::AMOUNT.between(decimal(100), decimal(1000)))?,
        3
    );
    let sorted = Price::query().order_by(Price::AMOUNT).all(&db)?;
    assert!(sorted.iter().map(|price| price.id).eq([3, 4, 1, 2]));
    Ok(())
}
