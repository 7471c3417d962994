//! The shop with records: each call reads or writes at once.

use orm::prelude::*;
use orm::{Database, Error};

#[derive(Debug, ActiveRecord)]
#[orm(table = "products")]
pub(crate) struct Product {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    cents: i64,
    stock: i64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "orders")]
pub(crate) struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(Product))]
    product_id: i64,
    count: i64,
    cents: i64,
}

/// Sells some pieces of a product: an order, and less of it in stock.
fn sell(db: &Database, name: &str, count: i64) -> orm::Result<Order> {
    db.transaction(|tx| {
        let product = Product::find_by(tx, Product::NAME.eq(name))?;
        let mut product = product.ok_or(Error::NotFound { table: "products" })?;
        product.stock -= count;
        product.save(tx)?; // UPDATE
        let mut order = Order {
            id: 0,
            product_id: product.id,
            count,
            cents: count * product.cents,
        };
        order.save(tx)?; // INSERT
        Ok(order)
    })
}

pub(crate) fn run(db: &Database) -> orm::Result<()> {
    db.create_tables(orm::schema![Product, Order])?;
    let product = |name: &str, cents| Product {
        id: 0,
        name: name.into(),
        cents,
        stock: 10,
    };
    Product::insert_many(db, &mut [product("tea", 450), product("cup", 900)])?;

    let order = sell(db, "tea", 3)?;
    println!(
        "  order {} of {} pieces for {} cents",
        order.id, order.count, order.cents
    );
    let tea = Product::get(db, order.product_id)?;
    println!("  {} {} left", tea.stock, tea.name);

    if let Err(error) = sell(db, "milk", 1) {
        println!("  milk: {error}");
    }
    Ok(())
}
