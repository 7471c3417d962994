use orm::prelude::*;

#[derive(ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = Track::query().order_by(Track::NAME.abs());
}
