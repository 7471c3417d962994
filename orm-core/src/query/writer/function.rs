//! Functions, and what is written like them: `CAST`, `CASE` and `COLLATE`.

use super::Writer;
use super::operator::Binding;
use crate::driver::Function;
use crate::query::node::Node;
use crate::value::SqlType;

impl<'q> Writer<'q> {
    pub(super) fn call(&mut self, function: Function, arguments: &'q [Node]) {
        let Some(template) = self.dialect.function(function) else {
            let error = self.unsupported(unsupported(function));
            return self.refuse(|_| error);
        };
        let mut rest = template;
        while let Some((text, behind)) = rest.split_once('{') {
            self.push(text);
            let (which, text) = behind.split_once('}').unwrap_or((behind, ""));
            match which.parse::<usize>() {
                Ok(at) => {
                    if let Some(argument) = arguments.get(at) {
                        self.argument(function, argument);
                    }
                }
                Err(_) => {
                    for (nth, argument) in arguments.iter().enumerate() {
                        self.push(if nth == 0 { "" } else { ", " });
                        self.compared(argument);
                    }
                }
            }
            rest = text;
        }
        self.push(rest);
    }

    fn argument(&mut self, function: Function, argument: &'q Node) {
        if function == Function::NullIf {
            self.compared(argument);
        } else {
            self.node(argument, Binding::Operand);
        }
    }

    pub(super) fn named(&mut self, name: &'static str, arguments: &'q [Node]) {
        self.alias(name);
        self.listed("(", arguments);
    }

    pub(super) fn cast(&mut self, value: &'q Node, ty: SqlType) {
        let function = Function::Convert(ty);
        if self.dialect.function(function).is_some() {
            return self.call(function, std::slice::from_ref(value));
        }
        self.push("CAST(");
        self.node(value, Binding::Or);
        self.push(" AS ");
        let ty = self.dialect.cast_type(ty);
        self.push(&ty);
        self.push(")");
    }

    pub(super) fn case(&mut self, branches: &'q [(Node, Node)], otherwise: Option<&'q Node>) {
        self.push("CASE");
        for (when, then) in branches {
            self.push(" WHEN ");
            self.node(when, Binding::Or);
            self.push(" THEN ");
            self.node(then, Binding::Or);
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.node(otherwise, Binding::Or);
        }
        self.push(" END");
    }

    pub(super) fn collate(&mut self, value: &'q Node, collation: &'static str) {
        self.node(value, Binding::Operand);
        self.push(" COLLATE ");
        self.alias(collation);
    }
}

/// What a database does not have.
fn unsupported(function: Function) -> &'static str {
    match function {
        Function::Regex => "regular expressions (SQLite has them with the feature `regex`)",
        Function::Now(_) => "the present time of this type",
        Function::Truncate(..) => "truncation of this type to this unit",
        Function::Part(..) | Function::FormatDate(_) => "parts of dates",
        Function::Position => "the position of one text in another",
        Function::Remainder => "the remainder of real numbers",
        Function::JsonGet
        | Function::JsonDocument
        | Function::JsonDecimal
        | Function::JsonHas
        | Function::JsonContains
        | Function::JsonLength => "JSON",
        _ => "a function",
    }
}
