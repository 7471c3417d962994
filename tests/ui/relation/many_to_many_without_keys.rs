use orm::prelude::*;
use orm::ManyToMany;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(many_to_many(through = Credit))]
    albums: ManyToMany<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
}

#[derive(ActiveRecord)]
struct Credit {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Artist))]
    artist_id: i64,
    album_id: i64,
}

fn main() {}
