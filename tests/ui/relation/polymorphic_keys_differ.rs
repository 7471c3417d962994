use orm::prelude::*;

#[derive(ActiveRecord)]
struct Post {
    #[orm(primary_key)]
    id: i64,
}

#[derive(ActiveRecord)]
struct Country {
    #[orm(primary_key(assigned))]
    code: String,
}

#[derive(Polymorphic)]
enum Subject {
    Post(Post),
    Country(Country),
}

fn main() {}
