use orm::prelude::*;

struct Artist {
    id: i64,
}

fn save<R: ActiveRecord>(record: &mut R, db: &dyn Executor) -> orm::Result<()> {
    record.save(db)
}

fn main() {
    let db = orm::Database::open("sqlite::memory:").unwrap();
    let _ = save(&mut Artist { id: 0 }, &db);
}
