//! Mistakes of the user's: each is one error, at the token that is wrong, with what to write instead.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}
