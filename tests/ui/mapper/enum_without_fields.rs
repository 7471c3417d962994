use orm::prelude::*;

#[derive(Mapper)]
enum Status {
    Open,
    Paid,
}

fn main() {}
