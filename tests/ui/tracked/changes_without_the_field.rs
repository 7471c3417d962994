use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn changed(user: User) -> bool {
    user.changes().is_ok()
}

fn main() {}
