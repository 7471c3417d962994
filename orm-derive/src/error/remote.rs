//! Messages about types of other crates, and about constructors.

use syn::Ident;

use super::at;

pub(crate) fn remote_record(word: &Ident) -> syn::Error {
    at(
        word,
        "an Active Record saves itself, so it is a type of your own, and not one of another crate",
        "derive `Mapper`, which writes a type that stores the other one",
    )
}

pub(crate) fn function_of_your_own(word: &Ident) -> syn::Error {
    at(
        word,
        format_args!(
            "`{word}` is for types of other crates: of your own, the field itself is used"
        ),
        format_args!(
            "remove `{word}`, or name the other type with `#[orm(remote = \"…\")]` above the struct"
        ),
    )
}

pub(crate) fn getter_without_construct(word: &Ident) -> syn::Error {
    at(
        word,
        "a field with a getter is private, and the entity cannot be built by naming it",
        "write `#[orm(construct = path::to::function)]` above the struct: it is called with all values",
    )
}

pub(crate) fn made_key_without_setter(word: &Ident, key: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{key}` is made when a row is inserted, and nothing puts it into the entity"),
        "write `setter = path::to::function` beside it, or `primary_key(assigned)`",
    )
}
