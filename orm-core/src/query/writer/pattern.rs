//! Text compared with patterns.

use std::borrow::Cow;

use super::Writer;
use super::operator::Binding;
use crate::driver::PatternStyle;
use crate::query::node::{Node, Pattern};
use crate::value::{Mismatch, Value};

impl<'q> Writer<'q> {
    pub(super) fn pattern(&mut self, operand: &'q Node, pattern: Pattern, text: &str) {
        match (pattern, operand, self.dialect.byte_order()) {
            (Pattern::StartsWith, Node::Column(_), Some(collation)) => {
                self.push("(");
                self.matches(operand, pattern, text);
                self.bounds(operand, text, collation);
                self.push(")");
            }
            _ => self.matches(operand, pattern, text),
        }
    }

    /// The range of the texts that begin alike, in which an index finds them. The pattern cannot do
    /// that, since it is bound and the database prepares the statement without knowing it.
    fn bounds(&mut self, operand: &'q Node, text: &str, collation: &'static str) {
        // A blob is behind all texts. The statement is the same for every text.
        let end = following(text).map_or(Value::Blob(Vec::new()), Value::Text);
        let bounds = [(" >= ?", Value::Text(text.to_owned())), (" < ?", end)];
        for (comparison, bound) in bounds {
            self.push(" AND ");
            self.node(operand, Binding::Operand);
            self.push(comparison);
            self.bind(Cow::Owned(bound));
            self.push(" COLLATE ");
            self.push(collation);
        }
    }

    fn matches(&mut self, operand: &'q Node, pattern: Pattern, text: &str) {
        self.node(operand, Binding::Operand);
        let style = if pattern == Pattern::Like {
            PatternStyle::Like
        } else {
            self.dialect.pattern_style()
        };
        self.push(match style {
            PatternStyle::Glob => " GLOB ",
            PatternStyle::Like => " LIKE ",
        });
        if text.contains('\0') {
            // SQLite would take the text for shorter than it is.
            let mismatch = Mismatch::invalid("text without a NUL character", "text with one");
            let column = match operand {
                Node::Column(column) => Some(*column),
                _ => None,
            };
            self.refuse_value(column, mismatch);
        }
        self.push("?");
        self.bind(Cow::Owned(Value::Text(match (pattern, style) {
            (Pattern::Like, _) => text.to_owned(),
            (_, PatternStyle::Glob) => around(pattern, '*', &escape_glob(text)),
            (_, PatternStyle::Like) => around(pattern, '%', &escape_like(text)),
        })));
        if style == PatternStyle::Like {
            self.push(r" ESCAPE '\'");
        }
    }
}

/// The first text behind all that begin with a text, in the order of bytes; none behind the last
/// characters that there are.
fn following(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    while let Some(last) = text.pop() {
        let mut behind = (last..=char::MAX).skip(1);
        if let Some(next) = behind.next() {
            text.push(next);
            return Some(text);
        }
    }
    None
}

/// Puts the wildcard for any text where a pattern has it.
fn around(pattern: Pattern, any: char, text: &str) -> String {
    match pattern {
        Pattern::Like => text.to_owned(),
        Pattern::Contains => format!("{any}{text}{any}"),
        Pattern::StartsWith => format!("{text}{any}"),
        Pattern::EndsWith => format!("{any}{text}"),
    }
}

fn escape_glob(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[') {
            escaped.extend(['[', character, ']']);
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
