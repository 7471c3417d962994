use orm::prelude::*;

#[derive(ActiveRecord)]
struct Post {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Polymorphic)]
enum Subject {
    Post(Post),
    Nothing,
}

fn main() {}
