//! Messages about the grammar of `#[orm(…)]`.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Ident, LitInt, LitStr, Path};

use super::spelling::{distance, nearest_first};
use super::{at, at_span, variants};
use crate::name::RENAME_RULES;
use crate::place::{Pattern, Place, StructKind};
use crate::symbol::{
    ASSIGNED, AUTO, CONSTRUCT, DEPENDENT, EMBED, GENERATORS, GETTER, INDEX, INDEX_OVER, JOINED,
    PREFIX, RELATIONS, REMOTE, SETTER, Symbol, TAG, UNIQUE, UNIQUE_TOGETHER,
};

pub(crate) fn not_a_list(path: &Path) -> syn::Error {
    at(path, "`orm` says nothing by itself", "write `#[orm(…)]`")
}

pub(crate) fn not_a_word(span: Span, place: Place) -> syn::Error {
    at_span(
        span,
        "expected a word",
        format!("write {}", known(place, "")),
    )
}

/// A word that is not known here: it belongs elsewhere, or nowhere.
pub(crate) fn unknown_word(word: &Ident, place: Place) -> syn::Error {
    if let Some(home) = place.counterpart()
        && let Some(symbol) = home.symbol(word)
    {
        let (here, there) = (place.name(), home.name());
        return at(
            word,
            format_args!("`{word}` belongs to {there}, not to {here}"),
            format_args!("write `#[orm({})]` above {there}", symbol.usage),
        );
    }
    if let Some(error) = foreign_word(word, place) {
        return error;
    }
    let written = word.to_string();
    at(
        word,
        format_args!("{} has no attribute `{word}`", place.name()),
        format_args!("write {}", known(place, &written)),
    )
}

/// A word that only makes sense for another derive.
fn foreign_word(word: &Ident, place: Place) -> Option<syn::Error> {
    if let Some(error) = word_of_variants(word, place) {
        return Some(error);
    }
    let remove = format!("remove `{word}`");
    if let Place::Newtype | Place::NewtypeField = place
        && Place::Enum.symbol(word).is_some()
    {
        let what = format!("`{word}` is for enums, and a newtype is stored as the value in it");
        return Some(at(word, what, remove));
    }
    if let Place::Targets | Place::Target | Place::TargetField = place {
        return None;
    }
    let column = Place::Field(StructKind::Record(Pattern::ActiveRecord)).symbol(word);
    let table = Place::Struct(StructKind::Record(Pattern::ActiveRecord)).symbol(word);
    match (place, column.or(table)?) {
        (Place::Struct(kind) | Place::Field(kind), _) => {
            let what = format!(
                "`{word}` is for a struct with a table of its own, which {} has not",
                kind.name()
            );
            Some(at(word, what, remove))
        }
        (_, symbol) if column.is_some() => {
            let what =
                format!("`{word}` is for the columns that hold this type, and not for the type");
            let help = format!(
                "write `#[orm({})]` above the fields of this type",
                symbol.usage
            );
            Some(at(word, what, help))
        }
        _ => None,
    }
}

/// A word that is only for enums of records, or for all but them.
fn word_of_variants(word: &Ident, place: Place) -> Option<syn::Error> {
    let is = |symbol: Symbol| *word == symbol.name;
    match place {
        Place::Field(StructKind::Variants(_)) if is(EMBED) || is(PREFIX) => {
            Some(variants::embedded_in_variant(word))
        }
        Place::Field(StructKind::Variants(_)) if RELATIONS.into_iter().any(is) => {
            Some(variants::relation_in_variant(word))
        }
        Place::Struct(StructKind::Variants(_)) | Place::Field(StructKind::Variants(_))
            if [REMOTE, CONSTRUCT, GETTER, SETTER].into_iter().any(is) =>
        {
            Some(variants::word_of_struct(word))
        }
        _ if is(TAG) || is(JOINED) => Some(variants::word_of_enum(word)),
        _ => None,
    }
}

/// The words known in a place, the nearest to what was written first.
fn known(place: Place, written: &str) -> String {
    let symbols = place.symbols().iter();
    let offered = symbols.filter(|symbol| place.offers(**symbol));
    let names: Vec<&str> = offered.map(|symbol| symbol.name).collect();
    match names.as_slice() {
        [] => "no attribute".to_owned(),
        [name] => format!("`{name}`"),
        names => format!("one of {}", nearest_first(written, names.iter().copied())),
    }
}

pub(crate) fn duplicate(word: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{word}` is written twice"),
        "remove one of the two",
    )
}

pub(crate) fn comma_expected(span: Span) -> syn::Error {
    at_span(span, "expected a comma", "write a comma between two words")
}

pub(crate) fn no_argument(span: Span, symbol: Symbol) -> syn::Error {
    let what = format!("`{}` takes no value here", symbol.name);
    let alone = format!("write `{}` alone", symbol.usage);
    let over_several = match symbol {
        UNIQUE => UNIQUE_TOGETHER,
        INDEX => INDEX_OVER,
        _ => return at_span(span, what, alone),
    };
    let help = format!(
        "{alone}, or `#[orm({})]` above the struct",
        over_several.usage
    );
    at_span(span, what, help)
}

pub(crate) fn argument_missing(word: &Ident, symbol: Symbol) -> syn::Error {
    at(
        word,
        format_args!("`{word}` says nothing by itself"),
        write(symbol),
    )
}

