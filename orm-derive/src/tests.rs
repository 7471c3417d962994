//! Whole derives, from the user's item to the expansion.

mod errors;
mod expansions;
mod readme;
mod size;
mod variants;

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// The stages of a derive, without the compiler around them.
type Derive = fn(&DeriveInput) -> TokenStream;

/// What a derive writes for an item, formatted.
fn expand(derive: Derive, item: &str) -> String {
    let input = syn::parse_str(item).expect("the test's item is Rust");
    let file = syn::parse2(derive(&input)).expect("the expansion is Rust");
    prettyplease::unparse(&file)
}

/// The messages of a derive that refuses an item.
fn errors(derive: Derive, item: &str) -> Vec<String> {
    let input = syn::parse_str(item).expect("the test's item is Rust");
    let file: syn::File = syn::parse2(derive(&input)).expect("the expansion is Rust");
    file.items.iter().filter_map(message).collect()
}

/// The text of a `compile_error!`.
fn message(item: &syn::Item) -> Option<String> {
    let syn::Item::Macro(item) = item else {
        return None;
    };
    let text: syn::LitStr = item.mac.parse_body().expect("an error has a text");
    Some(text.value())
}
