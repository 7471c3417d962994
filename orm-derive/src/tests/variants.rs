//! Golden expansions, sizes and refusals of enums whose variants are rows.

use insta::assert_snapshot;

use super::{errors, expand, size::lines};
use crate::derive::active_record;

#[test]
fn single_table() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(table = "vehicles", tag = "kind")]
        pub enum Vehicle {
            Car {
                #[orm(primary_key)]
                id: i64,
                #[orm(length = 80)]
                name: String,
                doors: i32,
            },
            #[orm(rename = "lorry")]
            Truck {
                id: i64,
                name: String,
                load: f64,
                #[orm(skip, default = 7)]
                wheels: u8,
            },
        }
        "#
    ));
}

#[test]
fn joined_tables() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(table = "vehicles", tag = "kind", joined, index(kind, name), unique(doors, seats))]
        pub enum Vehicle {
            #[orm(table = "cars")]
            Car {
                #[orm(primary_key)]
                id: i64,
                name: String,
                doors: i32,
                #[orm(check = "seats > 0")]
                seats: i32,
            },
            Truck {
                id: i64,
                name: String,
                #[orm(references(Owner))]
                owner: i64,
            },
            Bus {
                id: i64,
                name: String,
                seats: i32,
            },
        }
        "#
    ));
}

#[test]
fn generated_composite_key() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", strict)]
        enum Event {
            UserLoggedIn {
                #[orm(primary_key(uuid_v7))]
                id: Uuid,
                #[orm(primary_key)]
                r#for: i64,
                #[orm(json)]
                details: Details,
                #[orm(readonly, db_default = "CURRENT_TIMESTAMP")]
                at: Option<String>,
            },
            Quiet { id: Uuid, r#for: i64 },
        }
        "#
    ));
}

#[test]
fn two_variants_of_four_fields_take_at_most_a_hundred_and_forty_five_lines() {
    let lines = lines(
        active_record,
        r#"
        #[orm(table = "vehicles", tag = "kind")]
        pub enum Vehicle {
            Car {
                #[orm(primary_key)]
                id: i64,
                #[orm(length = 80)]
                name: String,
                price: i64,
                doors: i32,
            },
            Truck { id: i64, name: String, price: i64, load: f64 },
        }
        "#,
    );
    assert!(lines <= 145, "{lines} lines");
}

