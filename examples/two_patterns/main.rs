//! A small shop, written twice: with records that save themselves, and with structs that know nothing of the database.
//! A third part has both in one transaction.
//!
//! Run it with `cargo run --example two_patterns`; nothing has to be installed.

mod active_record;
mod both;
mod data_mapper;

use orm::Database;

fn main() -> orm::Result<()> {
    println!("Active Record");
    active_record::run(&Database::open("sqlite::memory:")?)?;
    println!("\nData Mapper");
    data_mapper::run(&Database::open("sqlite::memory:")?)?;
    println!("\nBoth in one transaction");
    both::run(&Database::open("sqlite::memory:")?)
}
