use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(uniqe)]
    name: String,
}

fn main() -> orm::Result<()> {
    let db = orm::Database::open("sqlite::memory:")?;
    let mut user = User { id: 0, name: String::new() };
    user.save(&db)?;
    let _ = User::query().filter(User::NAME.eq("Nina")).all(&db)?;
    let _ = User::find(&db, 1)?;
    Ok(())
}