#[test]
fn a_joined_variant_takes_at_most_thirty_lines_more() {
    let count = |joined: &str| {
        let item = format!(
            r#"
            #[orm(table = "vehicles", tag = "kind" {joined})]
            pub enum Vehicle {{
                Car {{ #[orm(primary_key)] id: i64, name: String, doors: i32 }},
                Truck {{ id: i64, name: String, load: f64 }},
            }}
            "#
        );
        lines(active_record, &item)
    };
    let more = count(", joined") - count("");
    assert!(more <= 2 * 30, "{more} lines");
}

/// What is wrong with an enum that has a tag, without the help.
fn wrong(attributes: &str, variants: &str) -> Vec<String> {
    let item = format!(r#"#[orm(tag = "kind", {attributes})] enum Vehicle {{ {variants} }}"#);
    let errors = errors(active_record, &item);
    for error in &errors {
        assert!(error.contains("\nhelp: "), "{error}");
    }
    let first_line = |error: &String| error.lines().next().unwrap_or_default().to_owned();
    errors.iter().map(first_line).collect()
}

const CAR: &str = "Car { #[orm(primary_key)] id: i64, name: String, doors: i32 }";

#[test]
fn all_mistakes_come_at_once() {
    let variants = format!("{CAR}, Bus, Van(i64), #[orm(rename = \"car\")] Truck {{ name: i32 }}");
    assert_eq!(
        wrong("", &variants),
        [
            "`Bus` has no fields, and so no primary key",
            "a variant needs fields with names, which become columns",
            "`name` is one column, and of another type in `Car`",
            "`Truck` lacks `id`, which is part of the primary key",
            "`Car` is already stored as `car`",
        ]
    );
}

#[test]
fn a_version_is_in_all_variants() {
    let variants =
        "Car { #[orm(primary_key)] id: i64, #[orm(version)] version: i64 }, Bus { id: i64 }";
    assert_eq!(
        wrong("", variants),
        ["`Bus` lacks `version`, which is the version"]
    );
}

#[test]
fn an_enum_without_a_tag_has_no_other_mistake() {
    for item in [
        "enum Color { Red, Blue }",
        "enum Color { Red(i64) }",
        "#[orm(joined)] enum Color { Red { id: i32 }, Blue { id: i64 } }",
    ] {
        let errors = errors(active_record, item);
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert!(errors[0].contains("tag = \"kind\""), "{errors:#?}");
    }
}

#[test]
fn an_enum_needs_variants_and_a_key() {
    assert_eq!(
        wrong("", ""),
        ["`Vehicle` has no variant that could be stored"]
    );
    assert_eq!(
        wrong("", "Car { id: i64 }"),
        ["`Vehicle` has no primary key"]
    );
}

#[test]
fn what_holds_for_structs_holds_for_the_fields_of_all_variants() {
    let truck = "Truck { id: i64, name: String, #[orm(column = \"Doors\")] gates: i32 }";
    assert_eq!(
        wrong("unique(name, nobody)", &format!("{CAR}, {truck}")),
        [
            "column `Doors` already holds `doors`",
            "there is no field `nobody`"
        ]
    );
    assert_eq!(wrong("index(kind, doors)", CAR), [""; 0]);
    assert_eq!(
        wrong("without_rowid", CAR),
        ["a table without row ids cannot number its rows, and `id` is numbered"]
    );
}

#[test]
fn words_of_other_places_are_told_apart() {
    let item = |struct_word: &str, field_word: &str| {
        format!("#[orm({struct_word})] struct Car {{ #[orm(primary_key, {field_word})] id: i64 }}")
    };
    for item in [item("tag = \"kind\"", ""), item("", "joined")] {
        let errors = errors(active_record, &item);
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert!(
            errors[0].contains("is for an enum of records"),
            "{errors:#?}"
        );
    }
    let embedded =
        "Car { #[orm(primary_key)] id: i64, #[orm(embed, prefix = \"a_\")] engine: Engine }";
    assert_eq!(
        wrong("", embedded),
        ["a field of a variant is one column, and holds no embedded value"; 2]
    );
    let unknown = errors(
        active_record,
        "#[orm(tga = \"kind\")] enum Car { A { id: i64 } }",
    );
    assert!(unknown[0].contains("the enum has no attribute `tga`\nhelp: write one of `tag`, "));
}

#[test]
fn tables_of_joined_variants_differ() {
    let truck = "#[orm(table = \"VEHICLE_car\")] Truck { id: i64, name: String }";
    assert_eq!(
        wrong("joined", &format!("{CAR}, {truck}")),
        ["`VEHICLE_car` is already the table of `Car`"]
    );
    assert_eq!(
        wrong("", &format!("{CAR}, {truck}")),
        ["all variants are in the table of the enum"]
    );
}

#[test]
fn an_index_of_joined_tables_is_in_one() {
    let truck = "Truck { id: i64, name: String, load: f64 }";
    let variants = format!("{CAR}, {truck}");
    let index = |fields: &str| wrong(&format!("joined, index({fields})"), &variants);
    assert_eq!(index("name, kind"), [""; 0]);
    assert_eq!(index("id, doors"), [""; 0]);
    assert_eq!(
        index("doors, name"),
        ["`name` is in another table than the fields before it"]
    );
    assert_eq!(
        index("doors, load"),
        ["`load` is in another table than the fields before it"]
    );
}

#[test]
fn refused_enum() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(tag = "kind")]
        enum Vehicle {
            Car { #[orm(primary_key)] id: i64, #[orm(lenght = 120)] name: String },
            Truck { id: i64 },
        }
        "#
    ));
}
