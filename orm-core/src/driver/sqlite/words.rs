//! The words of SQL text, so that a name in it is not taken for something else.

/// A word of SQL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// A name, quoted or not, or a keyword.
    Name(String),
    /// A name without quotes that a parenthesis follows, as a function's does.
    Function(String),
    /// Any other character.
    Symbol(char),
}

/// A word, and the positions of its first byte and of the first one behind it.
pub(super) type Spanned = (Word, usize, usize);

/// The words of SQL text. Comments, and text in single quotes, are none.
pub(super) fn words(sql: &str) -> Vec<Spanned> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(character) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let (word, len) = match character {
            '\'' => (None, quoted(rest, '\'').1),
            '"' | '`' => named(quoted(rest, character)),
            '[' => {
                let end = rest.find(']').unwrap_or(rest.len());
                (
                    Some(Word::Name(rest[1..end].to_owned())),
                    rest.len().min(end + 1),
                )
            }
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => {
                (None, rest[2..].find("*/").map_or(rest.len(), |end| end + 4))
            }
            _ if is_part_of_name(character) => bare(rest),
            _ if character.is_whitespace() => (None, character.len_utf8()),
            _ => (Some(Word::Symbol(character)), character.len_utf8()),
        };
        words.extend(word.map(|word| (word, at, at + len)));
        at += len;
    }
    words
}

/// The text between quotes, a doubled one standing for itself, and how long it is with them.
fn quoted(sql: &str, quote: char) -> (String, usize) {
    let mut text = String::new();
    let mut characters = sql.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            text.push(character);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return (text, at + 1);
        }
    }
    (text, sql.len())
}

fn named((name, len): (String, usize)) -> (Option<Word>, usize) {
    (Some(Word::Name(name)), len)
}

fn bare(sql: &str) -> (Option<Word>, usize) {
    let len = sql
        .find(|character| !is_part_of_name(character))
        .unwrap_or(sql.len());
    let name = sql[..len].to_owned();
    let called = sql[len..].trim_start().starts_with('(');
    let word = if called {
        Word::Function(name)
    } else {
        Word::Name(name)
    };
    (Some(word), len)
}

fn is_part_of_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

impl Word {
    /// Whether this is the keyword.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        match self {
            Self::Name(word) | Self::Function(word) => word.eq_ignore_ascii_case(keyword),
            Self::Symbol(_) => false,
        }
    }
}

/// The text between the parenthesis at word `open` and the one that closes it.
pub(super) fn parenthesized<'a>(sql: &'a str, words: &[Spanned], open: usize) -> Option<&'a str> {
    if words.get(open)?.0 != Word::Symbol('(') {
        return None;
    }
    let mut depth = 0_usize;
    for (word, start, _) in &words[open..] {
        match word {
            Word::Symbol('(') => depth += 1,
            Word::Symbol(')') if depth == 1 => return sql.get(words[open].2..*start),
            Word::Symbol(')') => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Vec<String> {
        let names = words(sql).into_iter().filter_map(|(word, ..)| match word {
            Word::Name(name) => Some(name),
            _ => None,
        });
        names.collect()
    }

    #[test]
    fn names_are_read_however_they_are_quoted() {
        assert_eq!(
            names(r#"a "b""c" `d``e` [f g] größe"#),
            ["a", "b\"c", "d`e", "f g", "größe"]
        );
    }

    #[test]
    fn text_comments_and_functions_are_no_names() {
        assert_eq!(
            names("length(a) <> 'it''s b' -- c\n AND /* d */ e"),
            ["a", "AND", "e"]
        );
    }

    #[test]
    fn text_that_does_not_end_is_read_to_its_end() {
        for sql in ["'a", "\"a", "`", "[a", "[", "/* a", "-- a", "/*", "é["] {
            let _ = words(sql);
        }
    }

    #[test]
    fn parentheses_are_matched() {
        let sql = "CHECK (a IN (1, ')') ) , b";
        let words = words(sql);
        assert_eq!(parenthesized(sql, &words, 1), Some("a IN (1, ')') "));
    }
}
