//! Tuples.

use proc_macro2::TokenStream;
use quote::quote;

/// The longest tuple that the library's traits are implemented for.
const LONGEST: usize = 12;

/// One thing as it is, several as a tuple.
pub(super) fn one_or_tuple(things: impl Iterator<Item = TokenStream>) -> TokenStream {
    let things: Vec<TokenStream> = things.collect();
    match things.as_slice() {
        [one] => one.clone(),
        several => quote!((#(#several),*)),
    }
}

/// A tuple even of one thing; of too many, a tuple of tuples.
///
/// ```text
/// (i64,)
/// (i64, String)
/// ((i64, String, …), (f64,))
/// ```
pub(super) fn grouped(things: &[TokenStream]) -> TokenStream {
    match things {
        [one] => quote!((#one,)),
        few if few.len() <= LONGEST => quote!((#(#few),*)),
        many => {
            let groups: Vec<TokenStream> = many.chunks(LONGEST).map(grouped).collect();
            grouped(&groups)
        }
    }
}
