//! Every attribute of the derives, from the struct to the table and back.

mod attached;
mod computed;
mod constraints;
mod embedded;
mod fields;
mod json;
mod names;
mod references;

use orm::schema::Schema;
use orm::{Database, Result};

fn database(schema: &Schema) -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(schema)?;
    Ok(db)
}

/// The statements that create the tables of a schema.
fn ddl(schema: &Schema) -> Result<Vec<String>> {
    schema.to_sql(&Database::open("sqlite::memory:")?)
}
