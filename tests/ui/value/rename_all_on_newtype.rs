use orm::prelude::*;

#[derive(Value)]
#[orm(rename_all = "snake_case")]
struct Email(String);

fn main() {}
