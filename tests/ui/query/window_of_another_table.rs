use orm::prelude::*;
use orm::{Window, func};

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
}

#[derive(ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    seconds: i64,
}

fn main() {
    let by_title = Window::ordered_by(Album::TITLE);
    let _ = Track::query().select((Track::ID, func::rank().over(by_title)));
}
