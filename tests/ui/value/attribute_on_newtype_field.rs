use orm::prelude::*;

#[derive(Value)]
struct Email(#[orm(length = 80)] String);

fn main() {}
