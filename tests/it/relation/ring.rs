//! Many tables that all lead to each other.

use orm::prelude::*;
use orm::{BelongsTo, Database, HasMany, Result};

use crate::recorder::recorded;

/// Mappings of which each refers to the one after it, in a ring.
macro_rules! ring {
    ($($Name:ident $table:literal -> $Next:ident, after $Before:ident;)*) => {
        $(
            #[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
            #[orm(table = $table)]
            struct $Name {
                #[orm(primary_key)]
                id: i64,
                next_id: Option<i64>,
                #[orm(belongs_to)]
                next: BelongsTo<Option<$Next>>,
                #[orm(has_many(key = next_id))]
                before: HasMany<$Before>,
            }
        )*

        fn ring() -> Result<Database> {
            recorded(&orm::schema![$($Name),*]).map(|(db, _)| db)
        }
    };
}

ring! {
    A "a" -> B, after T; B "b" -> C, after A; C "c" -> D, after B; D "d" -> E, after C;
    E "e" -> F, after D; F "f" -> G, after E; G "g" -> H, after F; H "h" -> I, after G;
    I "i" -> J, after H; J "j" -> K, after I; K "k" -> L, after J; L "l" -> M, after K;
    M "m" -> N, after L; N "n" -> O, after M; O "o" -> P, after N; P "p" -> Q, after O;
    Q "q" -> R, after P; R "r" -> S, after Q; S "s" -> T, after R; T "t" -> A, after S;
}

#[test]
fn entities_of_a_large_ring_go_to_another_thread() -> Result<()> {
    let db = ring()?;
    let mut last = B {
        before: HasMany::new(vec![A::default(), A::default()]),
        ..B::default()
    };
    last.save_graph(&db)?;
    let all = B::query().with(B::BEFORE).all(&db)?;
    let counted = std::thread::scope(|scope| {
        let shared = &all;
        let there = scope.spawn(move || shared[0].before.get().map(<[A]>::len));
        there.join().expect("it does not panic")
    })?;
    assert_eq!(counted, 2);
    let moved = std::thread::spawn(move || all.into_iter().next());
    let first = moved.join().expect("it does not panic").expect("a row");
    assert_eq!(first.before.get()?.len(), 2);
    Ok(())
}
