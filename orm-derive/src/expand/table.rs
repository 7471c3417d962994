//! The description of a table, as the constant of its mapping.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

use super::columns::ty;
use super::{literal, relation, variants};
use crate::attr::{Number, Strategy};
use crate::model::{Body, Column, Field, Index, KeyStrategy, Record, Row, Storage, width};
use crate::sql::Statements;
use crate::symbol::{INDEX, PRIMARY_KEY, READONLY, STRICT, Symbol, UNIQUE, VERSION, WITHOUT_ROWID};

/// Only what the struct has; the rest is that of an empty table.
///
/// ```text
/// &__orm::Table {
///     name: "users",
///     columns: &[<i64 as __orm::ColumnType>::COLUMN.named("id").auto(), …],
///     key: &[0],
///     key_strategy: __orm::KeyStrategy::Auto,
///     returning: &["id"],
///     sql: __orm::StaticSql::Fixed(__orm::Statements { … }),
///     ..__orm::Table::EMPTY
/// }
/// ```
pub(super) fn table(record: &Record<'_>) -> TokenStream {
    let name = &record.table;
    let schema = given("schema", record.attrs.schema.as_ref());
    let columns = columns(&record.body, Some(record.key_strategy));
    let key = record.key().map(|(_, column)| &column.position);
    let key_strategy = Ident::new(record.key_strategy.variant(), Span::call_site());
    let version = record.version.as_ref();
    let version = version.map(|at| quote!(version: __orm::Some(#at),));
    let lists = lists(record);
    let flags = [STRICT, WITHOUT_ROWID]
        .into_iter()
        .filter(|flag| record.attrs.words.has(*flag));
    let flags = flags.map(|flag| Ident::new(flag.name, Span::call_site()));
    let comment = given("comment", record.comment);
    let inheritance = variants::inheritance(record);
    let sql = sql(record);
    quote! {
        &__orm::Table {
            name: #name,
            #schema
            columns: #columns,
            key: &[#(#key),*],
            key_strategy: __orm::KeyStrategy::#key_strategy,
            #version
            #lists
            #(#flags: true,)*
            #comment
            #inheritance
            sql: #sql,
            ..__orm::Table::EMPTY
        }
    }
}

/// A table that no database has: what a selection's rows are called, and their columns.
///
/// ```text
/// &__orm::Table {
///     name: "month",
///     columns: &[<String as __orm::ColumnType>::COLUMN.named("genre"), …],
///     ..__orm::Table::EMPTY
/// }
/// ```
pub(super) fn selection(row: &Row<'_>) -> TokenStream {
    let name = &row.table;
    let columns = columns(&row.body, None);
    quote! {
        &__orm::Table {
            name: #name,
            columns: #columns,
            ..__orm::Table::EMPTY
        }
    }
}

/// `field: __orm::Some("text"),` if the user gave a text.
fn given(field: &str, text: Option<&LitStr>) -> Option<TokenStream> {
    let field = Ident::new(field, Span::call_site());
    text.map(|text| quote!(#field: __orm::Some(#text),))
}

/// The parts of a table that are lists, those that are not empty.
fn lists(record: &Record<'_>) -> TokenStream {
    let returning: Vec<&String> = record.returning().map(|(_, column)| &column.name).collect();
    let indexes: Vec<TokenStream> = record.indexes.iter().map(index).collect();
    let checks = record.checks.iter();
    let checks: Vec<TokenStream> = checks
        .map(|sql| quote!(__orm::Check { sql: #sql }))
        .collect();
    let foreign_keys = relation::foreign_keys(record);
    let relations: Vec<TokenStream> = record.relations.iter().map(relation::description).collect();

    let mut lists = TokenStream::new();
    if !returning.is_empty() {
        lists.extend(quote!(returning: &[#(#returning),*],));
    }
    if !indexes.is_empty() {
        lists.extend(quote!(indexes: &[#(#indexes),*],));
    }
    if !checks.is_empty() {
        lists.extend(quote!(checks: &[#(#checks),*],));
    }
    if !foreign_keys.is_empty() {
        lists.extend(quote!(foreign_keys: &[#(#foreign_keys),*],));
    }
    if !relations.is_empty() {
        lists.extend(quote!(relations: &[#(#relations),*],));
    }
    lists
}

fn index(index: &Index<'_>) -> TokenStream {
    let Index {
        unique, columns, ..
    } = index;
    let name = option(index.name);
    let condition = option(index.condition);
    quote! {
        __orm::Index {
            name: #name,
            columns: &[#(#columns),*],
            unique: #unique,
            condition: #condition,
        }
    }
}

fn option(text: Option<&LitStr>) -> TokenStream {
    text.map_or_else(|| quote!(__orm::None), |text| quote!(__orm::Some(#text)))
}

/// All columns: a list, or, when embedded values are among them, several that the library joins.
pub(super) fn columns(body: &Body<'_>, key: Option<KeyStrategy>) -> TokenStream {
    if !body.has_embeds() {
        let columns = body
            .columns()
            .map(|(field, column)| definition(field, column, key));
        return quote!(&[#(#columns),*]);
    }
    let mut parts = Vec::new();
    let mut own = Vec::new();
    for field in &body.fields {
        match &field.storage {
            Storage::Column(column) => own.push(definition(field, column, key)),
            Storage::Embed(embed) => {
                parts.extend(part(&mut own));
                let columns = &embed.columns;
                parts.push(quote!(&#columns));
            }
            Storage::Relation(..) | Storage::Tracked | Storage::Skip => {}
        }
    }
    parts.extend(part(&mut own));
    let width = width();
    // If names clash, the compiler points at the last embedded value.
    let span = body
        .embeds()
        .last()
        .map_or_else(Span::call_site, |(_, embed)| embed.span);
    quote_spanned!(span=> &__orm::join::<#width>(&[#(#parts),*]))
}

/// The columns collected so far, as one part of the whole.
fn part(own: &mut Vec<TokenStream>) -> Option<TokenStream> {
    if own.is_empty() {
        return None;
    }
    let columns = own.drain(..);
    Some(quote!(&[#(#columns),*]))
}

/// One column: a plain one, and what differs from that.
///
/// ```text
/// <String as __orm::ColumnType>::COLUMN.named("name").unique().length(120)
/// ```
fn definition(field: &Field<'_>, column: &Column<'_>, key: Option<KeyStrategy>) -> TokenStream {
    let ty = ty(field, column);
    let name = &column.name;
    let keys = [(UNIQUE, "unique"), (INDEX, "indexed")];
    let keys = keys
        .into_iter()
        .filter_map(|(symbol, method)| flag(column, symbol, method));
    let limits = limits(column);
    let texts = texts(column);
    let optional = column.optional.then(|| quote!(.optional()));
    let rest = quote!(#optional #(#keys)* #limits #texts);
    match column.attrs.words.get(PRIMARY_KEY) {
        // For some types only: if it holds another, the compiler shall point at this word.
        Some(_) if let Some(Strategy::Generator(generator)) = &column.attrs.key => {
            quote_spanned!(generator.span()=> <#ty as __orm::ColumnType>::COLUMN.named(#name).identifier() #rest)
        }
        Some(word) if key == Some(KeyStrategy::Auto) => {
            quote_spanned!(word.span()=> <#ty as __orm::ColumnType>::COLUMN.named(#name).auto() #rest)
        }
        _ if let Some(word) = column.attrs.words.get(VERSION) => {
            quote_spanned!(word.span()=> <#ty as __orm::ColumnType>::COLUMN.named(#name).version() #rest)
        }
        _ => quote!(<#ty as __orm::ColumnType>::COLUMN.named(#name) #rest),
    }
}

fn limits(column: &Column<'_>) -> TokenStream {
    let length = column.attrs.length.map(|length| quote!(.length(#length)));
    let precision = column.attrs.precision.map(|precision| {
        let scale = column.attrs.scale.unwrap_or(Number {
            value: 0,
            span: precision.span,
        });
        quote!(.precision(#precision, #scale))
    });
    quote!(#length #precision)
}

fn texts(column: &Column<'_>) -> TokenStream {
    let attrs = column.attrs;
    let collation = call("collation", attrs.collate.as_ref());
    let check = call("check", attrs.check.as_ref());
    let default = call("default", attrs.db_default.as_ref());
    let generated = call("generated", attrs.generated.as_ref());
    let readonly = flag(column, READONLY, "readonly");
    let comment = call("comment", attrs.comment.as_ref());
    let sql_type = call("sql_type", attrs.sql_type.as_ref());
    quote!(#collation #check #default #generated #readonly #comment #sql_type)
}

/// `.method("text")` if the user gave a text.
fn call(method: &str, text: Option<&LitStr>) -> Option<TokenStream> {
    let method = Ident::new(method, Span::call_site());
    text.map(|text| quote!(.#method(#text)))
}

/// `.method()` if the user wrote the word.
fn flag(column: &Column<'_>, symbol: Symbol, method: &str) -> Option<TokenStream> {
    let method = Ident::new(method, Span::call_site());
    column.has(symbol).then(|| quote!(.#method()))
}

/// Text where the derive sees all columns, else the cell of [`built_sql`].
fn sql(record: &Record<'_>) -> TokenStream {
    if record.body.has_embeds() {
        return quote!(__orm::StaticSql::Built(&__SQL));
    }
    let statements = Statements::new(record);
    let find = literal::sql(&statements.find);
    let insert = literal::sql(&statements.insert);
    let update = literal::sql(&statements.update);
    let delete = literal::sql(&statements.delete);
    let inserted = record.inserted().map(|column| &column.position);
    let updated = record.updated().map(|column| &column.position);
    quote! {
        __orm::StaticSql::Fixed(__orm::Statements {
            find: #find,
            insert: #insert,
            update: #update,
            delete: #delete,
            inserted: &[#(#inserted),*],
            updated: &[#(#updated),*],
        })
    }
}

/// The cell for statements that are put together on first use.
pub(super) fn built_sql(record: &Record<'_>) -> Option<TokenStream> {
    record.body.has_embeds().then(|| {
        quote!(
            static __SQL: __orm::OnceLock<__orm::Statements> = __orm::OnceLock::new();
        )
    })
}