pub(crate) fn not_a_value(span: Span, symbol: Symbol) -> syn::Error {
    at_span(
        span,
        format_args!("`{}` takes a value after `=`", symbol.name),
        write(symbol),
    )
}

pub(crate) fn list_expected(span: Span, symbol: Symbol) -> syn::Error {
    at_span(
        span,
        format_args!("`{}` takes a list in parentheses", symbol.name),
        write(symbol),
    )
}

pub(crate) fn empty_list(span: Span, symbol: Symbol) -> syn::Error {
    at_span(
        span,
        format_args!("the list of `{}` is empty", symbol.name),
        write(symbol),
    )
}

pub(crate) fn wrong_kind(value: impl ToTokens, kind: &str, symbol: Symbol) -> syn::Error {
    at(
        value,
        format_args!("`{}` takes {kind}", symbol.name),
        write(symbol),
    )
}

pub(crate) fn type_expected(span: Span, symbol: Symbol) -> syn::Error {
    at_span(
        span,
        format_args!("`{}` takes a type", symbol.name),
        write(symbol),
    )
}

pub(crate) fn empty(text: &LitStr, symbol: Symbol) -> syn::Error {
    at(
        text,
        format_args!("`{}` is empty", symbol.name),
        write(symbol),
    )
}

pub(crate) fn nul(text: &LitStr, symbol: Symbol) -> syn::Error {
    at(
        text,
        format_args!(
            "`{}` contains a NUL character, which no database takes",
            symbol.name
        ),
        "remove `\\0`",
    )
}

pub(crate) fn number_too_large(number: &LitInt, symbol: Symbol) -> syn::Error {
    at(
        number,
        format_args!("`{}` cannot be `{number}`", symbol.name),
        write(symbol),
    )
}

pub(crate) fn unknown_rename_rule(text: &LitStr) -> syn::Error {
    let written = text.value();
    let known = nearest_first(&written, RENAME_RULES.iter().map(|(name, _)| *name));
    at(
        text,
        format_args!("there is no way of writing names called `{written}`"),
        format_args!("write one of {known}"),
    )
}

pub(crate) fn not_a_path(text: &LitStr, symbol: Symbol) -> syn::Error {
    let (what, usage) = match symbol {
        REMOTE => ("type", r#"remote = "domain::Order""#),
        _ => ("crate", r#"crate = "::my::orm""#),
    };
    at(
        text,
        format_args!("`{}` is not the path of a {what}", text.value()),
        format_args!("write the path by which the {what} is reached, as in `{usage}`"),
    )
}

pub(crate) fn unknown_strategy(word: &Ident) -> syn::Error {
    let all = [AUTO, ASSIGNED, "with = path::to::function"]
        .into_iter()
        .chain(GENERATORS);
    let known = nearest_first(&word.to_string(), all);
    at(
        word,
        format_args!("there is no key strategy `{word}`"),
        format_args!("write one of {known}"),
    )
}

pub(crate) fn one_strategy(span: Span) -> syn::Error {
    at_span(
        span,
        "a key column has one strategy",
        "write only the first",
    )
}

pub(crate) fn generator_expected(with: &Ident) -> syn::Error {
    at(
        with,
        "`with` takes the path of a function that makes a key",
        "write `primary_key(with = path::to::function)`",
    )
}

pub(crate) fn unknown_option(word: &Ident, known: &[Symbol]) -> syn::Error {
    at(
        word,
        format_args!("there is no option `{word}` here"),
        format_args!("write {}", usages(&word.to_string(), known)),
    )
}

pub(crate) fn option_expected(span: Span, known: &[Symbol]) -> syn::Error {
    at_span(
        span,
        "expected an option",
        format_args!("write {}", usages("", known)),
    )
}

/// How options are written, the one nearest to what was written first.
fn usages(written: &str, known: &[Symbol]) -> String {
    let mut known = known.to_vec();
    known.sort_by_cached_key(|option| distance(written, option.name));
    let usages: Vec<String> = known
        .iter()
        .map(|option| format!("`{}`", option.usage))
        .collect();
    usages.join(" or ")
}

/// A word that stands for none of the rules of an option.
pub(crate) fn unknown_rule(word: &Ident, option: Symbol, known: &[(&str, &str)]) -> syn::Error {
    let known = nearest_first(&word.to_string(), known.iter().map(|(name, _)| *name));
    let what = if option == DEPENDENT {
        "nothing that becomes of dependent records"
    } else {
        "nothing that a database does with a reference"
    };
    at(
        word,
        format_args!("`{word}` is {what}"),
        format_args!("write one of {known}"),
    )
}

pub(crate) fn word_expected(span: Span, symbol: Symbol) -> syn::Error {
    at_span(
        span,
        format_args!("`{}` takes a word", symbol.name),
        write(symbol),
    )
}

pub(crate) fn function_expected(span: Span, symbol: Symbol) -> syn::Error {
    at_span(
        span,
        format_args!("`{}` takes the path of a function", symbol.name),
        write(symbol),
    )
}

pub(crate) fn not_a_field(span: Span, symbol: Symbol) -> syn::Error {
    at_span(span, "expected the name of a field", write(symbol))
}

fn write(symbol: Symbol) -> String {
    format!("write `{}`", symbol.usage)
}
