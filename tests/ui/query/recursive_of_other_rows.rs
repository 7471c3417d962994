use orm::prelude::*;
use orm::{Query, func};

#[derive(ActiveRecord)]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    reports_to: Option<i64>,
    name: String,
}

#[derive(FromRow)]
struct Node {
    id: i64,
    level: i64,
}

fn main() {
    let first = Employee::query().select((Employee::ID, func::value(0_i64))).rows_as::<Node>();
    let next = Employee::query().select((Employee::ID, Employee::NAME));
    let _ = Query::<Node>::recursive(first, next);
}
