//! Literals as a person would write them.

use proc_macro2::Literal;

/// A position or a count.
pub(super) fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}

/// SQL as a raw string, so that quoted names are readable.
pub(super) fn sql(text: &str) -> Literal {
    if text.contains('\r') {
        // A raw string takes no carriage return, and a name may contain one.
        return Literal::string(text);
    }
    let fence = "#".repeat(longest_fence(text) + 1);
    let raw = format!("r{fence}\"{text}\"{fence}").parse();
    raw.unwrap_or_else(|_| Literal::string(text))
}

/// The most `#` that follow a `"` in the text.
fn longest_fence(text: &str) -> usize {
    let after_quotes = text.split('"').skip(1);
    let fences = after_quotes.map(|part| part.len() - part.trim_start_matches('#').len());
    fences.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::sql;

    #[test]
    fn any_name_fits_into_a_literal() {
        assert_eq!(sql("FROM \"t\"").to_string(), "r#\"FROM \"t\"\"#");
        assert_eq!(sql("FROM \"#\"").to_string(), "r##\"FROM \"#\"\"##");
        assert_eq!(sql("a\rb").to_string(), r#""a\rb""#);
    }
}
