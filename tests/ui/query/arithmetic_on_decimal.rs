use orm::prelude::*;

#[derive(Value)]
struct Decimal(String);

#[derive(ActiveRecord)]
struct Invoice {
    #[orm(primary_key)]
    id: i64,
    total: Decimal,
}

fn main() {
    let _ = Invoice::query().select(Invoice::TOTAL * 2);
}
