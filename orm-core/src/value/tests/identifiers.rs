//! UUIDs and ULIDs.

use proptest::prelude::*;

use super::round_trip;
use crate::value::{ColumnType, ValueRef};

#[cfg(feature = "uuid")]
mod uuid {
    use super::*;
    use ::uuid::Uuid;

    proptest! {
        #[test]
        fn every_uuid_comes_back(bytes in any::<[u8; 16]>()) {
            let id = Uuid::from_bytes(bytes);
            round_trip(&id)?;
            prop_assert_eq!(Uuid::decode(ValueRef::Blob(&bytes)), Ok(id));
            prop_assert_eq!(Uuid::decode(ValueRef::Text(&id.to_string())), Ok(id));
            prop_assert_eq!(Uuid::decode(ValueRef::Text(&id.simple().to_string())), Ok(id));
            prop_assert_eq!(Uuid::decode(ValueRef::Text(&id.braced().to_string())), Ok(id));
        }

        #[test]
        fn other_bytes_are_refused(bytes in any::<Vec<u8>>(), text in ".{0,40}") {
            prop_assert_eq!(Uuid::decode(ValueRef::Blob(&bytes)).is_ok(), bytes.len() == 16);
            prop_assert_eq!(
                Uuid::decode(ValueRef::Text(&text)).ok(),
                Uuid::parse_str(&text).ok(),
            );
        }
    }

    #[test]
    fn only_the_nil_uuid_is_unset() {
        assert!(Uuid::nil().is_unset());
        assert!(!Uuid::max().is_unset());
        assert!(Uuid::decode(ValueRef::Int(0)).is_err());
    }
}

#[cfg(feature = "ulid")]
mod ulid {
    use super::*;
    use ::ulid::Ulid;

    proptest! {
        #[test]
        fn every_ulid_comes_back(bytes in any::<[u8; 16]>()) {
            let id = Ulid::from_bytes(bytes);
            round_trip(&id)?;
            prop_assert_eq!(Ulid::decode(ValueRef::Blob(&bytes)), Ok(id));
            prop_assert_eq!(Ulid::decode(ValueRef::Text(&id.to_string())), Ok(id));
            prop_assert_eq!(Ulid::decode(ValueRef::Text(&id.to_string().to_lowercase())), Ok(id));
        }

        #[test]
        fn text_comes_back_or_is_refused(text in "[0-9A-HJKMNP-TV-Z]{24,28}") {
            if let Ok(id) = Ulid::decode(ValueRef::Text(&text)) {
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn other_text_is_no_panic(text in ".{0,40}") {
            let _ = Ulid::decode(ValueRef::Text(&text));
        }
    }

    #[test]
    fn text_beyond_the_last_ulid_is_refused() {
        assert_eq!(
            Ulid::decode(ValueRef::Text("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")),
            Ok(Ulid::max()),
        );
        assert!(Ulid::decode(ValueRef::Text("80000000000000000000000000")).is_err());
        assert!(Ulid::decode(ValueRef::Text("Z0000000000000000000000000")).is_err());
        assert!(Ulid::decode(ValueRef::Text("")).is_err());
    }

    #[test]
    fn only_the_nil_ulid_is_unset() {
        assert!(Ulid::nil().is_unset());
        assert!(!Ulid::max().is_unset());
        assert!(Ulid::decode(ValueRef::Blob(&[0; 15])).is_err());
    }
}
