//! The functions that queries know, whatever a database calls them.

use crate::value::SqlType;

/// A function of the query language. A [`Dialect`](super::Dialect) says how its database writes it.
///
/// ```
/// use orm::driver::sqlite::SqliteDialect;
/// use orm::driver::{Dialect, Function};
///
/// assert_eq!(Function::Replace.standard(), Some("replace({0}, {1}, {2})"));
/// // SQLite's own `lower` knows ASCII only, so the driver brings another one.
/// assert_eq!(SqliteDialect.function(Function::Lower), Some("orm_lower({0})"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Function {
    /// Text in lower case.
    Lower,
    /// Text in upper case.
    Upper,
    /// Text in the form in which texts that differ in case only are the same.
    Fold,
    /// How many characters a text has.
    Length,
    /// Text without spaces at both ends.
    Trim,
    /// Text without spaces at its start.
    TrimStart,
    /// Text without spaces at its end.
    TrimEnd,
    /// A part of a text: from a position, which counts from 1, so many characters.
    Substring,
    /// The rest of a text from a position on, which counts from 1.
    SubstringFrom,
    /// Text in which one text is replaced by another.
    Replace,
    /// The position of one text in another, from 1; 0 where it is not there.
    Position,
    /// Two texts, one behind the other.
    Concat,
    /// Whether text matches a regular expression.
    Regex,
    /// The remainder of a division of real numbers, with the sign of the dividend.
    Remainder,
    /// A number without its sign.
    Abs,
    /// A number rounded to so many decimal places.
    Round,
    /// The greatest whole number that is not greater.
    Floor,
    /// The least whole number that is not less.
    Ceil,
    /// The least of several values.
    Least,
    /// The greatest of several values.
    Greatest,
    /// The first value that is not NULL.
    Coalesce,
    /// NULL if both values are equal, else the first.
    NullIf,
    /// A random integer.
    Random,
    /// The present date or time, in the form in which a column of this type holds it.
    Now(SqlType),
    /// A value as one of another type, where `CAST` does not make one.
    Convert(SqlType),
    /// A part of a date or time, as an integer, of a column of this type.
    Part(DatePart, SqlType),
    /// A date or time with everything below a unit cut off, for a column of this type.
    Truncate(DateUnit, SqlType),
    /// A date or time by a pattern of `strftime`, of a column of this type.
    FormatDate(SqlType),
    /// The value at a path of a JSON document, as SQL value.
    JsonGet,
    /// The value at a path of a JSON document, as JSON text; NULL for `null`.
    JsonDocument,
    /// The value at a path of a JSON document, as the digits of a decimal number.
    JsonDecimal,
    /// Whether a JSON document has something at a path.
    JsonHas,
    /// Whether the array or object at a path of a JSON document has a member with this value.
    JsonContains,
    /// How many members the array at a path of a JSON document has.
    JsonLength,
}

/// A part of a date or time.
///
/// It is what [`part`](crate::query::DateExpression::part) takes. The numbers are the same on every database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatePart {
    /// The year.
    Year,
    /// The quarter, 1 to 4.
    Quarter,
    /// The month, 1 to 12.
    Month,
    /// The week by ISO 8601, 1 to 53.
    Week,
    /// The day of the month, 1 to 31.
    Day,
    /// The day of the year, 1 to 366.
    DayOfYear,
    /// The day of the week by ISO 8601, from Monday, which is 1, to Sunday, which is 7.
    Weekday,
    /// The hour, 0 to 23.
    Hour,
    /// The minute, 0 to 59.
    Minute,
    /// The second, 0 to 59.
    Second,
}

/// What a date or time can be cut down to.
///
/// It is what [`truncate`](crate::query::DateExpression::truncate) takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateUnit {
    /// The first of January.
    Year,
    /// The first day of the quarter.
    Quarter,
    /// The first day of the month.
    Month,
    /// The Monday of the week.
    Week,
    /// Midnight.
    Day,
    /// The full hour.
    Hour,
    /// The full minute.
    Minute,
    /// The full second.
    Second,
}

impl Function {
    /// The function in the words that most databases share: SQL in which `{0}`, `{1}` and so on stand
    /// for the arguments and `{*}` for all of them. `None` where there are no such words.
    #[must_use]
    pub fn standard(self) -> Option<&'static str> {
        Some(match self {
            Self::Lower | Self::Fold => "lower({0})",
            Self::Upper => "upper({0})",
            Self::Length => "length({0})",
            Self::Trim => "trim({0})",
            Self::TrimStart => "ltrim({0})",
            Self::TrimEnd => "rtrim({0})",
            Self::Substring => "substr({0}, {1}, {2})",
            Self::SubstringFrom => "substr({0}, {1})",
            Self::Replace => "replace({0}, {1}, {2})",
            Self::Concat => "({0} || {1})",
            Self::Abs => "abs({0})",
            Self::Round => "round({0}, {1})",
            Self::Floor => "floor({0})",
            Self::Ceil => "ceil({0})",
            Self::Least => "least({*})",
            Self::Greatest => "greatest({*})",
            Self::Coalesce => "coalesce({*})",
            Self::NullIf => "nullif({0}, {1})",
            Self::Random => "random()",
            _ => return None,
        })
    }
}
