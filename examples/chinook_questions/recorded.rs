//! The recorded answers: the file that they are in, and the form in which they are compared.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::Result;

/// A question, and what is known of its answer.
#[derive(Deserialize)]
pub(crate) struct Question {
    pub(crate) id: String,
    /// The database that it is about.
    pub(crate) file: String,
    /// How many rows each statement changes, for a question that asks for changes.
    #[serde(default)]
    pub(crate) changes: Vec<u64>,
    /// How many rows the answer has.
    rows: usize,
    /// The digest of the rows.
    #[serde(rename = "md5_canon")]
    digest: String,
}

/// What was found.
pub(crate) struct Answer {
    pub(crate) changes: Vec<u64>,
    pub(crate) rows: Vec<String>,
}

/// The questions in a folder.
pub(crate) fn questions(folder: &Path) -> Result<Vec<Question>> {
    #[derive(Deserialize)]
    struct File {
        questions: Vec<Question>,
    }

    let path = folder.join("chinook_questions.json");
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
    let file: File = serde_json::from_str(&text)?;
    Ok(file.questions)
}

impl Question {
    /// In what an answer differs from the recorded one.
    pub(crate) fn compare(&self, answer: &Answer, folder: &Path) -> Result<Option<String>> {
        if answer.changes != self.changes {
            let (found, recorded) = (&answer.changes, &self.changes);
            let difference = format!("differs: {found:?} rows changed instead of {recorded:?}");
            return Ok(Some(difference));
        }
        let digest = digest(&answer.rows);
        if digest == self.digest {
            return Ok(None);
        }
        let mut difference = format!(
            "differs: md5 {digest} instead of {}, {} rows instead of {}",
            self.digest,
            answer.rows.len(),
            self.rows
        );
        if let Some(row) = self.first_difference(&answer.rows, folder)? {
            difference.push_str(&row);
        }
        Ok(Some(difference))
    }

    /// The first row that differs, where the answers lie beside the questions in full.
    fn first_difference(&self, rows: &[String], folder: &Path) -> Result<Option<String>> {
        let path = folder.join("answers").join(format!("{}.jsonl", self.id));
        let recorded = match std::fs::read_to_string(path) {
            Ok(recorded) => recorded,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let recorded: Vec<_> = recorded.lines().collect();
        let alike = rows
            .iter()
            .zip(&recorded)
            .take_while(|(found, recorded)| found == *recorded);
        let first = alike.count();
        let found = rows.get(first).map_or("missing", String::as_str);
        let recorded = recorded.get(first).copied().unwrap_or("none");
        Ok(Some(format!(
            "\n  row {}: {found}\n  instead of {recorded}",
            first + 1
        )))
    }
}

/// Rows as lines of JSON.
pub(crate) fn lines(rows: impl IntoIterator<Item: Serialize>) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for row in rows {
        let mut line = Vec::new();
        row.serialize(&mut Serializer::with_formatter(&mut line, Canonical))?;
        lines.push(String::from_utf8(line)?);
    }
    Ok(lines)
}

/// JSON without spaces, and with real numbers as text with four decimals.
struct Canonical;

impl Formatter for Canonical {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "\"{value:.4}\"")
    }
}

fn digest(rows: &[String]) -> String {
    let mut text = rows.join("\n");
    if !rows.is_empty() {
        text.push('\n');
    }
    format!("{:x}", md5::compute(text))
}
