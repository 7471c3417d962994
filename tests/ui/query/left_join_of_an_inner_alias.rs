use orm::prelude::*;

#[derive(ActiveRecord)]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    reports_to: Option<i64>,
    name: String,
}

fn main() {
    let manager = Employee::alias("manager");
    let _ = Employee::query().left_join(Employee::REPORTS_TO.on(manager.column(Employee::ID)));
}
