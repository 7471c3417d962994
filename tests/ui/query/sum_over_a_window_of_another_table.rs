use orm::Window;
use orm::prelude::*;

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
    let _ = Track::SECONDS.sum().over(Window::partition_by(Album::TITLE));
}
