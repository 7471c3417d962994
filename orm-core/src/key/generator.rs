//! Generators of keys that no other program makes.

#[cfg(feature = "ulid")]
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::value::{ColumnType, SqlType, ValueRef};

/// A random UUID (version 4), as sixteen bytes or, for a key of text, in its usual form.
///
/// ```
/// use orm::key::uuid_v4;
/// use uuid::Uuid;
///
/// assert_ne!(uuid_v4::<Uuid>()?, uuid_v4::<Uuid>()?);
/// assert_eq!(uuid_v4::<String>()?.len(), 36);
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Encode`] if the key's type refuses the value.
#[cfg(feature = "uuid")]
pub fn uuid_v4<T: ColumnType>() -> Result<T> {
    from_uuid(::uuid::Uuid::new_v4())
}

/// A UUID that begins with the time (version 7), so that keys sort as they were made.
///
/// ```
/// use orm::key::uuid_v7;
/// use uuid::Uuid;
///
/// assert!(uuid_v7::<Uuid>()? < uuid_v7::<Uuid>()?);
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Encode`] if the key's type refuses the value.
#[cfg(feature = "uuid")]
pub fn uuid_v7<T: ColumnType>() -> Result<T> {
    from_uuid(::uuid::Uuid::now_v7())
}

#[cfg(feature = "uuid")]
fn from_uuid<T: ColumnType>(uuid: ::uuid::Uuid) -> Result<T> {
    key_of(uuid.into_bytes(), || uuid.to_string())
}

/// The last ULID of this program, so that two of one millisecond sort as they were made.
#[cfg(feature = "ulid")]
static ULIDS: Mutex<::ulid::Generator> = Mutex::new(::ulid::Generator::new());

/// A ULID: the time and then chance, so that keys sort as they were made. For a key of text, in its
/// usual form.
///
/// ```
/// use orm::key::ulid;
/// use ulid::Ulid;
///
/// assert!(ulid::<Ulid>()? < ulid::<Ulid>()?);
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Encode`] if the key's type refuses the value.
#[cfg(feature = "ulid")]
pub fn ulid<T: ColumnType>() -> Result<T> {
    let mut ulids = ULIDS.lock().unwrap_or_else(PoisonError::into_inner);
    let ulid = match ulids.generate() {
        Ok(ulid) => ulid,
        Err(overflow) => overflow.commit_overflow_increment(),
    };
    key_of(ulid.to_bytes(), || ulid.to_string())
}

/// The key of the wanted type, from its bytes or its text.
fn key_of<T: ColumnType>(bytes: [u8; 16], text: impl FnOnce() -> String) -> Result<T> {
    let key = match T::SQL_TYPE {
        SqlType::Text => T::decode(ValueRef::Text(&text())),
        _ => T::decode(ValueRef::Uuid(bytes)),
    };
    key.map_err(|mismatch| Error::encode("", "", mismatch))
}
