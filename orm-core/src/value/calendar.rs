//! The calendar values that drivers exchange, and the one text form of each.
//!
//! They hold the years 0 to 9999, which is what text of a fixed width can sort and what every database
//! takes. Their text is what `%F %T%.f` writes elsewhere, with `+00:00` after a timestamp.

mod convert;
mod date;
mod date_time;
mod parse;
mod text;
mod time;
mod timestamp;

pub(super) use self::convert::converted;

pub use self::date::Date;
pub use self::date_time::DateTime;
pub use self::text::CalendarText;
pub use self::time::Time;
pub use self::timestamp::Timestamp;

use std::fmt;
use std::str::FromStr;

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

macro_rules! calendar {
    ($($ty:ident: $parse:path, $expected:literal;)*) => {$(
        impl $ty {
            /// Reads the text form, in its own or a tolerated spelling.
            ///
            /// # Errors
            /// [`Mismatch`] for every other text, and for a day or time that does not exist.
            #[inline]
            pub fn parse(text: &str) -> Result<Self, Mismatch> {
                $parse(text.as_bytes()).ok_or(Mismatch::invalid($expected, "other text"))
            }
        }

        impl ColumnType for $ty {
            type Nullable = Option<Self>;
            type Like<U: ColumnType> = U;

            const SQL_TYPE: SqlType = SqlType::$ty;

            #[inline]
            fn encode(&self) -> Param<'_> {
                Param::Borrowed(ValueRef::$ty(*self))
            }

            #[inline]
            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                match value {
                    ValueRef::$ty(value) => Ok(value),
                    ValueRef::Text(text) => Self::parse(text),
                    other => Err(Mismatch::new($expected, other)),
                }
            }
        }

        impl FromStr for $ty {
            type Err = Mismatch;

            fn from_str(text: &str) -> Result<Self, Mismatch> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.format().as_str())
            }
        }

        impl fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.format().as_str())
            }
        }
    )*};
}

calendar! {
    Date: parse::date, "a date as YYYY-MM-DD";
    Time: parse::time, "a time as HH:MM:SS";
    DateTime: parse::date_time, "a date and time as YYYY-MM-DD HH:MM:SS";
    Timestamp: parse::timestamp, "a timestamp as YYYY-MM-DD HH:MM:SS+00:00";
}
