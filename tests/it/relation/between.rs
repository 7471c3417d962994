//! Tables in between: rows with values of their own, rows of the same table on both sides, relations over
//! relations.

use orm::prelude::*;
use orm::{BelongsTo, Database, HasMany, HasOne, ManyToMany, Result};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "playlists")]
struct Playlist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(readonly, db_default = "0")]
    entries_count: i64,
    #[orm(has_many)]
    entries: HasMany<Entry>,
    #[orm(many_to_many(through = Entry))]
    songs: ManyToMany<Song>,
    #[orm(many_to_many(through = Entry, scope = in_order))]
    ordered: ManyToMany<Song>,
}

fn in_order(songs: orm::Query<Song>) -> orm::Query<Song> {
    songs.order_by(Entry::POSITION.joined())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    playlist_id: i64,
    song_id: i64,
    #[orm(db_default = "0")]
    position: i64,
    #[orm(belongs_to(counter_cache = entries_count))]
    playlist: BelongsTo<Playlist>,
    #[orm(belongs_to)]
    song: BelongsTo<Song>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "songs")]
struct Song {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(many_to_many(through = Entry))]
    playlists: ManyToMany<Playlist>,
}

/// Two playlists: the first plays c, a, c; the second a.
fn music() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Playlist, Entry, Song])?;
    for name in ["first", "second", "empty"] {
        let name = name.into();
        Playlist {
            name,
            ..Playlist::default()
        }
        .insert(&db)?;
    }
    for name in ["a", "b", "c"] {
        let name = name.into();
        Song {
            name,
            ..Song::default()
        }
        .insert(&db)?;
    }
    let entries = [(1, 3, 1), (1, 1, 2), (1, 3, 3), (2, 1, 9)];
    let mut entries = entries.map(|(playlist_id, song_id, position)| Entry {
        playlist_id,
        song_id,
        position,
        ..Entry::default()
    });
    Entry::insert_many(&db, &mut entries)?;
    log.take();
    Ok((db, log))
}

fn names(songs: &[Song]) -> String {
    songs.iter().map(|song| song.name.as_str()).collect()
}

fn counters(db: &Database) -> Result<Vec<i64>> {
    let query = Playlist::query().order_by(Playlist::ID);
    query.select(Playlist::ENTRIES_COUNT).all(db)
}

#[test]
fn values_of_the_connection_sort_a_load() -> Result<()> {
    let (db, _) = music()?;
    let sorted = Playlist::SONGS.order_by(Entry::POSITION.joined());
    let lists = Playlist::query()
        .with(sorted.clone())
        .with(Playlist::ORDERED)
        .order_by(Playlist::ID)
        .all(&db)?;
    assert_eq!(names(lists[0].songs.get()?), "cac");
    assert_eq!(names(lists[0].ordered.get()?), "cac");
    assert_eq!(names(lists[1].songs.get()?), "a");
    assert_eq!(names(lists[2].songs.get()?), "");
    let last = Playlist::SONGS
        .filter(Entry::POSITION.joined().gt(1))
        .order_by(Entry::POSITION.joined().desc())
        .offset(1)
        .limit(1);
    let lists = Playlist::query()
        .with(last)
        .order_by(Playlist::ID)
        .all(&db)?;
    assert_eq!(names(lists[0].songs.get()?), "a");
    assert_eq!(names(lists[1].songs.get()?), "");
    let first = Playlist::get(&db, 1)?;
    assert_eq!(names(first.ordered(&db)?), "cac");
    assert_eq!(names(&first.ordered_query().limit(2).all(&db)?), "ca");
    Ok(())
}

