//! What is refused, and in which words. How the compiler shows it is tested in the facade's `tests/ui`.

use super::{Derive, errors};
use crate::derive::{active_record, embedded, from_row, value};

/// What is wrong with an item, without the help.
fn wrong(derive: Derive, item: &str) -> Vec<String> {
    let errors = errors(derive, item);
    let first_line = |error: &String| error.lines().next().unwrap_or_default().to_owned();
    errors.iter().map(first_line).collect()
}

/// What is wrong with a field beside a key.
fn wrong_field(field: &str) -> Vec<String> {
    wrong(
        active_record,
        &format!("struct User {{ #[orm(primary_key)] id: i64, {field} }}"),
    )
}

/// What is wrong with attributes of a struct that is otherwise right.
fn wrong_struct(attributes: &str) -> Vec<String> {
    let fields = "{ #[orm(primary_key)] id: i64, name: String, #[orm(skip)] cache: i32 }";
    wrong(active_record, &format!("{attributes} struct User {fields}"))
}

#[test]
fn every_error_says_what_to_write() {
    let errors = errors(
        active_record,
        r#"
        #[orm(tabel = "users", strict = 1, unique(nobody))]
        struct User {
            #[orm(primary_key(uuid), readonly, length)]
            id: i64,
            #[orm(skip, column = "name")]
            name: String,
        }
        "#,
    );
    assert_eq!(errors.len(), 7, "{errors:#?}");
    for error in errors {
        assert!(error.contains("\nhelp: "), "{error}");
    }
}

#[test]
fn unknown_words_list_the_known_ones_nearest_first() {
    let errors = errors(active_record, "struct User { #[orm(primary_kye)] id: i64 }");
    assert_eq!(
        errors.len(),
        1,
        "a misspelled key is not also a missing one: {errors:#?}"
    );
    assert!(
        errors[0].starts_with(
            "a field has no attribute `primary_kye`\nhelp: write one of `primary_key`, "
        )
    );
}

#[test]
fn reading_goes_on_after_a_mistake() {
    let found = wrong_field(
        r#"#[orm(length = "long", colum = "n", 5, scale = 2 unique, index)] name: String"#,
    );
    assert_eq!(
        found,
        [
            "`length` takes a whole number",
            "a field has no attribute `colum`",
            "expected a word",
            "expected a comma",
            "`scale` is how many of the digits follow the point, and their number is not said",
        ]
    );
}

#[test]
fn values_are_of_the_right_kind() {
    assert_eq!(
        wrong_struct("#[orm(table = users)]"),
        ["`table` takes text"]
    );
    assert_eq!(
        wrong_struct("#[orm(table)]"),
        ["`table` says nothing by itself"]
    );
    assert_eq!(
        wrong_struct("#[orm(table =)]"),
        ["`table` says nothing by itself"]
    );
    assert_eq!(
        wrong_struct("#[orm(strict(yes))]"),
        ["`strict` takes no value here"]
    );
    assert_eq!(
        wrong_field("#[orm(length = -1)] a: i32"),
        ["`length` takes a whole number"]
    );
    assert_eq!(
        wrong_field("#[orm(length = 5u8)] a: i32"),
        ["`length` cannot be `5u8`"]
    );
    assert_eq!(
        wrong_field("#[orm(default)] a: i32"),
        ["`default` says nothing by itself"]
    );
    assert_eq!(
        wrong_field("#[orm(references)] a: i32"),
        ["`references` says nothing by itself"]
    );
}

