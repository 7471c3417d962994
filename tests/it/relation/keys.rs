//! Keys of every kind: of the user's, generated, texts without case, dates; and what is left after an error.

use chrono::NaiveDate;
use orm::prelude::*;
use orm::{BelongsTo, Error, HasMany, HasOne, ManyToMany, Result};
use uuid::Uuid;

use crate::recorder::recorded;

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "brands")]
struct Brand {
    #[orm(primary_key(assigned), collate = "NOCASE")]
    name: String,
    #[orm(has_many)]
    models: HasMany<Model>,
    #[orm(many_to_many(through = Dealing))]
    dealers: ManyToMany<Dealer>,
    #[orm(many_to_many(table = "rivals", key = brand, target_key = rival))]
    rivals: ManyToMany<Brand>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "models")]
struct Model {
    #[orm(primary_key(assigned))]
    code: String,
    #[orm(collate = "NOCASE")]
    brand_name: Option<String>,
    price: i64,
    #[orm(belongs_to(key = brand_name))]
    brand: BelongsTo<Option<Brand>>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "dealers")]
struct Dealer {
    #[orm(primary_key(uuid_v4))]
    id: Uuid,
    #[orm(unique)]
    city: String,
    #[orm(many_to_many(through = Dealing))]
    brands: ManyToMany<Brand>,
    #[orm(has_many)]
    days: HasMany<Day>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "dealings")]
struct Dealing {
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    #[orm(collate = "NOCASE")]
    brand_name: String,
    dealer_id: Uuid,
    #[orm(belongs_to(key = brand_name))]
    brand: BelongsTo<Brand>,
    #[orm(belongs_to)]
    dealer: BelongsTo<Dealer>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "days")]
struct Day {
    #[orm(primary_key(assigned))]
    date: NaiveDate,
    dealer_id: Option<Uuid>,
    #[orm(belongs_to)]
    dealer: BelongsTo<Option<Dealer>>,
    #[orm(has_one(key = date))]
    note: HasOne<Option<Note>>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    date: NaiveDate,
    #[orm(belongs_to(key = date))]
    day: BelongsTo<Day>,
}

fn brand(name: &str) -> Brand {
    Brand {
        name: name.into(),
        ..Brand::default()
    }
}

fn model(code: &str) -> Model {
    Model {
        code: code.into(),
        ..Model::default()
    }
}

fn dealer(city: &str) -> Dealer {
    Dealer {
        city: city.into(),
        ..Dealer::default()
    }
}

fn codes(models: &[Model]) -> Vec<&str> {
    models.iter().map(|model| model.code.as_str()).collect()
}

#[test]
fn keys_of_the_users_are_new_if_no_row_has_them() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Brand, Model, Dealer, Dealing])?;
    let mut fiat = brand("Fiat");
    fiat.save(&db)?;
    model("old").insert(&db)?;
    Brand::MODELS.add(
        &db,
        &mut fiat,
        [
            model("new"),
            Model {
                price: 7,
                ..model("old")
            },
        ],
    )?;
    let models = fiat.models_query().order_by(Model::CODE).all(&db)?;
    assert_eq!(codes(&models), ["new", "old"]);
    assert_eq!(models[1].price, 0, "what is there is not saved");
    Brand::MODELS.set(
        &db,
        &mut fiat,
        [model("old"), model("newer"), model("newer")],
    )?;
    assert_eq!(codes(fiat.models.get()?), ["old", "newer"]);
    assert_eq!(Model::get(&db, "new")?.brand_name, None);
    let mut graph = brand("Audi");
    graph.models = HasMany::new(["a", "new", "b", "b"].map(model).into());
    log.take();
    graph.save_graph(&db)?;
    let statements = log.take();
    let looked = statements.iter().filter(|sql| sql.starts_with("SELECT"));
    // Which of the models are there, and what those that are refer to.
    assert_eq!(looked.count(), 2, "{statements:#?}");
    let moved = statements
        .iter()
        .filter(|sql| sql.starts_with("UPDATE \"models\""));
    assert_eq!(moved.count(), 1, "{statements:#?}");
    assert_eq!(Model::get(&db, "new")?.brand_name.as_deref(), Some("Audi"));
    assert_eq!(
        Brand::MODELS.remove(&db, &mut graph, ["a", "b", "nothing"])?,
        2
    );
    assert_eq!(codes(graph.models.get()?), ["new"]);
    Ok(())
}

