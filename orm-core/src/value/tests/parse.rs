//! The text forms: what is read, what is refused, and that nothing panics.

use proptest::prelude::*;

use super::{date_times, nanos};
use crate::value::{Date, DateTime, Time, Timestamp};

/// The text of a timestamp, or none.
fn timestamp(text: &str) -> Option<String> {
    Timestamp::parse(text)
        .ok()
        .map(|timestamp| timestamp.to_string())
}

fn parse_everything(text: &str) {
    let _ = Date::parse(text);
    let _ = Time::parse(text);
    let _ = DateTime::parse(text);
    let _ = Timestamp::parse(text);
}

/// What timestamps are made of, and what looks like it, up to characters of four bytes.
fn near_misses() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        "[0-9]{1,4}",
        "[-:.+ TZ]",
        Just("2026-11-22".to_owned()),
        Just("14:52:02".to_owned()),
        Just("+00:00".to_owned()),
        "[é٣０𝟗\u{0}]",
    ];
    proptest::collection::vec(parts, 0..9).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..=40)) {
        parse_everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_near_miss_makes_the_parser_panic(text in near_misses()) {
        parse_everything(&text);
    }

    #[test]
    fn what_is_read_is_written_again(text in near_misses()) {
        if let Ok(date) = Date::parse(&text) {
            prop_assert!(text.starts_with(date.format().as_str()));
        }
        if let Ok(time) = Time::parse(&text) {
            prop_assert_eq!(Time::parse(&time.to_string()), Ok(time));
            prop_assert!(time.to_string().starts_with(&text[..8]));
        }
    }

    #[test]
    fn one_changed_byte_is_another_value_or_none(
        value in date_times(),
        at in any::<prop::sample::Index>(),
        byte in 0_u8..128,
    ) {
        let original = Timestamp::from_utc(value);
        let mut bytes = original.format().as_bytes().to_vec();
        let at = at.index(bytes.len());
        let was = std::mem::replace(&mut bytes[at], byte);
        let same = was == byte || (was == b' ' && byte == b'T') || (at + 6 == bytes.len() && byte == b'-');
        let text = String::from_utf8(bytes).expect("ASCII");
        prop_assert_eq!(Timestamp::parse(&text) == Ok(original), same);
    }

    #[test]
    fn an_offset_is_subtracted(value in date_times(), hours in 0_i64..24, minutes in 0_i64..60) {
        let seconds = Timestamp::from_utc(value).unix_seconds();
        let distance = hours * 3600 + minutes * 60;
        for (sign, expected) in [('+', seconds - distance), ('-', seconds + distance)] {
            let text = format!("{value}{sign}{hours:02}:{minutes:02}");
            let expected = Timestamp::from_unix(expected, value.time().nano());
            prop_assert_eq!(Timestamp::parse(&text).ok(), expected);
        }
    }

    #[test]
    fn one_to_nine_digits_are_a_fraction(nano in nanos(), digits in 1_usize..=9) {
        let all = format!("{nano:09}");
        let text = format!("14:52:02.{}", &all[..digits]);
        let padded = format!("{:0<9}", &all[..digits]);
        let nano = padded.parse().expect("digits");
        prop_assert_eq!(Time::parse(&text).ok(), Time::from_hms_nano(14, 52, 2, nano));
    }
}

#[test]
fn tolerated_spellings_are_read() {
    let same = [
        "2026-11-22 14:52:02.120+00:00",
        "2026-11-22T14:52:02.12Z",
        "2026-11-22 14:52:02.12",
        "2026-11-22 14:52:02.120000000-00:00",
        "2026-11-22 16:22:02.12+01:30",
        "2026-11-21 15:52:02.12-23:00",
    ];
    for text in same {
        assert_eq!(timestamp(text).as_deref(), Some(same[0]), "{text}");
    }
    assert_eq!(
        Date::parse("2026-11-22 00:00:00.000"),
        Date::parse("2026-11-22")
    );
}

