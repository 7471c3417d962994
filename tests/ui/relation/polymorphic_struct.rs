use orm::prelude::*;

#[derive(ActiveRecord)]
struct Post {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Polymorphic)]
struct Subject {
    post: Post,
}

fn main() {}
