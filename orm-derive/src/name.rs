//! Names: of tables, columns and constants, and the words of `rename_all`.

use heck::{
    ToKebabCase, ToLowerCamelCase, ToPascalCase, ToShoutyKebabCase, ToShoutySnakeCase, ToSnakeCase,
};
use quote::{ToTokens as _, format_ident};
use syn::ext::IdentExt as _;
use syn::{Ident, LitStr, Path};

/// How `rename_all` writes the names of fields and variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RenameRule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

/// The words of `rename_all`: those of serde.
pub(crate) const RENAME_RULES: [(&str, RenameRule); 8] = [
    ("lowercase", RenameRule::Lower),
    ("UPPERCASE", RenameRule::Upper),
    ("PascalCase", RenameRule::Pascal),
    ("camelCase", RenameRule::Camel),
    ("snake_case", RenameRule::Snake),
    ("SCREAMING_SNAKE_CASE", RenameRule::ScreamingSnake),
    ("kebab-case", RenameRule::Kebab),
    ("SCREAMING-KEBAB-CASE", RenameRule::ScreamingKebab),
];

impl RenameRule {
    fn apply(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => name.to_pascal_case(),
            Self::Camel => name.to_lower_camel_case(),
            Self::Snake => name.to_snake_case(),
            Self::ScreamingSnake => name.to_shouty_snake_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::ScreamingKebab => name.to_shouty_kebab_case(),
        }
    }
}

/// What a field or variant is called in the database.
pub(crate) fn stored(ident: &Ident, own: Option<&LitStr>, rule: Option<RenameRule>) -> String {
    if let Some(own) = own {
        return own.value();
    }
    let name = ident.unraw().to_string();
    match rule {
        Some(rule) => or_as_written(rule.apply(&name), name),
        None => name,
    }
}

/// The name of a struct's table where the user gives none.
pub(crate) fn table(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    or_as_written(name.to_snake_case(), name)
}

/// The type that stores a struct.
pub(crate) fn mapper(ident: &Ident) -> Ident {
    format_ident!("{}Mapper", ident.unraw(), span = ident.span())
}

/// A path as a person writes it.
pub(crate) fn written(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// The associated constant of a field.
pub(crate) fn constant(field: &Ident) -> String {
    let name = field.unraw().to_string();
    let shouted = name.to_shouty_snake_case();
    if shouted.starts_with(|first: char| !first.is_ascii_digit()) {
        shouted
    } else {
        // `_1` and `__` lose the underscores that make them identifiers.
        name.to_uppercase()
    }
}

/// The name of a field as local variables are written. Fields whose constants differ have different ones.
pub(crate) fn snake(field: &Ident) -> String {
    field.unraw().to_string().to_snake_case()
}

/// A name made of nothing but underscores has no words to write in another case.
fn or_as_written(renamed: String, name: String) -> String {
    if renamed.is_empty() { name } else { renamed }
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::{RENAME_RULES, constant, stored, table};

    #[test]
    fn fields_and_variants_are_renamed_as_serde_does() {
        let renamed = |ident: &str| {
            let ident = parse_str(ident).expect("an identifier");
            RENAME_RULES.map(|(_, rule)| stored(&ident, None, Some(rule)))
        };
        assert_eq!(
            renamed("first_name"),
            [
                "first_name",
                "FIRST_NAME",
                "FirstName",
                "firstName",
                "first_name",
                "FIRST_NAME",
                "first-name",
                "FIRST-NAME",
            ]
        );
        assert_eq!(
            renamed("InReview"),
            [
                "inreview",
                "INREVIEW",
                "InReview",
                "inReview",
                "in_review",
                "IN_REVIEW",
                "in-review",
                "IN-REVIEW",
            ]
        );
    }

    #[test]
    fn every_identifier_has_a_constant() {
        let constants = ["r#type", "firstName", "_1", "__", "größe"]
            .map(|ident| constant(&parse_str(ident).expect("an identifier")));
        assert_eq!(constants, ["TYPE", "FIRST_NAME", "_1", "__", "GRÖSSE"]);
    }

    #[test]
    fn every_struct_has_a_table() {
        let tables = ["LineItem", "r#Type", "__"]
            .map(|ident| table(&parse_str(ident).expect("an identifier")));
        assert_eq!(tables, ["line_item", "type", "__"]);
    }
}
