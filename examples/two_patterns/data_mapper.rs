//! The shop with plain structs: they have methods of the shop and none of the database, an order has its lines in a
//! plain field, and a session writes what has become of all of them.

use orm::prelude::*;
use orm::{Database, Error, Handle, Session};

#[derive(Debug, Mapper)]
#[orm(table = "products")]
struct Product {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    cents: i64,
    stock: i64,
    #[orm(version)]
    version: i64,
}

#[derive(Debug, Default, Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    customer: String,
    #[orm(owned)]
    lines: Vec<Line>,
}

#[derive(Debug, Default, Mapper)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(OrderMapper))]
    order_id: i64,
    #[orm(references(ProductMapper))]
    product_id: i64,
    count: i64,
    cents: i64,
}

impl Product {
    /// Takes some pieces out of the stock.
    fn take(&mut self, count: i64) -> Line {
        self.stock -= count;
        Line {
            product_id: self.id,
            count,
            cents: count * self.cents,
            ..Line::default()
        }
    }
}

impl Order {
    fn cents(&self) -> i64 {
        self.lines.iter().map(|line| line.cents).sum()
    }
}

/// Sells some pieces of products, in memory.
fn sell(
    session: &mut Session<'_>,
    customer: &str,
    wanted: &[(&str, i64)],
) -> orm::Result<Handle<OrderMapper>> {
    let mut order = Order {
        customer: customer.into(),
        ..Order::default()
    };
    for &(name, count) in wanted {
        let found = session.all(&ProductMapper::query().filter(ProductMapper::NAME.eq(name)))?;
        let &product = found.first().ok_or(Error::NotFound { table: "products" })?;
        order.lines.push(session[product].take(count));
    }
    session.add(order)
}

pub(crate) fn run(db: &Database) -> orm::Result<()> {
    db.create_tables(orm::schema![ProductMapper, OrderMapper, LineMapper])?;
    let mut session = Session::new(db);
    for (name, cents) in [("tea", 450), ("cup", 900)] {
        session.add(Product {
            id: 0,
            name: name.into(),
            cents,
            stock: 10,
            version: 0,
        })?;
    }
    session.commit()?; // INSERT of both

    let order = sell(&mut session, "ann", &[("tea", 3), ("cup", 1)])?;
    println!(
        "  {} pays {} cents",
        session[order].customer,
        session[order].cents()
    );
    session.commit()?; // INSERT of the order and of its lines, UPDATE of both products

    // Ann takes back the cup: the order becomes another one, and the flush finds out what that means.
    let lines = &mut session[order].lines;
    lines.truncate(1);
    lines[0].count = 2;
    lines[0].cents = 900;
    session.commit()?; // UPDATE of one line, DELETE of the other
    let left = &session[order].lines;
    println!("  {} line left, of {} pieces", left.len(), left[0].count);

    if let Err(error) = sell(&mut session, "ben", &[("tea", 1), ("milk", 1)]) {
        println!("  milk: {error}");
    }
    session.rollback()?; // the tea that was taken is back, in memory too
    let tea = session.get::<ProductMapper>(1)?;
    println!("  {} {} left", session[tea].stock, session[tea].name);
    Ok(())
}