#[test]
fn values_of_the_connection_stand_beside_the_rows() -> Result<()> {
    let (db, _) = music()?;
    let first = Playlist::get(&db, 1)?;
    let rows = first
        .songs_query()
        .order_by(Entry::POSITION.joined())
        .annotate(Entry::POSITION.joined())
        .all(&db)?;
    let rows: Vec<(&str, i64)> = rows
        .iter()
        .map(|(song, position)| (song.name.as_str(), *position))
        .collect();
    assert_eq!(rows, [("c", 1), ("a", 2), ("c", 3)]);
    let query = Playlist::query().with(
        Playlist::ENTRIES
            .order_by(Entry::POSITION)
            .with(Entry::SONG),
    );
    let lists = query.order_by(Playlist::ID).all(&db)?;
    let entry = &lists[0].entries.get()?[1];
    assert_eq!((entry.song.get()?.name.as_str(), entry.position), ("a", 2));
    let late = Playlist::query()
        .filter(Playlist::SONGS.any(Entry::POSITION.joined().gt(5)))
        .one(&db)?;
    assert_eq!(late.name, "second");
    Ok(())
}

#[test]
fn what_is_joined_to_rows_over_a_table_in_between_is_theirs() -> Result<()> {
    use super::{Post, Tag, User, post, tag, user};
    let (db, _) = recorded(&orm::schema![User, Post, Tag])?;
    for name in ["ann", "ben"] {
        user(name).insert(&db)?;
    }
    for (by, title) in [(2, "b1"), (1, "a1")] {
        post(by, title).insert(&db)?;
    }
    tag("x").insert(&db)?;
    Tag::POSTS.add_keys(&db, &mut Tag::get(&db, 1)?, [1, 2])?;
    let posts = Tag::POSTS.order_by(Post::ID).with(Post::USER.joined());
    for load in [posts.clone(), posts.limit(2)] {
        let found = Tag::query().with(load).one(&db)?;
        let authors: Vec<&str> = found
            .posts
            .get()?
            .iter()
            .map(|post| Ok(post.user.get()?.name.as_str()))
            .collect::<Result<_>>()?;
        assert_eq!(authors, ["ben", "ann"]);
    }
    let comments = User::COMMENTS.with(super::Comment::POST.joined().with(Post::USER.joined()));
    db.create_tables(orm::schema![super::Comment])?;
    super::comment(Some(1), "c").insert(&db)?;
    let users = User::query().with(comments).order_by(User::ID).all(&db)?;
    let on = users[1].comments.get()?[0].post.get()?.expect("a post");
    assert_eq!(
        (on.title.as_str(), on.user.get()?.name.as_str()),
        ("b1", "ben")
    );
    Ok(())
}

#[test]
fn a_row_that_is_connected_twice_is_there_twice_and_removed_at_once() -> Result<()> {
    let (db, _) = music()?;
    let mut first = Playlist::query()
        .with(Playlist::SONGS)
        .filter(Playlist::ID.eq(1))
        .one(&db)?;
    assert_eq!(first.songs.get()?.len(), 3);
    assert_eq!(counters(&db)?, [3, 1, 0]);
    // It is connected already.
    Playlist::SONGS.add(&db, &mut first, [Song::get(&db, 3)?])?;
    assert_eq!(Entry::count(&db)?, 4);
    assert_eq!(Playlist::SONGS.remove(&db, &mut first, [3])?, 2);
    assert_eq!(names(first.songs.get()?), "a");
    assert_eq!(counters(&db)?, [1, 1, 0]);
    Ok(())
}

#[test]
fn connections_are_counted_like_any_other_rows() -> Result<()> {
    let (db, _) = music()?;
    let mut empty = Playlist::get(&db, 3)?;
    let new = Song {
        name: "d".into(),
        ..Song::default()
    };
    Playlist::SONGS.add(&db, &mut empty, [Song::get(&db, 1)?, new])?;
    assert_eq!(counters(&db)?, [3, 1, 2]);
    Playlist::SONGS.add_keys(&db, &mut empty, [2, 2, 1])?;
    assert_eq!(counters(&db)?, [3, 1, 3]);
    Playlist::SONGS.set(&db, &mut empty, [Song::get(&db, 3)?, Song::get(&db, 1)?])?;
    assert_eq!(names(empty.songs.get()?), "ca");
    assert_eq!(counters(&db)?, [3, 1, 2]);
    Song::PLAYLISTS.clear(&db, &mut Song::get(&db, 1)?)?;
    assert_eq!(counters(&db)?, [2, 0, 1]);
    let mut graph = Playlist {
        name: "graph".into(),
        songs: ManyToMany::new(vec![Song::get(&db, 2)?, Song::get(&db, 2)?]),
        ..Playlist::default()
    };
    graph.save_graph(&db)?;
    assert_eq!(counters(&db)?, [2, 0, 1, 1]);
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "people")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(many_to_many(through = Friendship, key = person_id, target_key = friend_id))]
    friends: ManyToMany<Person>,
    #[orm(many_to_many(inverse = friends))]
    fans: ManyToMany<Person>,
    #[orm(many_to_many(table = "follows", key = person_id, target_key = followed_id))]
    follows: ManyToMany<Person>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "friendships")]
