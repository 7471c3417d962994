//! Assignments, conditions of conflicts and what is returned.

use orm::prelude::*;
use orm::{Error, Result, func};

use super::{Note, nest, notes};

#[test]
fn what_is_written_is_refused_when_too_deep() -> Result<()> {
    let (db, log, notes) = notes()?;
    for levels in [2_000, 100_000] {
        let number = nest(levels, Note::NUMBER.into_expr(), |inner, _| inner + 1);
        let condition = nest(levels, Note::ID.gt(0), |inner, _| !inner);
        let all = Note::query().all_rows();
        let mut rows = [notes[0].clone()];
        log.take();
        let refused = [
            all.update(&db, Note::NUMBER.set(number.clone())).map(drop),
            all.clone().returning(number.clone()).delete(&db).map(drop),
            Note::inserting(&mut rows)
                .returning(number.clone())
                .run(&db)
                .map(drop),
            Note::inserting(&mut rows)
                .on_conflict(Note::ID)
                .set(Note::NUMBER.set(number.clone()))
                .run(&db)
                .map(drop),
            Note::inserting(&mut rows)
                .on_conflict(Note::ID)
                .update(Note::TEXT)
                .only_if(condition.clone())
                .run(&db)
                .map(drop),
            notes[0]
                .increment(&db, Note::NUMBER, number.clone())
                .map(drop),
            all.aggregate(&db, number.clone().sum()).map(drop),
            all.aggregate(&db, func::count().filter(condition.clone()))
                .map(drop),
            all.clone()
                .group_by(number.clone())
                .select(func::count())
                .all(&db)
                .map(drop),
            all.clone()
                .group_by(Note::ID)
                .select(func::count())
                .having(number.sum().gt(0))
                .all(&db)
                .map(drop),
            Note::find_by(&db, condition).map(drop),
        ];
        for (nth, outcome) in refused.into_iter().enumerate() {
            let typed = matches!(&outcome, Err(Error::ExpressionTooDeep { .. }));
            assert!(typed, "{nth}: {outcome:?}");
        }
        let ran = log.take();
        assert!(
            ran.iter().all(|sql| super::super::is_control(sql)),
            "{ran:?}"
        );
    }
    assert_eq!(Note::count(&db)?, notes.len() as u64);
    Ok(())
}
