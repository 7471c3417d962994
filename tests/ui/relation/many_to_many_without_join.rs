use orm::prelude::*;
use orm::ManyToMany;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(many_to_many)]
    albums: ManyToMany<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
}

fn main() {}
