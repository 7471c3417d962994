use orm::prelude::*;

#[derive(Value)]
struct Wrapper<T>(T);

fn main() {}
