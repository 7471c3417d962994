//! Records and plain structs in one transaction: a session is an executor.

use orm::prelude::*;
use orm::{Database, Session};

/// A log of what happens: written at once, never changed.
#[derive(Debug, ActiveRecord)]
#[orm(table = "log")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

/// An account, whose rules are its own business.
#[derive(Debug, Mapper)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key(assigned))]
    owner: String,
    cents: i64,
}

/// Moves money, and says so in the log.
fn transfer(session: &mut Session<'_>, from: &str, to: &str, cents: i64) -> orm::Result<()> {
    let accounts = [from, to].map(str::to_owned);
    let found = session.get_many::<AccountMapper>(accounts)?;
    if let &[from, to] = &found[..] {
        let [from, to] = session.get_disjoint_mut([from, to])?;
        from.cents -= cents;
        to.cents += cents;
    }
    let mut entry = Entry {
        id: 0,
        text: format!("{cents} cents from {from} to {to}"),
    };
    entry.save(session) // in the transaction of the session
}

pub(crate) fn run(db: &Database) -> orm::Result<()> {
    db.create_tables(orm::schema![Entry, AccountMapper])?;
    let mut session = Session::new(db);
    for owner in ["ann", "ben"] {
        session.add(Account {
            owner: owner.into(),
            cents: 1_000,
        })?;
    }
    session.commit()?;

    transfer(&mut session, "ann", "ben", 250)?;
    session.commit()?; // the entry and both accounts
    transfer(&mut session, "ann", "ben", 500)?;
    session.rollback()?; // none of them

    for account in session.all(&AccountMapper::query().order_by(AccountMapper::OWNER))? {
        println!("  {:?}", session[account]);
    }
    for entry in Entry::all(db)? {
        println!("  {entry:?}");
    }
    Ok(())
}