#[test]
fn texts_that_the_database_takes_for_equal_are_equal() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Brand, Model, Dealer, Dealing])?;
    brand("Fiat").save(&db)?;
    for (code, of) in [("x", "FIAT"), ("y", "fiat")] {
        Model {
            brand_name: Some(of.into()),
            ..model(code)
        }
        .insert(&db)?;
    }
    let brands = Brand::query()
        .with(Brand::MODELS.order_by(Model::CODE))
        .all(&db)?;
    assert_eq!(codes(brands[0].models.get()?), ["x", "y"]);
    for load in [Model::BRAND.select_in(), Model::BRAND.joined()] {
        let models = Model::query().with(load).all(&db)?;
        let all = models.iter().map(|model| model.brand.get());
        let all: Vec<Option<&Brand>> = all.collect::<Result<_>>()?;
        assert!(
            all.iter()
                .all(|brand| brand.is_some_and(|brand| brand.name == "Fiat"))
        );
    }
    let mut fiat = Brand::query().with(Brand::MODELS).one(&db)?;
    Brand::MODELS.add(&db, &mut fiat, [Model::get(&db, "x")?])?;
    assert_eq!(fiat.models.get()?.len(), 2);
    Brand::MODELS.add_keys(&db, &mut fiat, ["x"])?;
    let mut here = dealer("Graz");
    here.insert(&db)?;
    assert_eq!(Dealer::BRANDS.remove(&db, &mut here, ["FIAT"])?, 0);
    Ok(())
}

#[test]
fn a_table_in_between_holds_keys_as_they_are_stored() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Brand, Dealer])?;
    for name in ["Fiat", "Audi", "Opel"] {
        brand(name).save(&db)?;
    }
    let mut fiat = Brand::get(&db, "fiat")?;
    Brand::RIVALS.add_keys(&db, &mut fiat, ["AUDI", "audi", "opel"])?;
    Brand::RIVALS.add_keys(&db, &mut fiat, ["Audi"])?;
    assert_eq!(fiat.rivals(&db)?.len(), 2);
    assert_eq!(Brand::RIVALS.remove(&db, &mut fiat, ["oPEL", "none"])?, 1);
    let names: Vec<&str> = fiat
        .rivals
        .get()?
        .iter()
        .map(|rival| rival.name.as_str())
        .collect();
    assert_eq!(names, ["Audi"]);
    let nobody = Brand::RIVALS.add_keys(&db, &mut fiat, ["opel", "nobody"]);
    assert!(
        matches!(nobody, Err(Error::ForeignKeyViolation { .. })),
        "{nobody:?}"
    );
    assert_eq!(fiat.rivals_query().count(&db)?, 1);
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "stamps")]
struct Stamp {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    code: String,
    #[orm(many_to_many(through = Sheet))]
    albums: ManyToMany<Album>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "albums")]
struct Album {
    #[orm(primary_key)]
    id: i64,
    #[orm(many_to_many(through = Sheet))]
    stamps: ManyToMany<Stamp>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "sheets")]
struct Sheet {
    #[orm(primary_key)]
    id: i64,
    stamp_code: String,
    album_id: i64,
    #[orm(belongs_to(key = stamp_code, references = code))]
    stamp: BelongsTo<Stamp>,
    #[orm(belongs_to)]
    album: BelongsTo<Album>,
}

#[test]
fn a_table_in_between_may_refer_to_a_unique_column() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Stamp, Album, Sheet])?;
    for code in ["?", "a", "b"] {
        let code = code.into();
        Stamp {
            code,
            ..Stamp::default()
        }
        .insert(&db)?;
    }
    let mut album = Album::default();
    album.insert(&db)?;
    Album::STAMPS.add_keys(&db, &mut album, [3, 2, 3])?;
    let codes = |stamps: &[Stamp]| {
        stamps
            .iter()
            .map(|stamp| stamp.code.clone())
            .collect::<String>()
    };
    let found = Album::query()
        .with(Album::STAMPS.order_by(Stamp::CODE))
        .one(&db)?;
    assert_eq!(codes(found.stamps.get()?), "ab");
    let stamps = Stamp::query()
        .filter(Stamp::ALBUMS.any(Album::ID.eq(1)))
        .order_by(Stamp::ID.desc())
        .with(Stamp::ALBUMS.limit(1));
    let stamps = stamps.all(&db)?;
    assert_eq!(codes(&stamps), "ba");
    assert_eq!(stamps[0].albums.get()?.len(), 1);
    let unknown = Album::STAMPS.add_keys(&db, &mut album, [1, 77]);
    assert!(
        matches!(unknown, Err(Error::NotFound { table: "stamps" })),
        "{unknown:?}"
    );
    assert_eq!(album.stamps_query().count(&db)?, 2);
    assert_eq!(Album::STAMPS.remove(&db, &mut album, [2, 77])?, 1);
    let new = Stamp {
        code: "c".into(),
        ..Stamp::default()
    };
    Album::STAMPS.set(&db, &mut album, [Stamp::get(&db, 1)?, new])?;
    let stored = album.stamps_query().order_by(Stamp::CODE).all(&db)?;
    assert_eq!(codes(&stored), "?c");
    assert_eq!(Album::STAMPS.clear(&db, &mut album)?, 2);
    Ok(())
}

