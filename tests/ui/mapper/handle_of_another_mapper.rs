use orm::prelude::*;
use orm::{Handle, Session};

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Mapper)]
struct Customer {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

fn name<'s>(session: &'s Session<'_>, order: Handle<OrderMapper>) -> &'s str {
    &session[order].name
}

fn main() {}
