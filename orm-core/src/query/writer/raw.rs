//! SQL of the user, with placeholders in it.

use super::Writer;
use super::operator::Binding;
use crate::query::node::Node;

impl<'q> Writer<'q> {
    /// SQL of the user. Its placeholders are taken in their order.
    pub(super) fn raw(&mut self, sql: &str, values: &'q [Node]) {
        let placeholders = placeholders(sql);
        if placeholders.len() != values.len() {
            return self.misuse("raw SQL has another number of placeholders than values");
        }
        let is_numbered =
            |at: &usize| sql[at + 1..].starts_with(|next: char| next.is_ascii_digit());
        if placeholders.iter().any(is_numbered) {
            return self.misuse("raw SQL has placeholders with numbers: write `?`");
        }
        self.push("(");
        let mut done = 0;
        for (at, value) in placeholders.into_iter().zip(values) {
            self.push(&sql[done..at]);
            self.node(value, Binding::Operand);
            done = at + 1;
        }
        self.push(&sql[done..]);
        // A comment of one line would take the parenthesis in.
        self.push(if sql.contains("--") { "\n)" } else { ")" });
    }
}

/// Where the `?` of SQL text are that are placeholders: outside of quotes and comments.
fn placeholders(sql: &str) -> Vec<usize> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        at += match bytes[at] {
            quote @ (b'\'' | b'"' | b'`') => until(rest, &[quote]),
            b'[' => until(rest, b"]"),
            b'-' if rest.starts_with(b"--") => until(rest, b"\n"),
            b'/' if rest.starts_with(b"/*") => until(rest, b"*/"),
            b'?' => {
                found.push(at);
                1
            }
            _ => 1,
        };
    }
    found
}

/// How long something is that begins here and ends with certain characters.
fn until(text: &[u8], end: &[u8]) -> usize {
    let behind = text[1..]
        .windows(end.len())
        .position(|window| window == end);
    behind.map_or(text.len(), |at| at + 1 + end.len())
}
