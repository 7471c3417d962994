//! The shop with records: each call reads or writes at once.

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany};

#[derive(Debug, ActiveRecord)]
#[orm(table = "products")]
pub(crate) struct Product {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    cents: i64,
    stock: i64,
    #[orm(version)]
    version: i64,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "orders")]
pub(crate) struct Order {
    #[orm(primary_key)]
    id: i64,
    customer: String,
    #[orm(has_many(dependent = cascade))]
    lines: HasMany<Line>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "lines")]
pub(crate) struct Line {
    #[orm(primary_key)]
    id: i64,
    #[orm(index)]
    order_id: i64,
    #[orm(belongs_to)]
    order: BelongsTo<Order>,
    #[orm(references(Product))]
    product_id: i64,
    count: i64,
    cents: i64,
}

/// Sells some pieces of products: an order with a line for each, and less of them in stock.
fn sell(db: &Database, customer: &str, wanted: &[(&str, i64)]) -> orm::Result<Order> {
    db.transaction(|tx| {
        let mut lines = Vec::new();
        for &(name, count) in wanted {
            let product = Product::find_by(tx, Product::NAME.eq(name))?;
            let mut product = product.ok_or(Error::NotFound { table: "products" })?;
            product.stock -= count;
            product.save(tx)?; // UPDATE, if nobody else has changed it
            lines.push(Line {
                product_id: product.id,
                count,
                cents: count * product.cents,
                ..Line::default()
            });
        }
        let mut order = Order {
            customer: customer.into(),
            lines: HasMany::new(lines),
            ..Order::default()
        };
        order.save_graph(tx)?; // INSERT of the order, and of its lines
        Ok(order)
    })
}

pub(crate) fn run(db: &Database) -> orm::Result<()> {
    db.create_tables(orm::schema![Product, Order, Line])?;
    let product = |name: &str, cents| Product {
        id: 0,
        name: name.into(),
        cents,
        stock: 10,
        version: 0,
    };
    Product::insert_many(db, &mut [product("tea", 450), product("cup", 900)])?;

    let order = sell(db, "ann", &[("tea", 3), ("cup", 1)])?;
    let cents: i64 = order.lines(db)?.iter().map(|line| line.cents).sum();
    println!("  {} pays {cents} cents", order.customer);

    // Ann takes back the cup: it is a line that goes, and a line that is another one.
    let mut order = Order::query().with(Order::LINES).one(db)?;
    let mut lines = order.lines.get_mut()?.drain(..);
    if let (Some(mut tea), Some(cup)) = (lines.next(), lines.next()) {
        drop(lines);
        tea.count = 2;
        tea.cents = 900;
        tea.save(db)?; // UPDATE
        cup.delete(db)?; // DELETE
    }
    let lines = Line::query().order_by(Line::ID).all(db)?;
    println!("  {} line left, of {} pieces", lines.len(), lines[0].count);

    if let Err(error) = sell(db, "ben", &[("tea", 1), ("milk", 1)]) {
        println!("  milk: {error}");
    }
    let tea = Product::get(db, 1)?;
    println!("  {} {} left", tea.stock, tea.name);
    Ok(())
}
