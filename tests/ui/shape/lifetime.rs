use orm::prelude::*;

#[derive(ActiveRecord)]
struct User<'a> {
    #[orm(primary_key)]
    id: i64,
    #[orm(skip)]
    name: Option<&'a str>,
}

fn main() {}
