use orm::prelude::*;

#[derive(Value)]
enum Never {}

fn main() {}