struct Friendship {
    #[orm(primary_key)]
    person_id: i64,
    #[orm(primary_key)]
    friend_id: i64,
    #[orm(belongs_to)]
    person: BelongsTo<Person>,
    #[orm(belongs_to)]
    friend: BelongsTo<Person>,
}

fn person(name: &str) -> Person {
    Person {
        name: name.into(),
        ..Person::default()
    }
}

fn called(people: &[Person]) -> String {
    people.iter().map(|person| person.name.as_str()).collect()
}

/// a likes b and c, b likes c, c likes itself.
fn people() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Person, Friendship])?;
    Person::insert_many(&db, &mut ["a", "b", "c"].map(person))?;
    for (id, friends) in [(1, vec![2, 3]), (2, vec![3]), (3, vec![3])] {
        Person::FRIENDS.add_keys(&db, &mut Person::get(&db, id)?, friends.clone())?;
        Person::FOLLOWS.add_keys(&db, &mut Person::get(&db, id)?, friends)?;
    }
    log.take();
    Ok((db, log))
}

#[test]
fn a_table_is_connected_with_itself() -> Result<()> {
    let (db, _) = people()?;
    let all = Person::query()
        .with(Person::FRIENDS.order_by(Person::ID))
        .with(Person::FANS.order_by(Person::ID))
        .with(Person::FOLLOWS.order_by(Person::ID.desc()).limit(1))
        .order_by(Person::ID)
        .all(&db)?;
    let friends: Vec<String> = all
        .iter()
        .map(|person| Ok(called(person.friends.get()?)))
        .collect::<Result<_>>()?;
    assert_eq!(friends, ["bc", "c", "c"]);
    let fans: Vec<String> = all
        .iter()
        .map(|person| Ok(called(person.fans.get()?)))
        .collect::<Result<_>>()?;
    assert_eq!(fans, ["", "a", "abc"]);
    assert_eq!(called(all[0].follows.get()?), "c");
    let a = Person::get(&db, 1)?;
    assert_eq!(
        called(&a.friends_query().order_by(Person::ID).all(&db)?),
        "bc"
    );
    assert_eq!(called(Person::get(&db, 3)?.fans(&db)?).len(), 3);
    Ok(())
}

#[test]
fn friends_of_friends_are_asked_about() -> Result<()> {
    let (db, _) = people()?;
    let ask = |condition| {
        let found = Person::query().filter(condition).order_by(Person::ID);
        found.all(&db).map(|people| called(&people))
    };
    let c = || Person::NAME.eq("c");
    assert_eq!(ask(Person::FRIENDS.any(c()))?, "abc");
    assert_eq!(ask(Person::FRIENDS.any(Person::NAME.eq("b")))?, "a");
    assert_eq!(
        ask(Person::FRIENDS.any(Person::FRIENDS.any(Person::FRIENDS.any(c()))))?,
        "abc"
    );
    assert_eq!(
        ask(Person::FRIENDS.any(Person::FANS.any(Person::FOLLOWS.any(Person::NAME.eq("b")))))?,
        "abc"
    );
    assert_eq!(ask(Person::FRIENDS.none(Person::FRIENDS.any(c())))?, "");
    assert_eq!(ask(Person::FANS.count().eq(Person::FRIENDS.count()))?, "b");
    Ok(())
}