#[test]
fn names_can_be_names() {
    assert_eq!(wrong_struct(r#"#[orm(table = "")]"#), ["`table` is empty"]);
    assert_eq!(
        wrong_struct(r#"#[orm(schema = "a\0")]"#),
        ["`schema` contains a NUL character, which no database takes"]
    );
    assert_eq!(
        wrong_field(r#"#[orm(column = "")] a: i32"#),
        ["`column` is empty"]
    );
    assert_eq!(
        wrong_struct(r#"#[orm(index(id, name = ""))]"#),
        ["`name` is empty"]
    );
}

#[test]
fn a_word_is_written_once_but_for_lists() {
    assert_eq!(
        wrong_struct("#[orm(strict)] #[orm(strict)]"),
        ["`strict` is written twice"]
    );
    assert_eq!(
        wrong_struct(r#"#[orm(index(id, name = "a", name = "b"))]"#),
        ["`name` is written twice"]
    );
    assert!(wrong_struct(r#"#[orm(index(id), index(name), check = "a", check = "b")]"#).is_empty());
}

#[test]
fn words_belong_to_their_place() {
    assert_eq!(
        wrong_struct("#[orm(length = 3)]"),
        ["`length` belongs to a field, not to the struct"]
    );
    assert_eq!(
        wrong_field("#[orm(without_rowid)] a: i32"),
        ["`without_rowid` belongs to the struct, not to a field"]
    );
    assert_eq!(
        wrong(
            embedded,
            "struct Address { #[orm(references(City))] city: i64 }"
        ),
        ["`references` is for a struct with a table of its own, which an embedded value has not"]
    );
    assert_eq!(
        wrong(value, "#[orm(unique)] struct Email(String);"),
        ["`unique` is for the columns that hold this type, and not for the type"]
    );
}

#[test]
fn keys_are_made_in_one_way() {
    let auto_beside =
        "struct A { #[orm(primary_key(auto))] a: i64, #[orm(primary_key(auto))] b: i64 }";
    assert_eq!(
        wrong(active_record, auto_beside),
        ["the database numbers only keys of one column"; 2]
    );
    assert_eq!(
        wrong(active_record, "struct A { #[orm(primary_key())] a: i64 }"),
        ["the list of `primary_key` is empty"]
    );
    assert_eq!(
        wrong(
            active_record,
            "struct A { #[orm(primary_key = auto)] a: i64 }"
        ),
        ["`primary_key` takes a list in parentheses"]
    );
    let numbered = "#[orm(without_rowid)] struct A { #[orm(primary_key)] a: i64 }";
    assert_eq!(
        wrong(active_record, numbered),
        ["a table without row ids cannot number its rows, and `a` is numbered"]
    );
    let composite =
        "#[orm(without_rowid)] struct A { #[orm(primary_key)] a: i64, #[orm(primary_key)] b: i64 }";
    assert!(wrong(active_record, composite).is_empty());
}

#[test]
fn a_key_is_stored_in_a_column_of_its_own() {
    let reason = |word: &str| format!("struct A {{ #[orm(primary_key, {word})] a: i64, b: i64 }}");
    let found = |word| wrong(active_record, &reason(word)).concat();
    assert!(found("skip").starts_with("`primary_key` and `skip` contradict each other"));
    assert!(found("embed").starts_with("`primary_key` and `embed` contradict each other"));
    assert!(found("json").starts_with("`json` and `primary_key` contradict each other"));
    assert!(found("readonly").starts_with("`readonly` and `primary_key` contradict each other"));
}

#[test]
fn contradictions_are_found_one_by_one() {
    assert_eq!(
        wrong_field(r#"#[orm(skip, unique, column = "a")] a: i32"#).len(),
        2
    );
    assert_eq!(
        wrong_field(r#"#[orm(embed, json, prefix = "a")] a: A"#).len(),
        1
    );
    let generated = r#"#[orm(generated = "1", db_default = "2", default = 3, readonly)] a: i32"#;
    assert_eq!(wrong_field(generated).len(), 3);
}

#[test]
fn columns_and_constants_do_not_meet() {
    assert_eq!(
        wrong_field("ab: i32, AB: i32"),
        ["column `AB` already holds `ab`"]
    );
    assert_eq!(
        wrong_field("a_b: i32, aB: i32"),
        ["`aB` and `a_b` would share the constant `A_B`"]
    );
    assert!(wrong_field("a_b: i32, #[orm(skip)] aB: i32").is_empty());
}

#[test]
fn indexes_name_columns() {
    assert_eq!(
        wrong_struct("#[orm(unique())]"),
        ["the list of `unique` is empty"]
    );
    assert_eq!(
        wrong_struct("#[orm(unique)]"),
        ["`unique` says nothing by itself"]
    );
    assert_eq!(
        wrong_struct("#[orm(unique(id, ide))]"),
        ["there is no field `ide`"]
    );
    assert_eq!(
        wrong_struct("#[orm(index(id, id))]"),
        ["`id` is already in this list"]
    );
    assert_eq!(
        wrong_struct("#[orm(index(cache))]"),
        ["`cache` is not stored in a column of its own"]
    );
    assert_eq!(
        wrong_struct(r#"#[orm(index(id, "name"))]"#),
        ["expected the name of a field"]
    );
}

#[test]
fn rows_have_nothing_that_a_table_has() {
    let words = [
        "primary_key",
        "unique",
        "index",
        "references(Album)",
        "embed",
        "skip",
        "default = 1",
        "readonly",
        "length = 3",
    ];
    for word in words {
        let name = word.split(['(', ' ']).next().unwrap_or_default();
        assert_eq!(
            wrong(from_row, &format!("struct A {{ #[orm({word})] a: i64 }}")),
            [format!(
                "`{name}` is for a struct with a table of its own, which a row of a selection has not"
            )]
        );
    }
    assert_eq!(
        wrong(
            from_row,
            "#[orm(strict, tabel = \"a\")] struct A { a: i64 }"
        ),
        [
            "`strict` is for a struct with a table of its own, which a row of a selection has not",
            "the struct has no attribute `tabel`",
        ]
    );
}

#[test]
fn expressions_are_selected_from_something() {
    assert_eq!(
        wrong(
            from_row,
            "struct A { #[orm(expr = B::C)] a: i64, #[orm(expr = 1)] b: i64 }"
        ),
        ["`expr` says what is selected, and the struct does not say from what"; 2]
    );
    assert_eq!(
        wrong(
            from_row,
            "#[orm(from)] struct A { #[orm(expr = B::C)] a: i64 }"
        ),
        ["`from` says nothing by itself"]
    );
    assert_eq!(
        wrong(
            from_row,
            "#[orm(from = \"b\")] struct A { #[orm(expr = B::C)] a: i64 }"
        ),
        ["`from` takes a type"]
    );
    assert_eq!(
        wrong(
            from_row,
            "#[orm(from = B)] struct A { #[orm(expr)] a: i64 }"
        ),
        ["`expr` says nothing by itself"]
    );
    assert_eq!(
        wrong(from_row, "struct A { #[orm(from = B)] a: i64 }"),
        ["`from` belongs to the struct, not to a field"]
    );
}

#[test]
fn fields_of_a_row_are_told_apart() {
    assert_eq!(
        wrong(from_row, "struct A { ab: i32, AB: i32 }"),
        ["column `AB` already holds `ab`"]
    );
    assert_eq!(
        wrong(from_row, "struct A { a_b: i32, aB: i32 }"),
        ["`aB` and `a_b` would share the constant `A_B`"]
    );
}

#[test]
fn rows_are_structs_with_named_fields() {
    assert_eq!(
        wrong(from_row, "struct A(i32);"),
        ["`FromRow` needs fields with names, which become columns"]
    );
    assert_eq!(
        wrong(from_row, "struct A;"),
        ["`FromRow` needs fields, which become columns"]
    );
    assert_eq!(
        wrong(from_row, "struct A {}"),
        ["`A` has no field that a row could be read into"]
    );
    assert_eq!(
        wrong(from_row, "enum A { B }"),
        ["`FromRow` is for structs: an enum is one value"]
    );
    assert_eq!(
        wrong(from_row, "union A { b: i32 }"),
        ["a union does not say which of its fields is there"]
    );
    let generics =
        "a stored type has no parameters: its columns are fixed when the program is compiled";
    assert_eq!(wrong(from_row, "struct A<T> { a: T }"), [generics]);
    assert_eq!(wrong(from_row, "struct A<'a> { a: &'a str }"), [generics]);
}

#[test]
fn structs_have_named_fields() {
    let needs_names = "`Embedded` needs fields with names, which become columns";
    assert_eq!(wrong(embedded, "struct A(i32);"), [needs_names]);
    assert_eq!(
        wrong(embedded, "struct A;"),
        ["`Embedded` needs fields, which become columns"]
    );
    assert_eq!(
        wrong(embedded, "struct A {}"),
        ["`A` has no field that is stored"]
    );
    assert_eq!(
        wrong(embedded, "enum A { B }"),
        ["`Embedded` is for structs: an enum is one value"]
    );
}

#[test]
fn a_struct_without_fields_is_one_mistake() {
    assert_eq!(
        wrong(active_record, "struct A {}"),
        ["`A` has no field that is stored"]
    );
    assert_eq!(
        wrong(active_record, "#[orm(unique(a))] struct A(i64);").len(),
        1
    );
}

#[test]
fn enums_are_stored_by_name_or_by_number() {
    assert_eq!(
        wrong(value, "#[orm(rename_all = \"lowercase\")] enum A { B, b }"),
        ["`B` is already stored as `b`"]
    );
    assert_eq!(
        wrong(value, "#[orm(integer)] enum A { B = 1, C, D }"),
        [
            "`C` has no number to be stored as",
            "`D` has no number to be stored as"
        ]
    );
    assert_eq!(
        wrong(value, "enum A { B {}, C(i32) }"),
        [
            "`B` holds data, and only the variant is stored",
            "`C` holds data, and only the variant is stored",
        ]
    );
    let named_number = r#"#[orm(integer, rename_all = "lowercase")] enum A { B = 1 }"#;
    assert_eq!(
        wrong(value, named_number),
        [
            "`rename_all` and `integer` contradict each other: the variants are stored as numbers, and have no names"
        ]
    );
}

#[test]
fn a_value_holds_one_thing() {
    assert_eq!(
        wrong(value, "struct A(i32, i32);"),
        ["a value is stored in one column, and `A` has 2 fields"]
    );
    assert_eq!(
        wrong(value, "enum A {}"),
        ["`A` has no variant that could be stored"]
    );
    assert_eq!(
        wrong(value, "struct A<T>(T);"),
        ["a stored type has no parameters: its columns are fixed when the program is compiled"]
    );
}