#[test]
fn other_spellings_are_refused() {
    let texts = [
        "",
        "2026-11-22",
        "2026-11-22 ",
        "2026-11-22 14:52",
        "2026-11-22_14:52:02",
        "2026-11-22t14:52:02",
        "2026-11-22  14:52:02",
        "2026-11-22 14:52:02.",
        "2026-11-22 14:52:02.Z",
        "2026-11-22 14:52:02.1234567890",
        "2026-11-22 14:52:02,123",
        "2026-11-22 14:52:60",
        "2026-11-22 24:00:00",
        "2026-11-22 14:52:02z",
        "2026-11-22 14:52:02 +00:00",
        "2026-11-22 14:52:02+00",
        "2026-11-22 14:52:02+0000",
        "2026-11-22 14:52:02+24:00",
        "2026-11-22 14:52:02+00:60",
        "2026-11-22 14:52:02+00:00 ",
        "2026-11-22 14:52:02+0٣:0",
        "2026-02-29 14:52:02",
        "-026-11-22 14:52:02",
        "+2026-11-22 14:52:02",
        " 2026-11-22 14:52:02",
        "0000-01-01 00:00:00+00:01",
        "9999-12-31 23:59:59-00:01",
    ];
    for text in texts {
        assert_eq!(timestamp(text), None, "{text}");
    }
}

#[test]
fn a_date_time_has_no_place_for_an_offset() {
    assert!(DateTime::parse("2026-11-22 14:52:02").is_ok());
    for offset in ["Z", "+00:00", "+01:00"] {
        assert!(DateTime::parse(&format!("2026-11-22 14:52:02{offset}")).is_err());
    }
}

#[test]
fn a_date_has_no_place_for_a_time_other_than_midnight() {
    assert!(Date::parse("2026-11-22 00:00:00").is_ok());
    for rest in [" ", "Z", " 00:00:01", " 00:00:00.1", " 00:00:00Z", " 00:00"] {
        assert!(Date::parse(&format!("2026-11-22{rest}")).is_err(), "{rest}");
    }
}

#[test]
fn a_time_stands_alone() {
    assert!(Time::parse("14:52:02.5").is_ok());
    for text in [
        "14:52",
        "14:52:02Z",
        "24:00:00",
        "4:52:02",
        "14:52:02 ",
        "14-52-02",
    ] {
        assert!(Time::parse(text).is_err(), "{text}");
    }
}

#[cfg(feature = "chrono")]
mod against_chrono {
    use super::{near_misses, timestamp};
    use crate::value::tests::timestamps;
    use ::chrono::{DateTime, Utc};
    use proptest::prelude::*;

    /// The format that `rusqlite` writes.
    const FORMAT: &str = "%F %T%.f%:z";

    fn theirs(text: &str) -> Option<String> {
        let instant = DateTime::parse_from_str(text, FORMAT).ok()?;
        Some(instant.with_timezone(&Utc).format(FORMAT).to_string())
    }

    proptest! {
        #[test]
        fn the_text_is_the_same(value in timestamps()) {
            let instant = DateTime::from_timestamp(value.unix_seconds(), value.nano());
            let text = instant.map(|instant| instant.format(FORMAT).to_string());
            prop_assert_eq!(text, Some(value.to_string()));
        }

        #[test]
        fn the_instant_is_the_same(
            value in timestamps(),
            digits in "(\\.[0-9]{1,9})?",
            offset in "[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]",
        ) {
            let second = value.to_string();
            let text = format!("{}{digits}{offset}", &second[..19]);
            let ours = timestamp(&text);
            let edge = text.starts_with("0000-01-01") || text.starts_with("9999-12-31");
            prop_assert!(ours == theirs(&text) || (edge && ours.is_none()), "{}", text);
        }

        #[test]
        fn what_both_read_is_the_same(text in near_misses()) {
            if let (Some(ours), Some(theirs)) = (timestamp(&text), theirs(&text)) {
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
