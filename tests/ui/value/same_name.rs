use orm::prelude::*;

#[derive(Value)]
enum Status {
    Draft,
    #[orm(rename = "Draft")]
    Sketch,
}

fn main() {}
