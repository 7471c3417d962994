//! Both forms do the same: random changes, made to one table and to joined ones, leave the same rows.

use orm::{Database, Result};

/// The same enum twice, and the changes that are made to it.
macro_rules! form {
    ($module:ident, $($joined:ident)?) => {
        mod $module {
            use orm::prelude::*;
            use orm::{Database, Result};

            use super::Step;

            #[derive(Debug, Clone, ActiveRecord)]
            #[orm(tag = "kind", $($joined)?)]
            pub(super) enum Row {
                One {
                    #[orm(primary_key(assigned))]
                    id: i64,
                    all: i64,
                    of_two: i64,
                    own: i64,
                },
                Two { id: i64, all: i64, of_two: i64 },
                Three { id: i64, all: i64 },
            }

            fn row(variant: u64, id: i64, value: i64) -> Row {
                let (all, of_two, own) = (value, value * 2, value * 3);
                match variant {
                    0 => Row::One { id, all, of_two, own },
                    1 => Row::Two { id, all, of_two },
                    _ => Row::Three { id, all },
                }
            }

            pub(super) fn make(db: &Database, step: &Step) -> Result<u64> {
                let Step { variant, id, value, .. } = *step;
                let mut record = row(variant, id, value);
                let by_value = || Row::query().filter(Row::OF_TWO.gt(value) | Row::ALL.lt(value));
                match step.kind {
                    0 => record.insert(db).map(|()| 1),
                    1 => record.save(db).map(|()| 1),
                    2 => record.upsert(db).map(|()| 1),
                    3 => record.update(db).map(|()| 1),
                    4 => record.delete(db).map(|()| 1),
                    5 => Row::insert_many(db, &mut [row(2, id, 1), record]).map(|()| 2),
                    6 => by_value().filter(Row::ONE.is()).update(db, Row::OWN.set(value)),
                    7 => by_value().update(db, Row::ALL.set(Row::ALL + value)),
                    8 => by_value().filter(Row::TWO.is()).delete(db),
                    9 => Row::update_many(db, &mut [record, row(0, id + 1, 1)], Row::ALL),
                    _ => by_value().order_by(Row::ID).limit(1).delete(db),
                }
            }

            type Columns = (i64, String, i64, Option<i64>, Option<i64>);

            pub(super) fn all(db: &Database) -> Result<Vec<Columns>> {
                assert_eq!(Row::query().all(db)?.len() as u64, Row::count(db)?);
                Row::query()
                    .order_by(Row::ID)
                    .select((Row::ID, Row::KIND, Row::ALL, Row::OF_TWO, Row::OWN))
                    .all(db)
            }
        }
    };
}

form!(single,);
form!(joined, joined);

struct Step {
    kind: u64,
    variant: u64,
    id: i64,
    value: i64,
}

/// Numbers that are the same on every run: xorshift.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn step(&mut self) -> Step {
        let small = |number: u64| i64::try_from(number).expect("a small number");
        Step {
            kind: self.below(11),
            variant: self.below(3),
            id: small(self.below(12)),
            value: small(self.below(40)),
        }
    }
}

#[test]
fn both_forms_hold_the_same_after_any_changes() -> Result<()> {
    let [one, several] = [(); 2].map(|()| Database::open("sqlite::memory:"));
    let (one, several) = (one?, several?);
    one.create_tables(orm::schema![single::Row])?;
    several.create_tables(orm::schema![joined::Row])?;
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for nth in 0..crate::repetitions("ORM_TEST_INHERITANCE", 600) {
        let step = numbers.step();
        let outcomes = [single::make(&one, &step), joined::make(&several, &step)];
        let Step {
            kind,
            variant,
            id,
            value,
        } = step;
        let what = format!("step {nth}: {kind} of variant {variant}, key {id}, value {value}");
        match outcomes {
            [Ok(rows), Ok(same)] => assert_eq!(rows, same, "{what}"),
            [Err(_), Err(_)] => {}
            outcomes => panic!("{what}: {outcomes:?}"),
        }
        assert_eq!(single::all(&one)?, joined::all(&several)?, "{what}");
    }
    Ok(())
}
