//! Keys that the program makes: `uuid_v4`, `uuid_v7`, `ulid` and generators of the user's.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::prelude::*;
use orm::{Error, Result};
use ulid::Ulid;
use uuid::{Uuid, Version};

use super::database;

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
struct Random {
    #[orm(primary_key(uuid_v4))]
    id: Uuid,
    #[orm(unique)]
    text: String,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
struct Sorted {
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    number: i64,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
struct Lexical {
    #[orm(primary_key(ulid))]
    id: Ulid,
    number: i64,
}

#[test]
fn uuid_v4_makes_random_keys() -> Result<()> {
    let db = database(&orm::schema![Random])?;
    let mut ids = HashSet::new();
    for number in 0..100 {
        let mut record = Random {
            id: Uuid::nil(),
            text: number.to_string(),
        };
        record.insert(&db)?;
        assert_eq!(record.id.get_version(), Some(Version::Random));
        assert_eq!(Random::get(&db, record.id)?, record);
        ids.insert(record.id);
    }
    assert_eq!(ids.len(), 100);
    Ok(())
}

#[test]
fn uuid_v7_makes_keys_that_sort_as_they_were_made() -> Result<()> {
    let db = database(&orm::schema![Sorted])?;
    let mut records: Vec<_> = (0..5_000)
        .map(|number| Sorted {
            id: Uuid::nil(),
            number,
        })
        .collect();
    Sorted::insert_many(&db, &mut records)?;
    let version = records[0].id.get_version();
    assert_eq!(version, Some(Version::SortRand));
    let by_key = Sorted::query().order_by(Sorted::ID).all(&db)?;
    assert_eq!(by_key, records);
    Ok(())
}

#[test]
fn ulid_makes_keys_that_sort_as_they_were_made() -> Result<()> {
    let db = database(&orm::schema![Lexical])?;
    let mut records: Vec<_> = (0..5_000)
        .map(|number| Lexical {
            id: Ulid::nil(),
            number,
        })
        .collect();
    Lexical::insert_many(&db, &mut records)?;
    let by_key = Lexical::query().order_by(Lexical::ID).all(&db)?;
    assert!(
        by_key == records,
        "the keys do not sort in the order in which they were made"
    );
    assert_eq!(Lexical::get(&db, records[7].id)?, records[7]);
    Ok(())
}

#[test]
fn a_uuid_is_stored_as_sixteen_bytes() -> Result<()> {
    let db = database(&orm::schema![Random])?;
    let id = Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
    Random {
        id,
        text: "a".into(),
    }
    .insert(&db)?;
    let rows = db.query("SELECT typeof(id), hex(id) FROM random", &[])?;
    assert_eq!(
        rows,
        [["blob".into(), "00112233445566778899AABBCCDDEEFF".into()]]
    );
    Ok(())
}

#[test]
fn a_failed_insert_gives_the_generated_key_up() -> Result<()> {
    let db = database(&orm::schema![Random])?;
    let record = || Random {
        id: Uuid::nil(),
        text: "alike".into(),
    };
    record().insert(&db)?;
    let mut second = record();
    assert!(matches!(
        second.insert(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(second, record());
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Value)]
struct OrderId(Uuid);

#[test]
fn a_newtype_of_a_uuid_is_generated() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Purchase {
        #[orm(primary_key(uuid_v7))]
        id: OrderId,
        total: i64,
    }

    let db = database(&orm::schema![Purchase])?;
    let mut purchase = Purchase {
        id: OrderId(Uuid::nil()),
        total: 1,
    };
    purchase.save(&db)?;
    assert_ne!(purchase.id, OrderId(Uuid::nil()));
    purchase.total = 2;
    purchase.save(&db)?;
    assert_eq!(Purchase::get(&db, purchase.id)?.total, 2);
    Ok(())
}

#[test]
fn an_option_of_a_uuid_is_generated() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Purchase {
        #[orm(primary_key(uuid_v4))]
        id: Option<Uuid>,
    }

    let db = database(&orm::schema![Purchase])?;
    let mut purchase = Purchase { id: None };
    purchase.save(&db)?;
    assert!(purchase.id.is_some());
    assert!(Purchase::exists(&db, purchase.id)?);
    Ok(())
}

#[test]
fn a_generator_of_the_user_s_makes_keys() -> Result<()> {
    static NEXT: AtomicU32 = AtomicU32::new(1);

    fn invoice_number() -> String {
        format!("R-{:04}", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    #[derive(Debug, ActiveRecord)]
    struct Invoice {
        #[orm(primary_key(with = invoice_number))]
        number: String,
        #[orm(unique)]
        customer: String,
    }

    let db = database(&orm::schema![Invoice])?;
    let invoice = |customer: &str| Invoice {
        number: String::new(),
        customer: customer.into(),
    };
    let mut first = invoice("Ada");
    first.save(&db)?;
    assert_eq!(first.number, "R-0001");
    first.customer = "Grace".into();
    first.save(&db)?;
    assert_eq!(Invoice::get(&db, "R-0001")?.customer, "Grace");

    let mut refused = invoice("Grace");
    assert!(matches!(
        refused.save(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(refused.number, "");
    Invoice::delete_by_key(&db, "R-0001")?;
    assert!(matches!(first.save(&db), Err(Error::NotFound { .. })));
    Ok(())
}

mod numbers {
    pub(super) fn seven() -> i64 {
        7
    }
}

#[test]
fn a_generator_may_stand_in_another_module() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Lucky {
        #[orm(primary_key(with = numbers::seven))]
        id: i64,
    }

    let db = database(&orm::schema![Lucky])?;
    let mut lucky = Lucky { id: 0 };
    lucky.insert(&db)?;
    assert_eq!(lucky.id, 7);
    let again = Lucky { id: 0 }.insert(&db);
    assert!(matches!(
        again,
        Err(Error::UniqueViolation { table, columns, .. }) if table == "lucky" && columns == ["id"]
    ));
    Ok(())
}

#[test]
fn a_key_of_text_holds_the_usual_form() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Readable {
        #[orm(primary_key(uuid_v7))]
        id: String,
    }

    let db = database(&orm::schema![Readable])?;
    let mut readable = Readable { id: String::new() };
    readable.insert(&db)?;
    assert!(Uuid::parse_str(&readable.id).is_ok(), "{}", readable.id);
    assert_eq!(Readable::get(&db, readable.id.as_str())?.id, readable.id);
    Ok(())
}
