//! Random programs against a session of aggregates, beside a model of what it has to do: after every step all objects
//! with their children, and all rows that the session sees, are those of the model.
//!
//! `ORM_TEST_SESSION` says how many steps there are in all.

mod choice;
mod edit;
mod machine;
mod model;
mod objects;
mod shop;

use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine as _, StateMachineTest as _};

use self::machine::Machine;
use self::model::Model;

/// The steps of one program.
const STEPS: usize = 50;

#[test]
fn a_session_does_with_aggregates_what_the_model_does() {
    let steps = crate::repetitions("ORM_TEST_SESSION", 5_000);
    let config = Config {
        cases: u32::try_from(steps / STEPS).unwrap_or(u32::MAX).max(1),
        failure_persistence: None,
        ..Config::default()
    };
    let programs = Model::sequential_strategy(STEPS);
    let mut runner = proptest::test_runner::TestRunner::new(config.clone());
    let outcome = runner.run(&programs, |(model, choices, seen)| {
        Machine::test_sequential(config.clone(), model, choices, seen);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
