use orm::prelude::*;

#[derive(ActiveRecord)]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    reports_to: Option<i64>,
    name: String,
}

fn main() {
    let _ = Employee::query()
        .join(Employee::REPORTS_TO.on(Employee::ID))
        .filter(Employee::NAME.eq("Ada"));
}
