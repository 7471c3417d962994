//! Expressions and functions: how they are written, what is bound, and what they give.

mod arithmetic;
mod case;
mod cast;
mod choice;
mod comparison;
mod dates;
mod decimals;
mod declared;
mod json;
mod json_values;
mod kinds;
mod letters;
mod logic;
mod now;
mod numbers;
mod raw;
mod regex;
mod rows;
mod text;
mod truncate;

use std::fmt::Debug;

use orm::prelude::*;
use orm::query::{IntoCondition, Selection};
use orm::{Database, Result, Value};

use crate::recorder;

/// Numbers and texts of all kinds; a filter is told by the ids that it finds.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "s")]
struct Sample {
    #[orm(primary_key)]
    id: i64,
    a: i64,
    b: i64,
    n: Option<i64>,
    m: Option<i64>,
    x: f64,
    y: Option<f64>,
    text: String,
    note: Option<String>,
    flag: bool,
}

fn sample(a: i64, b: i64, n: Option<i64>, m: Option<i64>) -> Sample {
    Sample {
        id: 0,
        a,
        b,
        n,
        m,
        x: 0.0,
        y: None,
        text: String::new(),
        note: None,
        flag: false,
    }
}

fn text(text: &str, note: Option<&str>) -> Sample {
    Sample {
        text: text.into(),
        note: note.map(str::to_owned),
        ..sample(0, 0, None, None)
    }
}

fn real(x: f64, y: Option<f64>) -> Sample {
    Sample {
        x,
        y,
        ..sample(0, 0, None, None)
    }
}

/// A database with these rows, whose ids count from 1.
fn database(rows: impl IntoIterator<Item = Sample>) -> Result<Database> {
    let (db, _) = recorder::recorded(&orm::schema![Sample])?;
    let mut rows: Vec<_> = rows.into_iter().collect();
    Sample::insert_many(&db, &mut rows)?;
    Ok(db)
}

/// What an expression gives for every row.
fn select<At, T>(db: &Database, selection: impl Selection<Sample, At, T>) -> Result<Vec<T>> {
    Sample::query()
        .order_by(Sample::ID)
        .select(selection)
        .all(db)
}

/// Checks how an expression is written, what is bound, and what it gives for every row.
#[track_caller]
fn assert_select<At, T: Debug + PartialEq>(
    db: &Database,
    selection: impl Selection<Sample, At, T>,
    sql: &str,
    values: &[Value],
    rows: &[T],
) -> Result<()> {
    let query = Sample::query().order_by(Sample::ID).select(selection);
    let (text, bound) = query.to_sql(db)?;
    let text = text.strip_prefix("SELECT ").unwrap_or(&text);
    let text = text.strip_suffix(r#" FROM "s" ORDER BY "s"."id""#);
    assert_eq!(text, Some(sql));
    assert!(bound == values, "{bound:?}");
    assert_eq!(query.all(db)?, rows);
    Ok(())
}

/// Checks how a condition is written, what is bound, and the ids of the rows that meet it.
#[track_caller]
fn assert_filter<At>(
    db: &Database,
    condition: impl IntoCondition<Sample, At>,
    sql: &str,
    values: &[Value],
    ids: &[i64],
) -> Result<()> {
    let query = Sample::query().filter(condition).order_by(Sample::ID);
    let (text, bound) = query.to_sql(db)?;
    let (_, text) = text.split_once(" WHERE ").unwrap_or_default();
    assert_eq!(text.strip_suffix(r#" ORDER BY "s"."id""#), Some(sql));
    assert!(bound == values, "{bound:?}");
    assert_eq!(query.select(Sample::ID).all(db)?, ids);
    Ok(())
}
