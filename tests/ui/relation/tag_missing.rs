use orm::prelude::*;
use orm::BelongsToAny;

#[derive(ActiveRecord)]
struct Post {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Polymorphic)]
enum Subject {
    Post(Post),
}

#[derive(ActiveRecord)]
struct Comment {
    #[orm(primary_key)]
    id: i64,
    subject_id: i64,
    #[orm(belongs_to_any)]
    subject: BelongsToAny<Subject>,
}

fn main() {}
