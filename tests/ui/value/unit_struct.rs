use orm::prelude::*;

#[derive(Value)]
struct Nothing;

fn main() {}
