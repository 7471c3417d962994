use orm::Repository;
use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
}

fn use_artists(_: Repository<'_, Artist>) {}

fn main() {}
