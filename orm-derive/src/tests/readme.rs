//! The excerpt of an expansion in the README is what the derive writes.

use super::expand;
use crate::derive::active_record;

const README: &str = include_str!("../../../README.md");

#[test]
fn the_readme_shows_what_the_derive_writes() {
    let expansion = expand(active_record, item());
    let mut rest = expansion.lines();
    let excerpt: Vec<&str> = excerpt()
        .lines()
        .filter(|line| line.trim() != "…")
        .collect();
    assert!(excerpt.len() > 20, "the excerpt is gone");
    for line in excerpt {
        assert!(
            rest.any(|written| written == line),
            "`{line}` is not written, or not here:\n{expansion}"
        );
    }
}

/// The first mapped struct of the README.
fn item() -> &'static str {
    let (_, rest) = README
        .split_once("#[derive(ActiveRecord)]\n")
        .expect("the README has its excerpt");
    let end = rest.find("\n}\n").expect("the README has its excerpt") + 3;
    &rest[..end]
}

fn excerpt() -> &'static str {
    let (_, rest) = README
        .split_once("<!-- expansion of Artist")
        .expect("the README has its excerpt");
    let (excerpt, _) = rest
        .split_once("<!-- end of expansion -->")
        .expect("the README has its excerpt");
    let (_, code) = excerpt
        .split_once("```text\n")
        .expect("the README has its excerpt");
    code.split_once("```")
        .expect("the README has its excerpt")
        .0
}
