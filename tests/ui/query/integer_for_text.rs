use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    born: Option<i32>,
}

fn main() {
    let _ = Artist::query().filter(Artist::NAME.ne(1933));
}
