//! Mappings whose table and columns have hostile names.

use orm::prelude::*;
use orm::{Error, Result};

use super::tokens::{self, Kind};
use crate::recorder;

/// Declares a record with hostile names, and does with it what can be done with a record.
macro_rules! named {
    ($($test:ident: $table:literal, $column:literal;)*) => {$(
        #[test]
        fn $test() -> Result<()> {
            #[derive(Debug, Clone, PartialEq, ActiveRecord)]
            #[orm(table = $table, index(value, name = $column))]
            struct Named {
                #[orm(primary_key)]
                id: i64,
                #[orm(column = $column, unique)]
                value: String,
                #[orm(references(Named))]
                parent: Option<i64>,
            }

            let (db, log) = recorder::recorded(&orm::schema![])?;
            db.create_tables(orm::schema![Named])?;
            let mut one = Named { id: 0, value: $table.into(), parent: None };
            let mut rows = [Named { id: 0, value: $column.into(), parent: Some(1) }];
            one.save(&db)?;
            if $table != $column {
                Named::insert_many(&db, &mut rows)?;
            }
            one.value.push('!');
            one.save(&db)?;
            Named::update_many(&db, &mut [one.clone()], Named::VALUE)?;
            Named::inserting(&mut [one.clone()]).on_conflict(Named::ID).update(Named::VALUE).run(&db)?;
            one.reload(&db)?;
            assert_eq!(Named::find_many(&db, [1])?, [one.clone()]);

            let parent = Named::alias("parent");
            let mine = Named::query().filter(Named::VALUE.eq(&one.value)).order_by(Named::VALUE);
            let again = mine.clone().limit(1).subquery().union(mine.clone());
            assert_eq!(again.all(&db)?, [one.clone()]);
            let joined = Named::query().join(Named::ID.on(parent.column(Named::ID)));
            let joined = joined.filter(parent.column(Named::VALUE).eq(&one.value));
            let groups = joined.group_by(Named::ID).select((Named::VALUE, Named::VALUE.max()));
            assert_eq!(groups.all(&db)?, [(one.value.clone(), Some(one.value.clone()))]);
            assert_eq!(mine.keyset(&db, 1)?.items, [one.clone()]);
            assert_eq!(mine.clone().use_index($column).count(&db)?, 1);
            assert_eq!(Named::query().order_by_name($column, Named::VALUE)?.first(&db)?.is_some(), true);
            assert_eq!(mine.update(&db, Named::VALUE.set("again"))?, 1);
            let taken = Named { id: 0, value: "again".into(), parent: None }.insert(&db);
            let named = matches!(&taken, Err(Error::UniqueViolation { table, columns, .. })
                if table == $table && columns == &[$column]);
            assert!(named, "{taken:?}");
            one.delete(&db).or_else(|error| match error {
                Error::ForeignKeyViolation { .. } => Ok(()),
                other => Err(other),
            })?;
            for statement in log.take() {
                assert_eq!(tokens::count(&statement, Kind::Open), 0, "{statement}");
                assert_eq!(tokens::count(&statement, Kind::Comment), 0, "{statement}");
                assert_eq!(tokens::count(&statement, Kind::Text), 0, "{statement}");
            }
            let tables = db.query("SELECT name FROM sqlite_master WHERE type = 'table'", &[])?;
            assert_eq!(tables, [[$table.into()]]);
            Ok(())
        }
    )*};
}

named! {
    a_quote: "it's", "o'clock";
    two_quotes: "'' OR ''=''", "''";
    a_double_quote: "a\"b", "\"";
    doubled_double_quotes: "\"\"", "a\"\"b";
    a_backtick: "`", "a`b";
    brackets: "[", "]";
    a_closed_bracket: "[a]", "[id]";
    typographic_quotes: "“”", "«»";
    a_comment: "/*", "*/";
    a_comment_to_the_end: "--", "-- a";
    a_semicolon: "a; DROP TABLE b", ";";
    an_injection: "x\"; DROP TABLE \"x", "y\" = '' OR 1=1 --";
    placeholders: "?", "?1";
    named_placeholders: ":name", "@name";
    dollars: "$1", "$$";
    templates: "{0}", "{}";
    a_dot: "a.b", ".";
    spaces: " ", "  a ";
    lines: "a\nb", "\t";
    keywords: "select", "from";
    a_function: "count(*)", "max(id)";
    wildcards: "%", "_";
    a_backslash: "\\", "\\\"";
    directions: "\u{200f}a", "\u{61c}";
    a_byte_order_mark: "\u{feff}", "\u{200b}";
    emoji: "😀", "👩‍👩‍👧";
    capitals: "NOTES", "Id2";
    an_alias_of_its_own: "rows", "orm_qualified";
    excluded: "excluded", "rowid2";
    a_comma: "a, b", ",";
}
