//! The layers of orm-core import downwards only.

use std::path::{Path, PathBuf};

/// From the bottom to the top. Modules on one line may import each other.
const LAYERS: &[&[&str]] = &[
    &["error", "value"],
    &["driver"],
    &["key", "mapping"],
    &["connection"],
    &["gateway"],
    &["query"],
    &["relation"],
    &["mapper", "schema", "store"],
    &["record", "repository", "session", "testing"],
];

#[test]
fn modules_import_downwards_only() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("orm-core/src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    assert!(files.len() > 30, "the sources were not found");

    let mut upward = Vec::new();
    for file in &files {
        let inside = file.strip_prefix(&source).unwrap().to_string_lossy();
        let module = inside.split(['/', '.']).next().unwrap();
        let Some(layer) = layer_of(module) else {
            continue;
        };
        for import in imports(&std::fs::read_to_string(file).unwrap()) {
            let imported = layer_of(&import).unwrap_or_else(|| panic!("{import} has no layer"));
            if imported > layer {
                upward.push(format!("{inside} imports {import}"));
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The modules of the crate that a file names, in `use` lines and elsewhere, but for comments.
fn imports(text: &str) -> Vec<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = code
        .map(|line| line.replace("use crate::{", "use crate::group_"))
        .collect::<Vec<_>>();
    let mut found = Vec::new();
    for line in &code {
        assert!(
            !line.contains("use crate::group_"),
            "grouped imports hide a module: {line}"
        );
        for (at, prefix) in line.match_indices("crate::") {
            let rest = &line[at + prefix.len()..];
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let name = &rest[..end];
            let macro_or_item = name.is_empty() || name.starts_with(char::is_uppercase);
            if !macro_or_item && !line.contains("$crate") && name != "schema!" {
                found.push(name.to_owned());
            }
        }
    }
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
