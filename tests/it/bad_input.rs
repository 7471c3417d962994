//! Bad input: every error has a type and says nothing of the data, and the connection can be used
//! afterwards.

mod damage;
mod secrets;
mod sql;

use std::fmt::Debug;

use orm::prelude::*;
use orm::value::Json;
use orm::{Database, Error, Result};

use crate::said;

/// Data that must not appear in any message, in the forms in which it could.
const SECRET: &str = "Sesame42";
const SECRET_NUMBER: i64 = 424_242_777;
const MARKS: [&str; 3] = ["sesame42", "424242777", "536573616d653432"];

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "people")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(check = "age < 1000")]
    age: i32,
    #[orm(references(Person))]
    parent: Option<i64>,
    notes: Option<Json<Vec<i64>>>,
}

impl Person {
    fn new(name: &str) -> Self {
        Self {
            id: 0,
            name: name.into(),
            age: 0,
            parent: None,
            notes: None,
        }
    }
}

fn memory() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Person])?;
    Ok(db)
}

/// The error, after a look whether it gives data away.
#[track_caller]
fn discreet<T: Debug>(outcome: Result<T>) -> Error {
    let error = outcome.expect_err("it has to fail");
    let said = said(&error).to_lowercase();
    for mark in MARKS {
        assert!(!said.contains(mark), "{mark} is in {said}");
    }
    error
}
