//! The integration tests, in one program so that SQLite is linked once.

mod layers;
mod ui;
mod values;
