//! Every call that takes text, and where it is tried. The sources are read, so that none is forgotten.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files whose calls take text or values of a program, and each of these calls with the test that
/// tries it.
const CALLS: &[(&str, &[(&str, &str)])] = &[
    (
        "query/expression.rs",
        &[
            ("eq", "conditions"),
            ("ne", "conditions"),
            ("lt", "conditions"),
            ("le", "conditions"),
            ("gt", "conditions"),
            ("ge", "conditions"),
            ("between", "conditions"),
            ("is_in", "conditions"),
            ("not_in", "conditions"),
            ("like", "patterns"),
            ("contains", "patterns"),
            ("starts_with", "patterns"),
            ("ends_with", "patterns"),
            ("is_not_distinct_from", "conditions"),
            ("is_distinct_from", "conditions"),
            ("coalesce", "expressions"),
            ("coalesce_option", "expressions"),
            ("if_absent", "expressions"),
            ("nullif", "expressions"),
            ("least", "expressions"),
            ("greatest", "expressions"),
            ("collate", "names"),
        ],
    ),
    (
        "query/text.rs",
        &[
            ("substr", "expressions"),
            ("substr_from", "expressions"),
            ("replace", "expressions"),
            ("instr", "conditions"),
            ("concat", "expressions"),
            ("matches", "patterns"),
            ("eq_ignore_case", "conditions"),
            ("contains_ignore_case", "patterns"),
        ],
    ),
    (
        "query/condition.rs",
        &[
            ("and", "conditions"),
            ("or", "nesting/operators"),
            ("xor", "conditions"),
        ],
    ),
    (
        "query/case.rs",
        &[("when", "conditions"), ("otherwise", "conditions")],
    ),
    (
        "query/func.rs",
        &[
            ("value", "expressions"),
            ("raw", "conditions"),
            ("call", "conditions"),
        ],
    ),
    (
        "query/json.rs",
        &[("key", "conditions"), ("contains", "patterns")],
    ),
    ("query/date.rs", &[("format_date", "expressions")]),
    (
        "query/aggregate.rs",
        &[("join_text", "expressions"), ("filter", "queries")],
    ),
    (
        "query/window/function.rs",
        &[("lag_or", "expressions"), ("lead_or", "expressions")],
    ),
    ("query/assignment.rs", &[("set", "writes")]),
    ("query/insert.rs", &[("set", "writes")]),
    ("query/change.rs", &[("update", "writes")]),
    ("query/values.rs", &[("values", "queries")]),
    (
        "query/by_name.rs",
        &[
            ("order_by_name", "names"),
            ("order_by_name_desc", "names"),
            ("filter_by_name", "names"),
        ],
    ),
    ("query/cursor/token.rs", &[("from_token", "cursors")]),
    ("query/join.rs", &[("new", "names")]),
    (
        "query/plan.rs",
        &[("use_index", "names"), ("comment", "names")],
    ),
    ("query/raw.rs", &[("new", "conditions")]),
    ("driver/sql_function.rs", &[("new", "names")]),
    ("driver/dialect.rs", &[("push_identifier", "names")]),
    (
        "connection/raw.rs",
        &[
            ("trusted", "conditions"),
            ("execute", "writes"),
            ("query", "conditions"),
            ("execute_returning", "writes"),
        ],
    ),
    ("connection/database.rs", &[("open", "names")]),
    (
        "connection/builder.rs",
        &[("open", "names"), ("function", "names")],
    ),
    (
        "record.rs",
        &[
            ("get", "keys"),
            ("find", "keys"),
            ("find_many", "keys"),
            ("exists", "keys"),
            ("update_many", "writes"),
            ("inserting", "writes"),
            ("alias", "names"),
            ("insert_many", "writes"),
            ("save_graphs", "writes"),
            ("delete_by_key", "keys"),
            ("increment", "keys"),
        ],
    ),
];

/// Parameters by which text, or a value that may be text, comes in.
const TAKEN: &[&str] = &[
    "&str",
    "&'static str",
    "String)",
    "Into<String>",
    "Into<Value>",
    "Into<Sql>",
    "Into<Vec<Value>>",
    "Item = Value",
    "&[Value]",
    "Operand<",
    "Argument<",
    "Valued<",
    "AssignmentList<",
    "RowOfValues",
    "Into<Self::Key>",
    "[Self]",
    "SqlFunction<",
];

#[test]
fn every_call_that_takes_text_is_tried() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("orm-core/src");
    let known: BTreeMap<_, Vec<_>> = CALLS
        .iter()
        .map(|(file, calls)| (*file, calls.iter().map(|(call, _)| *call).collect()))
        .collect();
    let mut files = vec![source.join("record.rs")];
    for folder in ["query", "connection"] {
        rust_files(&source.join(folder), &mut files);
    }
    let others = ["driver/sql_function.rs", "driver/dialect.rs"];
    files.extend(others.map(|file| source.join(file)));
    let mut unknown = Vec::new();
    let mut tried = 0;
    for file in files {
        let name = file
            .strip_prefix(&source)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        for call in calls_with_text(&text) {
            if known
                .get(name.as_str())
                .is_some_and(|calls| calls.contains(&&*call))
            {
                tried += 1;
            } else {
                unknown.push(format!("{name}: {call}"));
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "these take text and are not tried: {unknown:#?}"
    );
    assert!(tried > 60, "only {tried} calls were found");
}

#[test]
fn every_test_that_is_named_makes_the_call() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/injection");
    for (file, calls) in CALLS {
        for (call, test) in *calls {
            let path = tests.join(test).with_extension("rs");
            let text = std::fs::read_to_string(path).expect("the test");
            let ways = [format!("{call}("), format!("{call}::<")];
            let is_made = ways.iter().any(|way| text.contains(way));
            assert!(is_made, "{test} does not try {call} of {file}");
        }
    }
}

/// The names of the public functions, and those of public traits, that take text.
fn calls_with_text(source: &str) -> Vec<String> {
    let (mut found, mut in_trait) = (Vec::new(), false);
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("pub trait ") {
            in_trait = true;
        } else if line == "}" {
            in_trait = false;
        }
        let code = line.trim_start();
        let of_trait = in_trait && line.starts_with("    fn ");
        if !of_trait && !code.starts_with("pub fn ") && !code.starts_with("pub const fn ") {
            continue;
        }
        let mut signature = code.to_owned();
        while !signature.ends_with(['{', ';', '}']) {
            signature.push_str(lines.next().unwrap_or("{").trim());
        }
        let name = code.split_once("fn ").map_or("", |(_, rest)| rest);
        let name = name.split(['(', '<']).next().unwrap_or(name);
        // What a function gives back is not what it takes.
        let parameters = signature.split("->").next().unwrap_or(&signature);
        let bounds = signature.split("where").nth(1).unwrap_or_default();
        let takes = |text: &str| TAKEN.iter().any(|way| text.contains(way));
        if takes(parameters) || bounds.contains("RowOfValues") {
            found.push(name.to_owned());
        }
    }
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
