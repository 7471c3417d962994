use orm::Session;
use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
}

fn add(session: &mut Session<'_>, artist: Artist) {
    let _ = session.add(artist);
}

fn main() {}
