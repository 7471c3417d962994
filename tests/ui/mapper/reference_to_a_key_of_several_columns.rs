use orm::Ref;
use orm::prelude::*;

#[derive(Mapper)]
struct Label {
    #[orm(primary_key)]
    order_id: i64,
    #[orm(primary_key)]
    name: String,
}

#[derive(Mapper)]
struct Note {
    #[orm(primary_key)]
    id: i64,
    label: Ref<LabelMapper>,
}

fn main() {}
