//! The words of SQL, told apart as a database tells them apart.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    QuotedName,
    Text,
    Number,
    Placeholder,
    Comment,
    Operator,
    Word,
    /// A quote or a comment that does not end.
    Open,
}

/// The tokens of a statement, with their text.
pub(super) fn tokens(sql: &str) -> Vec<(Kind, &str)> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (kind, len) = token(rest, first);
        found.push((kind, &rest[..len]));
        rest = &rest[len..];
    }
    found
}

/// The kinds of all tokens but comments.
pub(super) fn kinds(sql: &str) -> Vec<Kind> {
    let all = tokens(sql).into_iter().map(|(kind, _)| kind);
    all.filter(|kind| *kind != Kind::Comment).collect()
}

/// How many tokens of a kind there are.
pub(super) fn count(sql: &str, kind: Kind) -> usize {
    let all = tokens(sql).into_iter();
    all.filter(|(other, _)| *other == kind).count()
}

fn token(rest: &str, first: char) -> (Kind, usize) {
    match first {
        '\'' => quoted(rest, '\'', Kind::Text),
        '"' | '`' => quoted(rest, first, Kind::QuotedName),
        '[' => until(rest, "]", Kind::QuotedName),
        '-' if rest.starts_with("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => match rest[2..].find("*/") {
            Some(end) => (Kind::Comment, end + 4),
            None => (Kind::Open, rest.len()),
        },
        '?' | ':' | '@' | '$' => (Kind::Placeholder, 1 + name(&rest[1..])),
        '0'..='9' => (Kind::Number, name(rest)),
        _ if is_in_name(first) => (Kind::Word, name(rest)),
        _ => (Kind::Operator, first.len_utf8()),
    }
}

/// A quoted token, in which the quote is written twice.
fn quoted(rest: &str, quote: char, kind: Kind) -> (Kind, usize) {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return (kind, at + 1);
        }
    }
    (Kind::Open, rest.len())
}

fn until(rest: &str, end: &str, kind: Kind) -> (Kind, usize) {
    match rest.find(end) {
        Some(at) => (kind, at + end.len()),
        None => (Kind::Open, rest.len()),
    }
}

fn name(rest: &str) -> usize {
    rest.find(|character| !is_in_name(character))
        .unwrap_or(rest.len())
}

fn is_in_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[test]
fn tokens_are_told_apart() {
    let sql = r#"SELECT "a""b", 'it''s -- no', 1.5, ?2 FROM [c d] /* ' */ WHERE e <> :f -- g"#;
    let expected = [
        (Kind::Word, "SELECT"),
        (Kind::QuotedName, r#""a""b""#),
        (Kind::Operator, ","),
        (Kind::Text, "'it''s -- no'"),
        (Kind::Operator, ","),
        (Kind::Number, "1"),
        (Kind::Operator, "."),
        (Kind::Number, "5"),
        (Kind::Operator, ","),
        (Kind::Placeholder, "?2"),
        (Kind::Word, "FROM"),
        (Kind::QuotedName, "[c d]"),
        (Kind::Comment, "/* ' */"),
        (Kind::Word, "WHERE"),
        (Kind::Word, "e"),
        (Kind::Operator, "<"),
        (Kind::Operator, ">"),
        (Kind::Placeholder, ":f"),
        (Kind::Comment, "-- g"),
    ];
    assert_eq!(tokens(sql), expected);
    for open in ["'a", "\"a", "`", "[a", "/* a", "/*/"] {
        assert_eq!(kinds(open), [Kind::Open], "{open}");
    }
}
