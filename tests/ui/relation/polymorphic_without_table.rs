use orm::prelude::*;

struct Post {
    id: i64,
}

#[derive(Polymorphic)]
enum Subject {
    Post(Post),
}

fn main() {}
