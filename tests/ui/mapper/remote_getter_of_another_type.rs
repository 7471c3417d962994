use orm::prelude::*;

mod domain {
    pub struct Order {
        id: i64,
        note: String,
    }

    impl Order {
        pub fn restore(id: i64, note: String) -> Self {
            Self { id, note }
        }

        pub fn id(&self) -> i64 {
            self.id
        }

        pub fn set_id(&mut self, id: i64) {
            self.id = id;
        }

        pub fn note(&self) -> &str {
            &self.note
        }

        pub fn length(&self) -> usize {
            self.note.len()
        }

        pub fn rename(&mut self, note: String) {
            self.note = note;
        }

    }
}

#[derive(Mapper)]
#[orm(remote = "domain::Order", construct = domain::Order::restore)]
struct OrderDef {
    #[orm(primary_key, getter = domain::Order::note, setter = domain::Order::set_id)]
    id: i64,
    #[orm(getter = domain::Order::length)]
    note: String,
}

fn main() {}
