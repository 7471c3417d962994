use orm::prelude::*;

#[derive(ActiveRecord)]
struct User<T> {
    #[orm(primary_key)]
    id: i64,
    #[orm(skip)]
    extra: T,
}

fn main() {}