#[test]
fn trees_over_a_table_in_between_end() -> Result<()> {
    let (db, _) = people()?;
    let a = Person::query()
        .filter(Person::ID.eq(1))
        .with(Person::FRIENDS.order_by(Person::ID).recursive())
        .one(&db)?;
    let friends = a.friends.get()?;
    assert_eq!(called(friends), "bc");
    let of_c = friends[1].friends.get()?;
    assert_eq!(called(of_c), "c");
    assert!(of_c[0].friends.is_unloaded());
    assert_eq!(called(friends[0].friends.get()?), "c");
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "l1")]
struct Land {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many)]
    towns: HasMany<Town>,
    #[orm(has_many(through = towns))]
    streets: HasMany<Street>,
    #[orm(has_many(through = towns))]
    houses: HasMany<House>,
    #[orm(has_one)]
    ruler: HasOne<Option<Ruler>>,
    #[orm(has_one(through = ruler))]
    crown: HasOne<Option<Crown>>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "l2")]
struct Town {
    #[orm(primary_key)]
    id: i64,
    land_id: Option<i64>,
    #[orm(belongs_to)]
    land: BelongsTo<Option<Land>>,
    #[orm(has_many)]
    streets: HasMany<Street>,
    #[orm(has_many(through = streets))]
    houses: HasMany<House>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "l3")]
struct Street {
    #[orm(primary_key)]
    id: i64,
    town_id: i64,
    #[orm(belongs_to)]
    town: BelongsTo<Town>,
    #[orm(has_many)]
    houses: HasMany<House>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "l4")]
struct House {
    #[orm(primary_key)]
    id: i64,
    street_id: i64,
    #[orm(belongs_to)]
    street: BelongsTo<Street>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "rulers")]
struct Ruler {
    #[orm(primary_key)]
    id: i64,
    land_id: i64,
    #[orm(belongs_to)]
    land: BelongsTo<Land>,
    #[orm(has_one)]
    crown: HasOne<Option<Crown>>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "crowns")]
struct Crown {
    #[orm(primary_key)]
    id: i64,
    ruler_id: i64,
    #[orm(belongs_to)]
    ruler: BelongsTo<Ruler>,
}

#[test]
fn a_relation_goes_over_two_others() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Land, Town, Street, House, Ruler, Crown])?;
    Land::insert_many(&db, &mut [Land::default(), Land::default()])?;
    for land_id in [Some(1), Some(1), None, Some(2)] {
        Town {
            land_id,
            ..Town::default()
        }
        .insert(&db)?;
    }
    for town_id in [1, 2, 3] {
        let street = |town_id| Street {
            town_id,
            ..Street::default()
        };
        Street::insert_many(&db, &mut [street(town_id), street(town_id)])?;
    }
    for street_id in 1..=6 {
        House {
            street_id,
            ..House::default()
        }
        .insert(&db)?;
    }
    Ruler {
        land_id: 2,
        ..Ruler::default()
    }
    .insert(&db)?;
    Crown {
        ruler_id: 1,
        ..Crown::default()
    }
    .insert(&db)?;
    log.take();
    let lands = Land::query()
        .with(Land::HOUSES.order_by(House::ID.desc()).limit(3))
        .with(Land::CROWN)
        .order_by(Land::ID)
        .all(&db)?;
    assert_eq!(log.take().len(), 3);
    let ids: Vec<i64> = lands[0]
        .houses
        .get()?
        .iter()
        .map(|house| house.id)
        .collect();
    assert_eq!(ids, [4, 3, 2]);
    assert!(lands[1].houses.get()?.is_empty());
    assert!(lands[0].crown.get()?.is_none());
    assert_eq!(lands[1].crown.get()?.map(|crown| crown.id), Some(1));
    assert_eq!(lands[0].houses_query().count(&db)?, 4);
    assert_eq!(
        Land::query()
            .order_by(Land::ID)
            .select((
                Land::HOUSES.count(),
                Land::STREETS.count(),
                Land::HOUSES.any(House::ID.eq(3)),
                Land::CROWN.field(Crown::ID)
            ))
            .all(&db)?,
        [(4, 4, true, None), (0, 0, false, Some(1))]
    );
    let (first, second) = (House::STREET.then(Street::TOWN), Town::LAND);
    assert_eq!(
        House::query()
            .order_by(House::ID)
            .select(first.then(second).field(Land::ID))
            .all(&db)?,
        [Some(1), Some(1), Some(1), Some(1), None, None]
    );
    Ok(())
}
