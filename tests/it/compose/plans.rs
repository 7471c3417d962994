//! Locks, index hints, comments, and plans.

use orm::prelude::*;
use orm::{Error, Result, Value, func};

use super::{Track, ids, store};

#[test]
fn locks_are_no_feature_of_sqlite() -> Result<()> {
    let (db, log) = store()?;
    let all = Track::query;
    for query in [
        all().for_update(),
        all().for_share(),
        all().nowait(),
        all().skip_locked(),
        all().for_update().nowait(),
        all().for_share().skip_locked(),
        all().for_update().limit(1).subquery(),
        all().filter(func::exists(all().for_update().union(all()))),
    ] {
        let refused = query.all(&db);
        assert!(
            matches!(
                refused,
                Err(Error::Unsupported {
                    feature: "locks on rows",
                    database: "sqlite"
                })
            ),
            "{refused:?}"
        );
    }
    assert!(log.take().is_empty());
    Ok(())
}

/// There is no row of the table in the result that could be locked.
#[test]
fn rows_that_are_counted_are_not_locked() -> Result<()> {
    let (db, _) = store()?;
    let locked = Track::query().for_update();
    assert_eq!(locked.count(&db)?, Track::query().count(&db)?);
    assert!(locked.exists(&db)?);
    Ok(())
}

const BY_SECONDS: &str = "ix_tracks__seconds";

#[test]
fn an_index_is_used_on_demand() -> Result<()> {
    let (db, _) = store()?;
    let index = index_name(&db)?;
    let hinted = Track::query()
        .filter(Track::SECONDS.gt(400))
        .use_index(BY_SECONDS);
    assert_eq!(index, BY_SECONDS);
    let (sql, _) = hinted.to_sql(&db)?;
    assert!(
        sql.ends_with(
            r#"FROM "tracks" INDEXED BY "ix_tracks__seconds" WHERE "tracks"."seconds" > ?"#
        ),
        "{sql}"
    );
    assert_eq!(ids(&hinted.order_by(Track::ID).all(&db)?), [1, 3]);
    let without = Track::query()
        .filter(Track::SECONDS.gt(400))
        .without_index();
    assert!(
        without
            .to_sql(&db)?
            .0
            .contains(r#"FROM "tracks" NOT INDEXED WHERE"#)
    );
    let plan = without.explain(&db)?.to_string();
    assert!(
        plan.contains("SCAN tracks") && !plan.contains("INDEX"),
        "{plan}"
    );
    Ok(())
}

fn index_name(db: &orm::Database) -> Result<String> {
    let rows = db.query(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'tracks' AND sql IS NOT NULL",
        &[],
    )?;
    assert_eq!(rows.len(), 1);
    match &rows[0][0] {
        Value::Text(name) => Ok(name.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_index_that_is_missing_is_an_error() -> Result<()> {
    let (db, _) = store()?;
    for name in ["nothing", "", "a\"b", "x; DROP TABLE tracks"] {
        let refused = Track::query().use_index(name).all(&db);
        assert!(
            matches!(refused, Err(Error::Database { .. })),
            "{refused:?}"
        );
    }
    let refused = Track::query().use_index("a\0").all(&db);
    assert!(matches!(refused, Err(Error::InvalidIdentifier { .. })));
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}

#[test]
fn a_plan_shows_the_index_and_its_steps() -> Result<()> {
    let (db, log) = store()?;
    let plan = Track::query().filter(Track::SECONDS.gt(400)).explain(&db)?;
    assert_eq!(plan.steps.len(), 1);
    assert!(plan.steps[0].detail.contains(BY_SECONDS), "{plan}");
    assert!(log.take()[0].starts_with("EXPLAIN QUERY PLAN SELECT "));
    let longer = Track::alias("longer");
    let longer = longer
        .query()
        .filter(longer.column(Track::SECONDS).gt(Track::SECONDS.outer()))
        .select(longer.column(Track::ID))
        .limit(1);
    let plan = Track::query()
        .filter(longer.scalar().is_null())
        .explain(&db)?;
    let within = plan.steps.iter().find(|step| !step.steps.is_empty());
    let within = within.expect("a step with steps");
    assert!(
        within.detail.contains("SUBQUERY") && within.steps[0].detail.contains("longer"),
        "{plan}"
    );
    assert!(plan.to_string().contains("\n  SEARCH longer"), "{plan}");
    assert!(matches!(
        Track::query().limit(1).filter(Track::ID.eq(1)).explain(&db),
        Err(Error::InvalidQuery { .. })
    ));
    Ok(())
}

#[test]
fn a_plan_of_a_change_runs_nothing() -> Result<()> {
    let (db, _) = store()?;
    let union = Track::query().union(Track::query());
    let plan = union.explain(&db)?.to_string();
    assert!(plan.contains("UNION") && plan.lines().count() > 3, "{plan}");
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}

#[test]
fn comments_stand_in_the_statement() -> Result<()> {
    let (db, log) = store()?;
    let query = Track::query()
        .comment("page of tracks")
        .comment("*/ DROP /* TABLE")
        .filter(Track::ID.eq(1));
    assert_eq!(ids(&query.all(&db)?), [1]);
    assert!(
        log.take()[0]
            .starts_with("SELECT /* page of tracks */ /* * / DROP / * TABLE */ \"tracks\".\"id\""),
    );
    for comment in [
        "*/",
        "**/",
        "/*/",
        "*//*",
        "*\u{200b}/",
        "--\n",
        "?",
        "\0",
        "*\0/",
    ] {
        let query = Track::query().comment(comment);
        let sql = query.to_sql(&db)?.0;
        assert_eq!(
            (sql.matches("/*").count(), sql.matches("*/").count()),
            (1, 1),
            "{sql}"
        );
        assert_eq!(query.all(&db)?.len(), 5, "{sql}");
        assert_eq!(query.count(&db)?, 5);
    }
    Ok(())
}
