use orm::prelude::*;

#[derive(Value)]
struct Point(f64, f64);

fn main() {}
