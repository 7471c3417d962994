use orm::prelude::*;
use orm::{BelongsToAny, HasMany};

#[derive(ActiveRecord)]
struct Post {
    #[orm(primary_key)]
    id: i64,
}

#[derive(ActiveRecord)]
struct Video {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(as = subject))]
    comments: HasMany<Comment>,
}

#[derive(Polymorphic)]
enum Subject {
    Post(Post),
}

#[derive(ActiveRecord)]
struct Comment {
    #[orm(primary_key)]
    id: i64,
    subject_type: String,
    subject_id: i64,
    #[orm(belongs_to_any)]
    subject: BelongsToAny<Subject>,
}

fn main() {}
