// The tables of the guide to relations, with a few rows.
#[allow(unused_imports)]
use orm::prelude::*;
#[allow(unused_imports)]
use orm::{BelongsTo, Database, HasMany, HasOne, ManyToMany, Query};

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "artists")]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many(dependent = cascade))]
    albums: HasMany<Album>,
    #[orm(has_one)]
    profile: HasOne<Option<Profile>>,
    #[orm(has_many(through = albums))]
    tracks: HasMany<Track>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "profiles")]
struct Profile {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
    #[orm(belongs_to(on_delete = cascade))]
    artist: BelongsTo<Artist>,
    text: String,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "albums")]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: Option<i32>,
    artist_id: i64,
    #[orm(belongs_to)]
    artist: BelongsTo<Artist>,
    #[orm(has_many(dependent = cascade))]
    tracks: HasMany<Track>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "tracks")]
struct Track {
    #[orm(primary_key)]
    id: i64,
    name: String,
    seconds: i64,
    album_id: i64,
    #[orm(belongs_to)]
    album: BelongsTo<Album>,
    #[orm(many_to_many(table = "track_tags"))]
    tags: ManyToMany<Tag>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(many_to_many(inverse = tags))]
    tracks: ManyToMany<Track>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "employees")]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    name: String,
    manager_id: Option<i64>,
    #[orm(belongs_to)]
    manager: BelongsTo<Option<Employee>>,
    #[orm(has_many)]
    reports: HasMany<Employee>,
}

fn database() -> orm::Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Artist, Profile, Album, Track, Tag, Employee])?;
    for name in ["Nina Simone", "Bill Evans", "Vashti Bunyan"] {
        Artist { name: name.into(), ..Artist::default() }.insert(&db)?;
    }
    let text = "The high priestess of soul".into();
    Profile { artist_id: 1, text, ..Profile::default() }.insert(&db)?;
    let albums = [(1, "Pastel Blues", Some(1965)), (2, "Portrait in Jazz", Some(1959)), (2, "Bootleg", None)];
    for (artist_id, title, year) in albums {
        Album { artist_id, title: title.into(), year, ..Album::default() }.insert(&db)?;
    }
    for (album_id, name, seconds) in [(1, "Sinnerman", 622), (1, "Strange Fruit", 220), (2, "Peri's Scope", 193)] {
        Track { album_id, name: name.into(), seconds, ..Track::default() }.insert(&db)?;
    }
    for name in ["jazz", "soul"] {
        Tag { name: name.into(), ..Tag::default() }.insert(&db)?;
    }
    Track::TAGS.add_keys(&db, &mut Track::get(&db, 1)?, [1, 2])?;
    for (name, manager_id) in [("Andrew", None), ("Nancy", Some(1)), ("Jane", Some(2))] {
        Employee { name: name.into(), manager_id, ..Employee::default() }.insert(&db)?;
    }
    Ok(db)
}