#[test]
fn generated_keys_are_made_for_what_is_added() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Brand, Model, Dealer, Dealing, Day, Note])?;
    let mut here = dealer("Graz");
    let days = [1, 2].map(|day| Day {
        date: NaiveDate::from_ymd_opt(2024, 2, day).expect("a day"),
        ..Day::default()
    });
    here.days = HasMany::new(days.into());
    here.days.get_mut()?[0].note = HasOne::new(Note::default());
    here.save_graph(&db)?;
    assert!(!here.id.is_nil());
    let found = Dealer::query()
        .with(
            Dealer::DAYS
                .order_by(Day::DATE.desc())
                .limit(5)
                .with(Day::NOTE),
        )
        .one(&db)?;
    let days = found.days.get()?;
    assert_eq!(days.len(), 2);
    assert!(days[0].note.get()?.is_none());
    assert_eq!(
        days[1].note.get()?.map(|note| note.date),
        Some(days[1].date)
    );
    for load in [
        Note::DAY.select_in(),
        Note::DAY.joined().with(Day::DEALER.joined()),
    ] {
        let note = Note::query().with(load).one(&db)?;
        assert_eq!(note.day.get()?.dealer_id, Some(here.id));
    }
    let in_graz = Note::query().filter(Note::DAY.then(Day::DEALER).field(Dealer::CITY).eq("Graz"));
    assert_eq!(in_graz.count(&db)?, 1);
    let mut fiat = brand("Fiat");
    fiat.save(&db)?;
    // The key of a row in between would have to be made, so such rows are inserted as entities.
    let added = Brand::DEALERS.add(&db, &mut fiat, [here.clone(), dealer("Wien")]);
    assert!(
        matches!(&added, Err(Error::InvalidQuery { table: "dealings", reason })
            if reason.starts_with("its keys are made by the program")),
        "{added:?}"
    );
    assert_eq!((Dealer::count(&db)?, Dealing::count(&db)?), (1, 0));
    let mut dealing = Dealing {
        brand: BelongsTo::new(fiat),
        dealer: BelongsTo::new(dealer("Wien")),
        ..Dealing::default()
    };
    dealing.save_graph(&db)?;
    let found = Brand::query().with(Brand::DEALERS).one(&db)?;
    assert_eq!(found.dealers.get()?[0].city, "Wien");
    Ok(())
}

#[test]
fn after_an_error_a_graph_refers_to_what_it_referred_to() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Dealer, Day, Note])?;
    dealer("Graz").insert(&db)?;
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day");
    let mut day = Day {
        date,
        dealer: BelongsTo::new(dealer("Wien")),
        ..Day::default()
    };
    day.note = HasOne::new(Note {
        id: 77,
        ..Note::default()
    });
    let before = day.clone();
    // Copies have shares in what they refer to, and what is shared is not saved.
    let shared = day.save_graph(&db);
    assert!(
        matches!(shared, Err(Error::InvalidQuery { .. })),
        "{shared:?}"
    );
    assert_eq!(day, before);
    drop(before);
    let mut wrong = dealer("Linz");
    wrong.days = HasMany::new(vec![day]);
    wrong.days.get_mut()?.push(Day {
        date,
        dealer: BelongsTo::new(dealer("Graz")),
        ..Day::default()
    });
    let failed = wrong.save_graph(&db);
    assert!(
        matches!(failed, Err(Error::UniqueViolation { .. })),
        "{failed:?}"
    );
    assert!(wrong.id.is_nil());
    for day in wrong.days.get()? {
        assert_eq!(day.dealer_id, None);
        assert!(day.dealer.get()?.is_some_and(|dealer| dealer.id.is_nil()));
    }
    assert_eq!((Dealer::count(&db)?, Day::count(&db)?), (1, 0));
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "codes")]
struct Code {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(has_one(key = code, references = text))]
    one: HasOne<Use>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "uses")]
struct Use {
    #[orm(primary_key)]
    id: i64,
    code: String,
    #[orm(belongs_to(key = code, references = text, unconstrained))]
    of: BelongsTo<Code>,
}

#[test]
fn two_rows_where_one_is_expected_are_found_however_they_are_loaded() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Code, Use])?;
    for text in ["a", "a", "b"] {
        Code {
            text: text.into(),
            ..Code::default()
        }
        .insert(&db)?;
    }
    for code in ["a", "b", "b"] {
        Use {
            code: code.into(),
            ..Use::default()
        }
        .insert(&db)?;
    }
    let two = |result: Result<()>| match result {
        Err(Error::MultipleFound { .. }) => {}
        other => panic!("{other:?}"),
    };
    two(Use::query().with(Use::OF).all(&db).map(drop));
    two(Use::get(&db, 1)?.of(&db).map(drop));
    two(Use::OF.load_onto(&db, &mut Use::all(&db)?));
    two(Code::query().with(Code::ONE).all(&db).map(drop));
    two(Code::get(&db, 3)?.one(&db).map(drop));
    two(Use::get(&db, 1)?.of_query().one(&db).map(drop));
    let joined = Use::query().with(Use::OF.joined()).all(&db);
    assert!(
        matches!(joined, Err(Error::InvalidQuery { reason, .. }) if reason.contains("unique")),
        "{joined:?}"
    );
    assert_eq!(Use::get(&db, 2)?.of(&db)?.id, 3);
    Ok(())
}
