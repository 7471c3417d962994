//! The shop with plain structs: they have methods of the shop and none of the database, and a session writes what has
//! become of them.

use orm::prelude::*;
use orm::{Database, Error, Session};

#[derive(Debug, Mapper)]
#[orm(table = "products")]
struct Product {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    cents: i64,
    stock: i64,
}

#[derive(Debug, Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(ProductMapper))]
    product_id: i64,
    count: i64,
    cents: i64,
}

impl Product {
    /// Sells some pieces: an order, and less of it in stock.
    fn sell(&mut self, count: i64) -> Order {
        self.stock -= count;
        Order {
            id: 0,
            product_id: self.id,
            count,
            cents: count * self.cents,
        }
    }
}

/// Finds a product and sells some pieces of it, in memory.
fn sell(session: &mut Session<'_>, name: &str, count: i64) -> orm::Result<()> {
    let found = session.all(&ProductMapper::query().filter(ProductMapper::NAME.eq(name)))?;
    let &product = found.first().ok_or(Error::NotFound { table: "products" })?;
    let order = session[product].sell(count);
    session.add(order)?;
    Ok(())
}

pub(crate) fn run(db: &Database) -> orm::Result<()> {
    db.create_tables(orm::schema![ProductMapper, OrderMapper])?;
    let mut session = Session::new(db);
    for (name, cents) in [("tea", 450), ("cup", 900)] {
        session.add(Product {
            id: 0,
            name: name.into(),
            cents,
            stock: 10,
        })?;
    }
    session.commit()?; // INSERT of both

    sell(&mut session, "tea", 3)?;
    session.commit()?; // INSERT of the order, UPDATE of the stock
    let tea = session.get::<ProductMapper>(1)?;
    println!("  {} {} left", session[tea].stock, session[tea].name);

    if let Err(error) = sell(&mut session, "milk", 1) {
        println!("  milk: {error}");
    }

    // Customers change their minds: nothing was written so far, and nothing will be.
    let Order { count, .. } = session[tea].sell(2);
    println!("  {} left without {count} more", session[tea].stock);
    session.rollback()?;
    println!("  {} left after the rollback", session[tea].stock);
    Ok(())
}
