//! Cursors as text that is signed: a message authentication code by SipHash-2-4 with 128 bits.

use std::fmt;
use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher24};

use super::Cursor;
use crate::error::{Error, Result};
use crate::value::{Date, DateTime, Time, Timestamp, Value};

/// The form of the tokens. Another form gets another number.
const FORM: u8 = 1;

/// How many bytes sign a token.
const SIGNATURE: usize = 16;

/// A secret by which tokens of cursors are signed, so that only its owner can make them.
///
/// All processes that take each other's tokens have the same one. It is 16 random bytes, kept like a
/// password.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::query::{Cursor, CursorKey};
///
/// let key = CursorKey::new(*b"16 secret bytes!");
/// let by_length = Track::query().order_by(Track::SECONDS);
/// let cursor = by_length.keyset(&db, 1)?.next.expect("there are three tracks");
/// let token = cursor.to_token(&key); // travels to a browser, and comes back
///
/// let next = by_length.after(&Cursor::from_token(&key, &token)?)?.keyset(&db, 1)?;
/// assert_eq!(next.items[0].name, "Strange Fruit");
///
/// let forged = Cursor::<Track>::from_token(&key, &token.replace('0', "1"));
/// assert!(matches!(forged, Err(orm::Error::InvalidCursor { .. })));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct CursorKey([u8; 16]);

impl CursorKey {
    /// A key of 16 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE] {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(bytes);
        hasher.finish128().as_bytes()
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey")
    }
}

impl<S> Cursor<S> {
    /// The cursor as text of the characters 0 to 9 and a to f, which can stand in a URL. It is signed
    /// and not encrypted: who has it can read the values by which the row is sorted.
    #[must_use]
    pub fn to_token(&self, key: &CursorKey) -> String {
        let mut bytes = vec![FORM];
        bytes.extend(self.fingerprint.to_be_bytes());
        for value in &self.values {
            push(&mut bytes, value);
        }
        bytes.extend(key.sign(&bytes));
        let mut token = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            token.push(digit(byte >> 4));
            token.push(digit(byte & 15));
        }
        token
    }

    /// The cursor that a token was made of with the same key.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] for every other text.
    pub fn from_token(key: &CursorKey, token: &str) -> Result<Self> {
        let bytes = bytes_of(token).ok_or(damaged())?;
        let (bytes, signature) = bytes.split_last_chunk::<SIGNATURE>().ok_or(damaged())?;
        if !same(signature, &key.sign(bytes)) {
            let reason = "it was not signed with this key";
            return Err(Error::InvalidCursor { reason });
        }
        let mut rest = Bytes(bytes);
        if rest.take() != Some([FORM]) {
            return Err(damaged());
        }
        let fingerprint = u64::from_be_bytes(rest.take().ok_or(damaged())?);
        let mut values = Vec::new();
        while !rest.0.is_empty() {
            values.push(rest.value().ok_or(damaged())?);
        }
        Ok(Self::new(fingerprint, values))
    }
}

fn damaged() -> Error {
    let reason = "it is no token, or a damaged one";
    Error::InvalidCursor { reason }
}

/// Whether signatures are equal, told in the same time wherever they differ.
fn same(one: &[u8; SIGNATURE], other: &[u8; SIGNATURE]) -> bool {
    let differences = one.iter().zip(other).map(|(one, other)| one ^ other);
    differences.fold(0, |all, difference| all | difference) == 0
}

fn digit(number: u8) -> char {
    char::from_digit(number.into(), 16).unwrap_or('0')
}

fn bytes_of(token: &str) -> Option<Vec<u8>> {
    let digits = token.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let number = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| Some(number(pair[0])? << 4 | number(pair[1])?))
        .collect()
}

/// Appends a value: a letter for its kind, how many bytes it has, and these.
fn push(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => content(bytes, b'n', &[]),
        Value::Bool(value) => content(bytes, b'b', &[u8::from(*value)]),
        Value::Int(value) => content(bytes, b'i', &value.to_be_bytes()),
        Value::Real(value) => content(bytes, b'r', &value.to_be_bytes()),
        Value::Text(value) => content(bytes, b't', value.as_bytes()),
        Value::Blob(value) => content(bytes, b'x', value),
        Value::Uuid(value) => content(bytes, b'u', value),
        Value::Date(value) => content(bytes, b'd', value.format().as_bytes()),
        Value::Time(value) => content(bytes, b'c', value.format().as_bytes()),
        Value::DateTime(value) => content(bytes, b'm', value.format().as_bytes()),
        Value::Timestamp(value) => content(bytes, b's', value.format().as_bytes()),
    }
}

fn content(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend((content.len() as u64).to_be_bytes());
    bytes.extend(content);
}

/// Bytes that are taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn take_slice(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(first)
    }

    fn value(&mut self) -> Option<Value> {
        let [kind] = self.take()?;
        let len = usize::try_from(u64::from_be_bytes(self.take()?)).ok()?;
        let content = self.take_slice(len)?;
        let text = || std::str::from_utf8(content).ok();
        Some(match kind {
            b'n' if len == 0 => Value::Null,
            b'b' => Value::Bool(content == [1]),
            b'i' => Value::Int(i64::from_be_bytes(content.try_into().ok()?)),
            b'r' => Value::Real(f64::from_be_bytes(content.try_into().ok()?)),
            b't' => Value::Text(text()?.to_owned()),
            b'x' => Value::Blob(content.to_owned()),
            b'u' => Value::Uuid(content.try_into().ok()?),
            b'd' => Value::Date(Date::parse(text()?).ok()?),
            b'c' => Value::Time(Time::parse(text()?).ok()?),
            b'm' => Value::DateTime(DateTime::parse(text()?).ok()?),
            b's' => Value::Timestamp(Timestamp::parse(text()?).ok()?),
            _ => return None,
        })
    }
}
