use orm::prelude::*;
use orm::Query;

#[derive(FromRow)]
struct Node {
    id: i64,
    level: i64,
}

fn main() {
    let _ = Query::<Node>::values([(1, "one")]);
}
