//! The first five minutes: records that save themselves in an embedded SQLite file.
//!
//! Run it with `cargo run --example quickstart`; nothing has to be installed.

use orm::prelude::*;
use orm::{Database, Error};

#[derive(Debug, ActiveRecord)]
#[orm(table = "artists")]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique, length = 120)]
    name: String,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "albums", unique(artist_id, title))]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: Option<i32>,
    #[orm(index, references(Artist, on_delete = cascade))]
    artist_id: i64,
}

fn main() -> orm::Result<()> {
    let path = std::env::temp_dir().join(format!("orm-quickstart-{}.db", std::process::id()));
    let db = Database::sqlite(&path).open()?;
    db.create_tables(orm::schema![Artist, Album])?;
    println!("database    {}", path.display());

    // Save: the first time an INSERT, which fills in the key; later an UPDATE.
    let mut nina = Artist {
        id: 0,
        name: "Nina Simone".into(),
    };
    nina.save(&db)?;
    println!("saved       {nina:?}");

    // Several at once, in one transaction.
    let album = |title: &str, year| Album {
        id: 0,
        title: title.into(),
        year,
        artist_id: nina.id,
    };
    let mut albums = [
        album("Little Girl Blue", Some(1959)),
        album("Pastel Blues", Some(1965)),
        album("Wild Is the Wind", Some(1966)),
        album("Unreleased", None),
    ];
    Album::insert_many(&db, &mut albums)?;
    println!("inserted    {} albums", Album::count(&db)?);

    // Find.
    let found = Artist::get(&db, nina.id)?;
    println!("found       {}", found.name);
    let sixties = Album::query()
        .filter(Album::YEAR.between(1960, 1969) & Album::ARTIST_ID.eq(nina.id))
        .order_by(Album::YEAR.desc())
        .all(&db)?;
    for album in &sixties {
        println!(
            "sixties     {} ({})",
            album.title,
            album.year.unwrap_or_default()
        );
    }

    // Change: one record, or many rows in one statement.
    let [mut first, ..] = albums;
    first.year = Some(1958);
    first.save(&db)?;
    let dated = Album::query()
        .filter(Album::YEAR.eq(None))
        .update(&db, Album::YEAR.set(1970))?;
    println!(
        "changed     {} and {dated} without a year",
        Album::get(&db, first.id)?.title
    );

    // All or nothing.
    let outcome = db.transaction(|tx| {
        first.delete(tx)?;
        Artist {
            id: 0,
            name: "Nina Simone".into(),
        }
        .insert(tx)
    });
    match outcome {
        Err(Error::UniqueViolation { table, columns, .. }) => {
            println!(
                "refused     {table} is unique by {}; nothing was deleted",
                columns.join(", ")
            );
        }
        other => other?,
    }
    assert!(Album::exists(&db, first.id)?);

    // Delete: the albums go with their artist.
    nina.delete(&db)?;
    println!(
        "left        {} artists, {} albums",
        Artist::count(&db)?,
        Album::count(&db)?
    );

    drop(db);
    std::fs::remove_file(path).map_err(|source| Error::Callback {
        source: source.into(),
    })
}
