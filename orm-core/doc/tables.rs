// The tables of the guide to the query language, with a few rows.
#[allow(unused_imports)]
use orm::prelude::*;
#[allow(unused_imports)]
use orm::{Database, Query};

#[derive(Clone, ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(Clone, ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Artist))]
    artist_id: i64,
    title: String,
    year: Option<i32>,
}

#[derive(Clone, ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Album))]
    album_id: i64,
    name: String,
    seconds: i64,
    price: f64,
}

#[derive(Clone, ActiveRecord)]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    name: String,
    reports_to: Option<i64>,
}

fn database() -> orm::Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Artist, Album, Track, Employee])?;
    let artist = |name: &str| Artist { id: 0, name: name.into() };
    Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Vashti Bunyan"].map(artist))?;
    let album = |(artist_id, title, year): (i64, &str, Option<i32>)| Album {
        id: 0,
        artist_id,
        title: title.into(),
        year,
    };
    let albums = [
        (1, "Pastel Blues", Some(1965)),
        (2, "Portrait in Jazz", Some(1959)),
        (2, "Bootleg", None),
    ];
    Album::insert_many(&db, &mut albums.map(album))?;
    let track = |(album_id, name, seconds): (i64, &str, i64)| Track {
        id: 0,
        album_id,
        name: name.into(),
        seconds,
        price: 0.99,
    };
    let tracks = [(1, "Sinnerman", 622), (1, "Strange Fruit", 220), (2, "Peri's Scope", 193)];
    Track::insert_many(&db, &mut tracks.map(track))?;
    let employee = |(name, reports_to): (&str, Option<i64>)| Employee {
        id: 0,
        name: name.into(),
        reports_to,
    };
    Employee::insert_many(&db, &mut [("Andrew", None), ("Nancy", Some(1))].map(employee))?;
    Ok(db)
}
