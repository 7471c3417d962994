//! Functions over many rows.

use super::{Binding, Writer};
use crate::query::node::{
    Aggregate, AggregateFunction, Bound, Frame, FrameUnit, Node, Windowed, WindowedFunction,
};

impl<'q> Writer<'q> {
    pub(super) fn aggregate(&mut self, aggregate: &'q Aggregate) {
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
            [] => self.push("*"),
            [value] => self.compared(value),
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

    pub(super) fn window(&mut self, windowed: &'q Windowed) {
        match &windowed.function {
            WindowedFunction::Aggregate(node @ Node::Aggregate(_)) => {
                self.node(node, Binding::Operand);
            }
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
