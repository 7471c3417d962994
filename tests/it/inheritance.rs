//! Enums whose variants are rows: of one table, and of a base table joined to one table a variant.

mod alike;
mod changes;
mod joined;
mod kinds;
mod queries;
mod single;
mod writes;

use orm::prelude::*;
use orm::{Database, Result, Value};

use crate::recorder::{self, Log};

/// All in one table.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "vehicles", tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        #[orm(length = 80)]
        name: String,
        doors: i32,
    },
    #[orm(rename = "lorry")]
    Truck {
        id: i64,
        name: String,
        load: f64,
    },
    Bike {
        id: i64,
        name: String,
    },
}

/// What all have in one table, and the rest in tables of the variants.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "media", tag = "kind", joined, index(kind, title))]
enum Medium {
    #[orm(table = "books")]
    Book {
        #[orm(primary_key)]
        id: i64,
        title: String,
        #[orm(check = "pages > 0")]
        pages: i32,
        #[orm(unique)]
        isbn: Option<String>,
    },
    #[orm(table = "films")]
    Film {
        id: i64,
        title: String,
        minutes: i32,
        #[orm(references(Studio))]
        studio: i64,
    },
    #[orm(table = "songs")]
    Song {
        id: i64,
        title: String,
        minutes: i32,
    },
    Poster {
        id: i64,
        title: String,
    },
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "studios")]
struct Studio {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

/// What refers to a medium of any kind.
#[derive(Debug, ActiveRecord)]
#[orm(table = "loans")]
struct Loan {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Medium))]
    medium: i64,
    who: String,
}

fn car(name: &str, doors: i32) -> Vehicle {
    let name = name.to_owned();
    Vehicle::Car { id: 0, name, doors }
}

fn truck(name: &str, load: f64) -> Vehicle {
    let name = name.to_owned();
    Vehicle::Truck { id: 0, name, load }
}

fn bike(name: &str) -> Vehicle {
    let name = name.to_owned();
    Vehicle::Bike { id: 0, name }
}

fn book(title: &str, pages: i32) -> Medium {
    Medium::Book {
        id: 0,
        title: title.to_owned(),
        pages,
        isbn: None,
    }
}

fn film(title: &str, minutes: i32, studio: i64) -> Medium {
    Medium::Film {
        id: 0,
        title: title.to_owned(),
        minutes,
        studio,
    }
}

fn song(title: &str, minutes: i32) -> Medium {
    let title = title.to_owned();
    Medium::Song {
        id: 0,
        title,
        minutes,
    }
}

fn poster(title: &str) -> Medium {
    let title = title.to_owned();
    Medium::Poster { id: 0, title }
}

/// A database with tables for everything, and one studio.
fn database() -> Result<(Database, Log)> {
    let (db, log) = recorder::recorded(&orm::schema![Vehicle, Medium, Studio, Loan])?;
    let name = "Ghibli".to_owned();
    Studio { id: 0, name }.insert(&db)?;
    log.take();
    Ok((db, log))
}

/// A book of 300 pages, a film of 86 minutes, a song of 3 and a poster, with the keys 1 to 4.
fn library() -> Result<(Database, Log, [Medium; 4])> {
    let (db, log) = database()?;
    let mut media = [
        book("Emma", 300),
        film("Totoro", 86, 1),
        song("Blue", 3),
        poster("Emma"),
    ];
    Medium::insert_many(&db, &mut media)?;
    log.take();
    Ok((db, log, media))
}

/// The rows of a table, in the order of their keys.
fn rows(db: &Database, table: &str) -> Result<Vec<Vec<Value>>> {
    let sql = format!("SELECT * FROM {table} ORDER BY 1");
    db.query(orm::Sql::trusted(sql), &[])
}

/// How many rows the tables of the variants have: books, films, songs, posters.
fn counts(db: &Database) -> Result<[usize; 4]> {
    let mut counts = [0; 4];
    for (count, table) in counts
        .iter_mut()
        .zip(["books", "films", "songs", "media_poster"])
    {
        *count = rows(db, table)?.len();
    }
    Ok(counts)
}
