//! `table`, `rename_all` and `column`.

use orm::Result;
use orm::prelude::*;

use super::{database, ddl};

/// Declares a record with the columns renamed by each word, and stores one.
macro_rules! renamed {
    ($($test:ident: $word:literal, $id:literal, $name:literal;)*) => {$(
        #[test]
        fn $test() -> Result<()> {
            #[derive(Debug, PartialEq, ActiveRecord)]
            #[orm(table = "people", rename_all = $word)]
            struct Someone {
                #[orm(primary_key)]
                person_id: i64,
                full_name2: String,
                #[orm(column = "aGe")]
                age: i64,
            }

            let names: Vec<_> = Someone::TABLE.columns.iter().map(|column| column.name).collect();
            assert_eq!(names, [$id, $name, "aGe"]);
            let db = database(&orm::schema![Someone])?;
            let mut person = Someone { person_id: 0, full_name2: "Ada".into(), age: 36 };
            person.save(&db)?;
            assert_eq!(Someone::get(&db, 1)?, person);
            let rows = db.query("SELECT name FROM pragma_table_info('people')", &[])?;
            assert_eq!(rows, [[$id.into()], [$name.into()], ["aGe".into()]]);
            Ok(())
        }
    )*};
}

renamed! {
    lowercase: "lowercase", "person_id", "full_name2";
    uppercase: "UPPERCASE", "PERSON_ID", "FULL_NAME2";
    pascal_case: "PascalCase", "PersonId", "FullName2";
    camel_case: "camelCase", "personId", "fullName2";
    snake_case: "snake_case", "person_id", "full_name2";
    screaming_snake_case: "SCREAMING_SNAKE_CASE", "PERSON_ID", "FULL_NAME2";
    kebab_case: "kebab-case", "person-id", "full-name2";
    screaming_kebab_case: "SCREAMING-KEBAB-CASE", "PERSON-ID", "FULL-NAME2";
}

#[test]
fn a_table_is_named_after_the_struct_and_never_made_plural() -> Result<()> {
    #[derive(ActiveRecord)]
    struct PlaylistTrack {
        #[orm(primary_key)]
        id: i64,
    }

    #[derive(ActiveRecord)]
    struct HTTPRequest {
        #[orm(primary_key)]
        id: i64,
    }

    assert_eq!(PlaylistTrack::TABLE.name, "playlist_track");
    assert_eq!(HTTPRequest::TABLE.name, "http_request");
    assert_eq!(
        ddl(&orm::schema![PlaylistTrack])?,
        [
            "CREATE TABLE IF NOT EXISTS \"playlist_track\" (\n  \"id\" INTEGER NOT NULL PRIMARY KEY\n)"
        ]
    );
    Ok(())
}

#[test]
fn constants_are_columns_that_know_their_place() {
    #[derive(ActiveRecord)]
    #[orm(table = "people", rename_all = "PascalCase")]
    struct Person {
        #[orm(primary_key)]
        id: i64,
        #[orm(skip)]
        _cache: i64,
        full_name: String,
    }

    assert_eq!(Person::FULL_NAME.position(), 1);
    assert_eq!(Person::FULL_NAME.def().name, "FullName");
    assert_eq!(format!("{:?}", Person::ID), "people.Id");
}

#[test]
fn two_structs_may_map_one_table() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "people")]
    struct Person {
        #[orm(primary_key)]
        id: i64,
        name: String,
        born: i64,
    }

    #[derive(Debug, PartialEq, ActiveRecord)]
    #[orm(table = "people")]
    struct Name {
        #[orm(primary_key)]
        id: i64,
        name: String,
    }

    let db = database(&orm::schema![Person, Name])?;
    let mut ada = Person {
        id: 0,
        name: "Ada".into(),
        born: 1815,
    };
    ada.save(&db)?;
    let mut name = Name::get(&db, ada.id)?;
    name.name = "Ada Lovelace".into();
    name.save(&db)?;
    ada.reload(&db)?;
    assert_eq!((ada.name.as_str(), ada.born), ("Ada Lovelace", 1815));
    Ok(())
}
