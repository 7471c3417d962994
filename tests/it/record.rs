//! The methods of `ActiveRecord`: what they do, and what they mean when the key is unset or the row is
//! gone.

mod batch;
mod create;
mod delete;
mod find;
mod increment;
mod save;

use orm::prelude::*;
use orm::{Database, Result};
use uuid::Uuid;

use crate::recorder::{self, Log};

/// A record whose key the database makes.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "artists")]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    plays: i64,
}

/// A record whose key the user assigns.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "countries")]
struct Country {
    #[orm(primary_key(assigned))]
    code: String,
    #[orm(unique)]
    name: String,
}

/// A record whose key a generator makes.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "tokens")]
struct Token {
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    #[orm(unique)]
    text: String,
}

/// A record that is identified by two columns.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "tracks")]
struct Track {
    #[orm(primary_key)]
    album: i64,
    #[orm(primary_key)]
    number: i32,
    title: String,
}

fn artist(name: &str) -> Artist {
    Artist {
        id: 0,
        name: name.into(),
        plays: 0,
    }
}

fn country(code: &str, name: &str) -> Country {
    Country {
        code: code.into(),
        name: name.into(),
    }
}

fn token(text: &str) -> Token {
    Token {
        id: Uuid::nil(),
        text: text.into(),
    }
}

fn track(album: i64, number: i32, title: &str) -> Track {
    Track {
        album,
        number,
        title: title.into(),
    }
}

/// A database with the tables of this module, and the log of its statements.
fn database() -> Result<(Database, Log)> {
    recorder::recorded(&orm::schema![Artist, Country, Token, Track])
}

/// A database with three artists, whose keys are 1, 2 and 3.
fn three_artists() -> Result<(Database, Log)> {
    let (db, log) = database()?;
    let mut artists = ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist);
    Artist::insert_many(&db, &mut artists)?;
    assert_eq!(artists.map(|artist| artist.id), [1, 2, 3]);
    log.take();
    Ok((db, log))
}

fn names(artists: Vec<Artist>) -> Vec<String> {
    artists.into_iter().map(|artist| artist.name).collect()
}
