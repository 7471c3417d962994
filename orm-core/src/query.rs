//! Query Object: conditions and queries as typed, immutable values, and the writer of their SQL.

mod assignment;
mod condition;
mod expression;
mod node;
mod operand;
mod order;
mod run;
mod select;
mod writer;

pub use self::assignment::{Assignment, AssignmentList};
pub use self::condition::Condition;
pub use self::expression::{Expr, Expression, Text};
pub use self::operand::Operand;
pub use self::order::{Order, OrderList};
pub(crate) use self::run::increment;
pub use self::select::Query;
