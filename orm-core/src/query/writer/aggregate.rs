//! Functions over many rows.

use super::Writer;
use super::operator::Binding;
use crate::query::node::{
    Aggregate, AggregateFunction, Bound, Frame, FrameUnit, Node, Windowed, WindowedFunction,
};
use crate::value::Value;

impl<'q> Writer<'q> {
    pub(super) fn aggregate(&mut self, aggregate: &'q Aggregate) {
        if self.place.aggregating {
            return self.misuse("an aggregate stands within another: write `.rows_as()` between");
        }
        let place = self.place;
        self.place.aggregating = true;
        self.place.no_window = Some("a window function stands within an aggregate");
        self.many(aggregate);
        self.place = place;
    }

    /// An aggregate, whether over a group or over a window.
    fn many(&mut self, aggregate: &'q Aggregate) {
        self.push(match aggregate.function {
            AggregateFunction::Count => "count(",
            AggregateFunction::Sum => "sum(",
            AggregateFunction::Total => "total(",
            AggregateFunction::Average => "avg(",
            AggregateFunction::Minimum => "min(",
            AggregateFunction::Maximum => "max(",
            AggregateFunction::Join => "group_concat(",
        });
        if aggregate.distinct {
            self.push("DISTINCT ");
        }
        match &aggregate.arguments[..] {
            [] if aggregate.distinct => {
                self.misuse("`count()` counts rows, not values: write `COLUMN.count_distinct()`");
            }
            [] => self.push("*"),
            [value] => self.compared(value),
            [text, separator] if aggregate.distinct => self.different_texts(text, separator),
            more => self.list(more, ", ", Binding::Or),
        }
        self.orders(&aggregate.order);
        self.push(")");
        if let Some(filter) = &aggregate.filter {
            self.push(" FILTER (WHERE ");
            self.node(filter, Binding::Or);
            self.push(")");
        }
    }

    /// SQLite joins different texts with commas only, and without being told so.
    fn different_texts(&mut self, text: &'q Node, separator: &Node) {
        if !matches!(separator, Node::Value(Value::Text(comma)) if comma == ",") {
            let error = self.unsupported("different texts joined with anything but a comma");
            self.refuse(|_| error);
        }
        self.compared(text);
    }

    pub(super) fn window(&mut self, windowed: &'q Windowed) {
        if let Some(reason) = self.place.no_window {
            return self.misuse(reason);
        }
        let place = self.place;
        self.place.no_window = Some("a window function stands within another");
        self.windowed(windowed);
        self.place = place;
    }

    fn windowed(&mut self, windowed: &'q Windowed) {
        match &windowed.function {
            WindowedFunction::Aggregate(Node::Aggregate(aggregate)) if aggregate.distinct => {
                self.misuse("an aggregate over a window is `.distinct()`, which no database takes");
            }
            WindowedFunction::Aggregate(Node::Aggregate(aggregate)) => self.many(aggregate),
            WindowedFunction::Aggregate(Node::TooDeep) => {
                self.refuse(crate::query::parts::too_deep);
            }
            WindowedFunction::Aggregate(_) => {
                self.misuse("`.over()` stands behind something that is no aggregate");
            }
            WindowedFunction::Named(name, arguments) => {
                self.push(name);
                self.listed("(", arguments);
            }
        }
        self.push(" OVER (");
        let mut space = "";
        if !windowed.partition.is_empty() {
            self.push("PARTITION BY ");
            self.list(&windowed.partition, ", ", Binding::Or);
            space = " ";
        }
        if !windowed.order.is_empty() {
            self.push(space);
            self.push("ORDER BY ");
            self.order_list(&windowed.order);
            space = " ";
        }
        if let Some(frame) = windowed.frame {
            self.push(space);
            self.frame(frame);
        }
        self.push(")");
    }

    fn frame(&mut self, frame: Frame) {
        self.push(match frame.unit {
            FrameUnit::Rows => "ROWS BETWEEN ",
            FrameUnit::Range => "RANGE BETWEEN ",
            FrameUnit::Groups => "GROUPS BETWEEN ",
        });
        self.bound(frame.start);
        self.push(" AND ");
        self.bound(frame.end);
    }

    fn bound(&mut self, bound: Bound) {
        let (number, direction) = match bound {
            Bound::First => return self.push("UNBOUNDED PRECEDING"),
            Bound::Last => return self.push("UNBOUNDED FOLLOWING"),
            Bound::Current => return self.push("CURRENT ROW"),
            Bound::Preceding(number) => (number, " PRECEDING"),
            Bound::Following(number) => (number, " FOLLOWING"),
        };
        self.push(&number.to_string());
        self.push(direction);
    }
}
