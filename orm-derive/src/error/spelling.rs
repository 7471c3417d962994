//! Lists of known words, the one nearest to what the user wrote first.

/// The known words, quoted. Ones that are equally far keep their order.
pub(super) fn nearest_first<'w>(written: &str, known: impl IntoIterator<Item = &'w str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_by_cached_key(|word| distance(written, word));
    let quoted: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// How many characters have to be added, taken away or changed: Levenshtein's distance.
pub(super) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, changed) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, &wanted) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(changed != wanted);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest_first};

    #[test]
    fn distance_counts_single_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_nearest_word_comes_first() {
        let known = ["table", "column", "length"];
        assert_eq!(
            nearest_first("lenght", known),
            "`length`, `table`, `column`"
        );
    }
}
