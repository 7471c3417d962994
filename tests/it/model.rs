//! Random queries over random rows, whose results are compared with an evaluation in Rust.
//!
//! A query is made of [`term::Term`]s, which have no types. [`library`] makes typed expressions of them,
//! and [`oracle`] computes by SQL's rules what they have to give. `ORM_TEST_QUERIES` says how many
//! queries all properties run together.

mod filters;
mod generate;
mod groups;
mod joins;
mod library;
mod oracle;
mod orders;
mod pages;
mod sets;
mod subqueries;
mod tables;
mod term;
mod values;
mod world;

use std::fmt::Debug;

use orm::Database;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use self::tables::World;
use crate::repetitions;

/// How many properties share the queries.
const PROPERTIES: usize = 18;

/// Checks a property of random input over random rows.
#[track_caller]
fn check<T: Debug>(
    inputs: impl Strategy<Value = T>,
    property: impl Fn(&Database, &World, T) -> TestCaseResult,
) {
    let cases = repetitions("ORM_TEST_QUERIES", 2_000).div_ceil(PROPERTIES);
    let cases = u32::try_from(cases).unwrap_or(u32::MAX);
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 20_000,
        // Milliseconds: what is left then is small enough to be read.
        max_shrink_time: 3_000,
        ..ProptestConfig::default()
    };
    let db = tables::database().expect("a database with two tables");
    proptest!(config, |(world in generate::worlds(), input in inputs)| {
        world.store(&db)?;
        property(&db, &world, input)?;
    });
}
