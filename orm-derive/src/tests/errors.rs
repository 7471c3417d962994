//! What is refused, and in which words. How the compiler shows it is tested in the facade's `tests/ui`.

use super::{Derive, errors};
use crate::derive::{active_record, embedded, from_row, mapper, polymorphic, value};
use crate::symbol::{FUNCTIONS, TRACKED_FUNCTIONS};

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
fn a_row_has_one_version_that_the_library_writes() {
    assert_eq!(
        wrong_field("#[orm(version)] a: i32, #[orm(version)] b: i32"),
        ["a row has one version, and `a` is it"]
    );
    for word in ["readonly", "json", "generated = \"1\"", "primary_key"] {
        let name = word.split(' ').next().unwrap_or_default();
        assert_eq!(
            wrong_field(&format!("#[orm(version, {word})] a: i32")),
            [format!(
                "`{name}` and `version` contradict each other: \
                 the library writes a version with every change of its row"
            )]
        );
    }
    assert_eq!(
        wrong_field("#[orm(skip, version)] a: i32"),
        ["`version` and `skip` contradict each other: a skipped field is not stored"]
    );
}

#[test]
fn only_aggregates_own_children() {
    assert_eq!(
        wrong_field("#[orm(owned)] lines: Vec<Line>"),
        ["an Active Record saves itself alone, and its children are records too"]
    );
    let of_mapper = |field: &str| {
        wrong(
            mapper,
            &format!("struct Order {{ #[orm(primary_key)] id: i64, {field} }}"),
        )
    };
    assert!(of_mapper("#[orm(owned(key = order_id, order = place))] lines: Vec<Line>").is_empty());
    assert_eq!(
        of_mapper("#[orm(owned(by = sku, order = place))] lines: Vec<Line>"),
        ["`order` and `by` contradict each other: a map has no order"]
    );
    assert_eq!(
        of_mapper("#[orm(owned(dependent = cascade), column = \"a\")] lines: Vec<Line>"),
        [
            "there is no option `dependent` here",
            "`column` and `owned` contradict each other: the field is one relation, and no column"
        ]
    );
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

/// What is wrong with a relation of a struct with some columns and another relation.
fn wrong_relation(relation: &str) -> Vec<String> {
    let columns = "#[orm(primary_key)] id: i64, artist_id: i64, #[orm(skip)] cache: i32, \
                   #[orm(json)] tags: Tags, #[orm(references(Label))] label_id: i64, \
                   #[orm(has_many)] tracks: HasMany<Track>";
    wrong(
        active_record,
        &format!("struct Album {{ {columns}, {relation} }}"),
    )
}

#[test]
fn a_relation_is_no_column() {
    assert_eq!(
        wrong_relation("#[orm(belongs_to, unique, column = \"a\")] artist: BelongsTo<Artist>"),
        ["unique", "column"].map(|word| format!(
            "`{word}` and `belongs_to` contradict each other: the field is one relation, and no column"
        ))
    );
    assert_eq!(
        wrong_relation("#[orm(has_one, has_many)] artist: HasOne<Artist>"),
        [
            "`has_many` and `has_one` contradict each other: the field is one relation, and no column"
        ]
    );
    assert_eq!(
        wrong_relation("#[orm(has_one, skip)] artist: HasOne<Artist>"),
        ["`has_one` and `skip` contradict each other: a skipped field is not stored"]
    );
    assert_eq!(
        wrong(
            active_record,
            "#[orm(index(a))] struct B { #[orm(primary_key)] id: i64, #[orm(has_many)] a: HasMany<A> }"
        ),
        ["`a` is a relation, and no column"]
    );
    assert_eq!(
        wrong(active_record, "struct B { #[orm(has_many)] a: HasMany<A> }"),
        ["`B` has no field that is stored"]
    );
}

#[test]
fn relations_are_of_records() {
    assert_eq!(
        wrong(embedded, "struct A { #[orm(has_many)] b: HasMany<B> }"),
        ["`has_many` is for a struct with a table of its own, which an embedded value has not"]
    );
    assert_eq!(
        wrong(from_row, "#[orm(strict_loading)] struct A { b: i64 }"),
        [
            "`strict_loading` is for a struct with a table of its own, which a row of a selection has not"
        ]
    );
    assert_eq!(
        wrong_struct("#[orm(belongs_to)]"),
        ["`belongs_to` belongs to a field, not to the struct"]
    );
    assert_eq!(
        wrong_struct("#[orm(strict_loading = true)]"),
        ["`strict_loading` takes no value here"]
    );
}

#[test]
fn options_of_a_relation_are_known_ones() {
    let known = errors(
        active_record,
        "struct A { #[orm(primary_key)] id: i64, #[orm(has_many(dependant = cascade))] b: HasMany<B> }",
    );
    assert_eq!(
        known,
        [
            "there is no option `dependant` here\nhelp: write `dependent = cascade` or `key = artist_id` \
             or `references = code` or `scope = path::to::function` or `as = subject` or `through = albums` \
             or `source = tracks`"
        ]
    );
    assert_eq!(
        wrong_relation("#[orm(belongs_to(dependent = cascade, key = a, key = b))] artist: A"),
        [
            "there is no option `dependent` here",
            "`key` is written twice"
        ]
    );
    assert_eq!(
        wrong_relation("#[orm(belongs_to())] artist: A"),
        ["the list of `belongs_to` is empty"]
    );
    assert_eq!(
        wrong_relation("#[orm(has_many = tracks)] artist: A"),
        ["`has_many` takes a list in parentheses"]
    );
    assert_eq!(
        wrong_relation("#[orm(has_many(5))] artist: A"),
        ["expected an option"]
    );
}

#[test]
fn options_of_a_relation_have_their_shapes() {
    let found = |option: &str| {
        let word = if option.starts_with(['d', 's', 't', 'k']) {
            "has_many"
        } else {
            "belongs_to"
        };
        wrong_relation(&format!("#[orm({word}({option}))] artist: A<B>")).concat()
    };
    assert_eq!(found("key"), "`key` says nothing by itself");
    assert_eq!(found("key(a)"), "`key` takes a value after `=`");
    assert_eq!(found("key = \"a\""), "expected the name of a field");
    assert_eq!(found("key = ()"), "the list of `key` is empty");
    assert_eq!(found("key = (a, 5)"), "expected the name of a field");
    assert_eq!(found("key = (a b)"), "expected a comma");
    assert_eq!(found("through = 5"), "expected the name of a field");
    assert_eq!(found("scope = 5"), "`scope` takes the path of a function");
    assert_eq!(found("dependent = 5"), "`dependent` takes a word");
    assert_eq!(
        found("dependent = delete"),
        "`delete` is nothing that becomes of dependent records"
    );
    assert_eq!(
        found("on_delete = protect"),
        "`protect` is nothing that a database does with a reference"
    );
    assert_eq!(
        found("unconstrained = true"),
        "`unconstrained` takes no value here"
    );
    assert_eq!(
        wrong_relation("#[orm(many_to_many(through = \"a\"))] artist: A<B>"),
        ["`through` takes a type"]
    );
    assert_eq!(
        wrong_relation("#[orm(many_to_many(table = a))] artist: A<B>"),
        ["`table` takes text"]
    );
}

#[test]
fn references_have_options() {
    let found = |options: &str| {
        wrong_field(&format!("#[orm(references(Label, {options}))] a: i64")).concat()
    };
    assert_eq!(found("column"), "`column` says nothing by itself");
    assert_eq!(found("column = \"code\""), "expected the name of a field");
    assert_eq!(
        found("deferrable = true"),
        "`deferrable` takes no value here"
    );
    assert_eq!(
        found("on_delete = cascade, on_delete = restrict"),
        "`on_delete` is written twice"
    );
    assert_eq!(
        found("on_remove = cascade"),
        "there is no option `on_remove` here"
    );
}

#[test]
fn the_key_of_a_relation_is_a_column() {
    let key = |key: &str| wrong_relation(&format!("#[orm(belongs_to(key = {key}))] b: C<D>"));
    assert_eq!(
        errors(
            active_record,
            "struct A { #[orm(primary_key)] id: i64, #[orm(belongs_to)] r#type: B<C> }"
        ),
        [
            "`r#type` has no field that holds its key\nhelp: add `type_id: …`, or write \
             `#[orm(belongs_to(key = …))]`"
        ]
    );
    assert_eq!(key("nobody"), ["there is no field `nobody`"]);
    assert_eq!(
        key("cache"),
        ["`cache` is not stored in a column of its own"]
    );
    assert_eq!(
        key("tags"),
        ["`tags` is stored as a document, and no row is found by one"]
    );
    assert_eq!(key("tracks"), ["`tracks` is a relation, and no column"]);
    assert_eq!(
        key("(artist_id, artist_id)"),
        ["`artist_id` is already in this list"]
    );
    assert_eq!(
        wrong_relation("#[orm(has_many(key = anything, references = nobody))] b: C<D>"),
        ["there is no field `nobody`"]
    );
}

#[test]
fn both_ends_of_a_key_have_as_many_fields() {
    assert_eq!(
        wrong_relation("#[orm(belongs_to(references = (a, b)))] artist: B<A>"),
        ["`references` names 2 fields, and `key` 1"]
    );
    assert_eq!(
        wrong_relation("#[orm(has_one(key = (a, b), references = id))] artist: B<A>"),
        ["`references` names 1 field, and `key` 2"]
    );
    assert_eq!(
        wrong_relation("#[orm(has_one(references = id))] artist: B<A>"),
        ["`references` says nothing without `key`"]
    );
}

#[test]
fn a_foreign_key_is_said_in_one_place() {
    assert_eq!(
        wrong_relation("#[orm(belongs_to(on_delete = cascade, touch = at))] label: B<Label>"),
        ["`label_id` has `references(…)` of its own, which is the foreign key"]
    );
    assert!(wrong_relation("#[orm(belongs_to(touch = at))] label: B<Label>").is_empty());
    assert_eq!(
        wrong_relation("#[orm(belongs_to(unconstrained, deferrable))] artist: B<A>"),
        ["`deferrable` and `unconstrained` contradict each other: the database has no foreign key"]
    );
}

#[test]
fn ways_lead_over_relations() {
    let through = |options: &str| {
        wrong_relation(&format!("#[orm(has_many(through = {options}))] b: C<D>")).concat()
    };
    assert!(through("tracks, source = lines, scope = f").is_empty());
    assert_eq!(through("b"), "`b` leads through itself");
    assert_eq!(
        through("artist_id"),
        "there is no relation `artist_id` in this struct"
    );
    assert_eq!(
        through("trakcs"),
        "there is no relation `trakcs` in this struct"
    );
    assert_eq!(
        through("tracks, dependent = cascade"),
        "`dependent` and `through` contradict each other: the relations on the way say it"
    );
    assert_eq!(
        through("tracks, key = a, references = id").lines().count(),
        1
    );
    assert_eq!(
        wrong_relation("#[orm(has_many(source = a))] b: C<D>"),
        ["`source` says nothing without `through`"]
    );
    let alone = errors(
        active_record,
        "struct A { #[orm(primary_key)] id: i64, #[orm(has_many(through = c))] b: C<D> }",
    );
    assert!(alone[0].ends_with("help: add a relation that leads to the rows in between"));
}

#[test]
fn pairs_are_stored_somewhere() {
    let pairs = |options: &str| {
        wrong_relation(&format!("#[orm(many_to_many{options})] b: ManyToMany<D>")).concat()
    };
    assert_eq!(
        pairs(""),
        "`many_to_many` does not say where the pairs are stored"
    );
    assert_eq!(
        pairs("(scope = f)"),
        "`many_to_many` does not say where the pairs are stored"
    );
    assert_eq!(
        pairs("(through = E, table = \"e\")"),
        "`table` and `through` contradict each other: the pairs are stored in one place"
    );
    assert_eq!(
        pairs("(table = \"e\", inverse = e)"),
        "`inverse` and `table` contradict each other: the pairs are stored in one place"
    );
    assert_eq!(
        pairs("(through = E, key = a)"),
        "`key` says nothing without `target_key`"
    );
    assert_eq!(
        pairs("(through = E, target_key = a)"),
        "`target_key` says nothing without `key`"
    );
    assert_eq!(
        pairs("(inverse = a, key = b)"),
        "`key` is said by the relation that `inverse` names"
    );
}

#[test]
fn join_tables_have_two_columns() {
    let join = |options: &str, ty: &str| {
        let field = format!("#[orm(many_to_many(table = \"t\", {options}))] b: {ty}");
        wrong_relation(&field).concat()
    };
    assert_eq!(
        join("", "ManyToMany<Album>"),
        "both columns of the join table would be `album_id`"
    );
    assert_eq!(
        join("", "ManyToMany<Self>"),
        "both columns of the join table would be `album_id`"
    );
    assert_eq!(
        join("key = d_id", "ManyToMany<D>"),
        "both columns of the join table would be `d_id`"
    );
    assert_eq!(
        join("", "Tracks"),
        "the type of the field does not show what the other column of the join table is called"
    );
    assert_eq!(
        join("key = (a, b)", "ManyToMany<D>"),
        "`key` is one column of the join table"
    );
    assert!(join("target_key = friend", "ManyToMany<Album>").is_empty());
    assert!(join("target_key = track", "Tracks").is_empty());
}

#[test]
fn members_of_relations_do_not_meet() {
    assert_eq!(
        wrong_relation("#[orm(has_many)] tracks_query: HasMany<T>"),
        ["`tracks_query` and the query of `tracks` would share the method `tracks_query`"]
    );
    assert_eq!(
        wrong_relation("#[orm(has_many)] Tracks: HasMany<T>"),
        ["`Tracks` and `tracks` would share the constant `TRACKS`"]
    );
    assert!(wrong_relation("tracks_query: i64").is_empty());
}

#[test]
fn a_relation_hides_no_function_of_the_record() {
    assert_eq!(
        wrong_relation("#[orm(has_many)] delete: HasMany<B>, #[orm(has_many)] r#value: HasMany<B>"),
        [
            "every record has a function `delete`, which the method of this relation would hide",
            "every record has a function `r#value`, which the method of this relation would hide",
        ]
    );
}

#[test]
fn the_functions_of_a_record_are_known() {
    let traits = [
        include_str!("../../../orm-core/src/record.rs"),
        include_str!("../../../orm-core/src/mapping.rs"),
    ];
    let lines = traits.iter().flat_map(|source| source.lines());
    for line in lines.filter_map(|line| line.strip_prefix("    fn ")) {
        let name: &str = line.split(['(', '<']).next().unwrap_or_default();
        assert!(FUNCTIONS.contains(&name), "{name}");
    }
    let tracked = include_str!("../../../orm-core/src/record/tracked.rs");
    for line in tracked
        .lines()
        .filter_map(|line| line.strip_prefix("    fn "))
    {
        let name: &str = line.split(['(', '<']).next().unwrap_or_default();
        assert!(TRACKED_FUNCTIONS.contains(&name), "{name}");
    }
}

#[test]
fn only_a_tracked_record_has_the_functions_of_one() {
    let changes = "#[orm(has_many)] changes: HasMany<Change>";
    assert!(wrong_field(changes).is_empty());
    assert_eq!(
        wrong_field(&format!("{changes}, #[orm(tracked)] record: Record<Self>")),
        ["every record has a function `changes`, which the method of this relation would hide"]
    );
}

#[test]
fn a_tracked_field_has_no_column() {
    assert_eq!(
        wrong_field("#[orm(tracked, column = \"r\", default = x())] record: Record<Self>"),
        [
            "`column` and `tracked` contradict each other: the field remembers what was loaded, and has no column",
            "`default` and `tracked` contradict each other: the field remembers what was loaded, and has no column",
        ]
    );
    for other in ["skip", "embed"] {
        let field = format!("#[orm(tracked, {other})] record: Record<Self>");
        assert_eq!(wrong_field(&field).len(), 1, "{other}");
    }
}

#[test]
fn polymorphic_relations_have_a_tag_and_a_key() {
    assert_eq!(
        wrong_relation("#[orm(belongs_to_any)] subject: BelongsToAny<S>"),
        [
            "`subject` has no field that holds its key",
            "`subject` has no field that says to which table it leads",
        ]
    );
    assert_eq!(
        wrong_relation("#[orm(belongs_to_any(tag = kind, key = (a, b)))] subject: BelongsToAny<S>"),
        [
            "there is no field `a`",
            "there is no field `b`",
            "there is no field `kind`"
        ]
    );
    assert_eq!(
        wrong_relation("#[orm(has_many(as = subject, key = a, references = id))] b: HasMany<B>"),
        [
            "`key` and `as` contradict each other: the relation at the other end says which fields hold the key",
            "`references` and `as` contradict each other: the relation at the other end says which fields hold \
             the key",
        ]
    );
    assert_eq!(
        wrong_relation(
            "s_type: String, s_id: i64, #[orm(belongs_to_any)] s: BelongsToAny<S>, \
             #[orm(has_many(through = s))] b: HasMany<B>"
        ),
        ["`s` leads to rows of several tables, which have no relation in common"]
    );
}

#[test]
fn polymorphic_enums_hold_one_entity_in_each_variant() {
    let wrong = |item| wrong(polymorphic, item);
    let no_enum = "`Polymorphic` is for enums, whose variants are what a reference can lead to";
    assert_eq!(wrong("struct S { a: A }"), [no_enum]);
    assert_eq!(wrong("union S { a: A }"), [no_enum]);
    assert_eq!(
        wrong("enum S {}"),
        ["`S` has no variant that a reference could lead to"]
    );
    assert_eq!(
        wrong("enum S { A, B(B, B), C { c: C }, D() }"),
        [
            "`A` holds no entity that a reference could lead to",
            "`B` holds 2 fields, and not one entity",
            "`C` has fields with names, and holds no entity alone",
            "`D` holds 0 fields, and not one entity",
        ]
    );
    assert_eq!(
        wrong("enum S<T> { A(T) }"),
        ["a stored type has no parameters: its columns are fixed when the program is compiled"]
    );
    assert_eq!(
        wrong(r#"enum S { A(A), #[orm(rename = "a")] B(B) }"#),
        ["`A` is already stored as `a`"]
    );
    assert_eq!(
        wrong("enum S { A(A), B(A) }"),
        ["`A` already holds entities of this type"]
    );
    assert_eq!(
        wrong(r#"#[orm(rename = "a", integer)] enum S { #[orm(column = "b")] A(#[orm(skip)] A) }"#),
        [
            "`rename` belongs to a variant, not to the enum",
            "the enum has no attribute `integer`",
            "the entity of a variant has no attribute `skip`",
            "a variant has no attribute `column`",
        ]
    );
}

#[test]
fn types_of_other_crates_are_described_for_a_mapper() {
    let key = "#[orm(primary_key)] id: i64";
    assert_eq!(
        wrong(
            active_record,
            &format!(r#"#[orm(remote = "a::B")] struct S {{ {key}, #[orm(setter = a)] b: i64 }}"#)
        ),
        [
            "an Active Record saves itself, so it is a type of your own, and not one of another crate"
        ]
    );
    assert_eq!(
        wrong(
            mapper,
            &format!("struct S {{ {key}, #[orm(getter = a, setter = b)] c: i64 }}")
        ),
        ["getter", "setter"].map(|word| format!(
            "`{word}` is for types of other crates: of your own, the field itself is used"
        ))
    );
    assert_eq!(
        wrong(
            mapper,
            r#"#[orm(remote = "a b", construct = "c")] struct S { #[orm(primary_key, getter = 1)] id: i64 }"#
        ),
        [
            "`a b` is not the path of a type",
            "`construct` takes the path of a function",
            "`getter` takes the path of a function",
            "`id` is made when a row is inserted, and nothing puts it into the entity",
        ]
    );
    assert_eq!(
        wrong(
            mapper,
            r#"#[orm(remote = "a::B")] struct S { #[orm(primary_key(assigned), getter = c)] id: i64 }"#
        ),
        ["a field with a getter is private, and the entity cannot be built by naming it"]
    );
    assert_eq!(
        wrong(
            mapper,
            &format!(
                r#"#[orm(remote = "a::B", construct = c)] struct S {{
                    {key}, #[orm(embed, setter = d)] e: E, #[orm(skip, getter = f)] g: G,
                    #[orm(has_many)] h: HasMany<H>
                }}"#
            )
        ),
        [
            "`getter` and `skip` contradict each other: a skipped field is not stored",
            "`setter` and `embed` contradict each other: an embedded value is stored in columns that its own \
             struct describes",
            "`skip` and `construct` contradict each other: a constructor is called with what is stored in the row",
            "`has_many` and `construct` contradict each other: a constructor is called with what is stored in the row",
        ]
    );
    assert_eq!(
        wrong(
            mapper,
            r#"#[orm(tag = "kind", remote = "a::B")] enum S { A { #[orm(primary_key)] id: i64 } }"#
        ),
        ["`remote` is for structs: the variants of an enum are matched and built by name"]
    );
}
