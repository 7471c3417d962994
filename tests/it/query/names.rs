//! Tables and columns with names that SQL reads as something else.

use orm::prelude::*;
use orm::{Database, Error, Result};

/// Declares a table of each name, whose columns have such names too, and uses it in every way.
macro_rules! hostile_tables {
    ($($test:ident: $name:literal;)*) => {$(
        #[test]
        fn $test() -> Result<()> {
            #[derive(Debug, Clone, PartialEq, ActiveRecord)]
            #[orm(
                table = $name,
                unique(quoted, spaced),
                index(dotted, where = "1 = 1", name = "a \"partial\" one"),
            )]
            struct Record {
                #[orm(primary_key, column = "group")]
                id: i64,
                #[orm(column = $name, unique)]
                same: String,
                #[orm(column = "a\"c")]
                quoted: i64,
                #[orm(column = "with  spaces")]
                spaced: i64,
                #[orm(column = "b.c, d", index)]
                dotted: i64,
                #[orm(column = "ö", length = 3)]
                accented: String,
                #[orm(column = "?")]
                question: Option<i64>,
                #[orm(column = "'; --")]
                comment: bool,
            }

            let db = Database::open("sqlite::memory:")?;
            db.create_tables(orm::schema![Record])?;
            db.create_tables(orm::schema![Record])?;
            let record = |same: &str, quoted| Record {
                id: 0,
                same: same.into(),
                quoted,
                spaced: 2,
                dotted: 3,
                accented: "abc".into(),
                question: None,
                comment: true,
            };
            let mut records = [record("a", 1), record("b", 2)];
            let [one, two] = &mut records;
            one.save(&db)?;
            Record::insert_many(&db, std::slice::from_mut(two))?;
            one.question = Some(4);
            one.save(&db)?;
            one.save_only(&db, (Record::ACCENTED, Record::COMMENT))?;
            two.upsert(&db)?;
            assert_eq!(two.increment(&db, Record::DOTTED, 1)?, 4);
            two.reload(&db)?;
            assert_eq!(Record::find_many(&db, [one.id, two.id])?, records);

            let query = Record::query()
                .filter(Record::SAME.contains("a") & Record::QUOTED.is_in([1, 2]))
                .exclude(Record::QUESTION.eq(None))
                .order_by((Record::COMMENT, Record::SPACED.desc()));
            assert_eq!(query.one(&db)?, records[0]);
            assert_eq!(query.count(&db)?, 1);
            assert_eq!(query.clone().limit(1).update(&db, Record::DOTTED.set(Record::SPACED))?, 1);
            assert_eq!(query.limit(1).delete(&db)?, 1);
            records[1].delete(&db)?;
            assert_eq!(Record::count(&db)?, 0);
            assert_names_in_errors(&db, [record("a", 1), record("a", 2), record("b", 1)])
        }
    )*};
}

/// Three records, of which the second is like the first in one column and the third in two.
#[track_caller]
fn assert_names_in_errors<R: ActiveRecord>(db: &Database, records: [R; 3]) -> Result<()> {
    let name = R::TABLE.name;
    let [mut first, mut second, mut third] = records;
    first.insert(db)?;
    for (record, expected) in [
        (&mut second, &[name][..]),
        (&mut third, &["a\"c", "with  spaces"]),
    ] {
        match record.insert(db) {
            Err(Error::UniqueViolation { table, columns, .. }) => {
                assert_eq!(
                    (table.as_str(), columns),
                    (name, expected.iter().map(ToString::to_string).collect())
                );
            }
            other => panic!("{other:?}"),
        }
    }
    Ok(())
}

hostile_tables! {
    a_keyword: "select";
    another_keyword: "table";
    a_quote: "a\"b";
    only_quotes: "\"\"";
    an_apostrophe: "it's";
    a_space: "with space";
    a_dot: "a.b";
    a_comma: "a, b";
    an_umlaut: "ä";
    a_character_beyond_sixteen_bits: "𝄞";
    a_placeholder: "?1";
    a_named_placeholder: ":name";
    an_end: "x; DROP TABLE x";
    a_comment: "--";
    brackets: "[b]";
    a_backtick: "`";
    a_backslash: "\\";
    a_percent_sign: "%s";
    a_number: "1";
    a_newline: "a\nb";
    the_name_of_a_column: "rowid";
}
