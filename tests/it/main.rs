//! The integration tests, in one program so that SQLite is linked once.

mod aggregate;
mod bad_input;
mod chinook;
mod chinook_questions;
mod chinook_relations;
mod compose;
mod connection;
mod errors;
mod failure;
mod foreign_driver;
mod functions;
mod inheritance;
mod injection;
mod keys;
mod layers;
mod mapper;
mod mapping;
mod memory;
mod model;
mod monitor;
mod query;
mod record;
mod recorder;
mod refs;
mod relation;
mod schema;
mod session;
mod threads;
mod tracked;
mod transaction;
mod ui;
mod values;
mod version;

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// The path of a database file that is not there yet, in a folder that goes away with the test.
fn database_file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    (folder, path)
}

const CHILD: &str = "ORM_TEST_CHILD";

/// The same test in a process of its own, for what ends a process. [`is_child`] tells the two apart.
fn child(test: &str) -> Command {
    let program = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new(program);
    command.args([test, "--exact", "--nocapture"]);
    command.env(CHILD, "1");
    command
}

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// A number of repetitions, which the environment may raise.
fn repetitions(variable: &str, default: usize) -> usize {
    let given = std::env::var(variable).ok();
    given
        .and_then(|number| number.parse().ok())
        .unwrap_or(default)
}

/// Everything that can be read off an error: all its texts, and those of its sources.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error} {error:#} {error:?} {error:#?}");
    if let Some(source) = error.source() {
        text.push_str(&said(source));
    }
    text
}
