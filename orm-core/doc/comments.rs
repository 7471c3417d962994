// The tables of the guide to polymorphic relations, with a few rows.
#[allow(unused_imports)]
use orm::prelude::*;
#[allow(unused_imports)]
use orm::{BelongsToAny, Database, HasMany};

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(has_many(as = subject))]
    comments: HasMany<Comment>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "photos")]
struct Photo {
    #[orm(primary_key)]
    id: i64,
    path: String,
    #[orm(has_many(as = subject))]
    comments: HasMany<Comment>,
}

#[derive(Debug, Polymorphic)]
enum Subject {
    Post(Post),
    Photo(Photo),
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "comments", index(subject_type, subject_id))]
struct Comment {
    #[orm(primary_key)]
    id: i64,
    text: String,
    subject_type: String,
    subject_id: i64,
    #[orm(belongs_to_any)]
    subject: BelongsToAny<Subject>,
}

fn database() -> orm::Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Post, Photo, Comment])?;
    let mut post = Post { title: "On relations".into(), ..Post::default() };
    post.insert(&db)?;
    let mut photo = Photo { path: "sunset.jpg".into(), ..Photo::default() };
    photo.insert(&db)?;
    let comment = |text: &str| Comment { text: text.into(), ..Comment::default() };
    Post::COMMENTS.add(&db, &mut post, [comment("Yes.")])?;
    Photo::COMMENTS.add(&db, &mut photo, [comment("Nice.")])?;
    Ok(db)
}
