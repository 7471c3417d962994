//! Golden expansions: what each derive writes, reviewed as a diff.

use insta::assert_snapshot;

use super::expand;
use crate::derive::{active_record, embedded, from_row, mapper, polymorphic, value};

#[test]
fn six_plain_fields() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(table = "users")]
        pub struct User {
            #[orm(primary_key)]
            id: i64,
            name: String,
            #[orm(unique)]
            email: String,
            age: Option<i32>,
            active: bool,
            score: f64,
        }
        "#
    ));
}

#[test]
fn eight_fields_with_constraints() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(table = "invoices", unique(customer_id, number))]
        pub struct Invoice {
            #[orm(primary_key)]
            id: i64,
            #[orm(references(Customer, on_delete = cascade))]
            customer_id: i64,
            #[orm(length = 40)]
            number: String,
            #[orm(precision = 12, scale = 2)]
            total: Decimal,
            status: Status,
            note: Option<String>,
            #[orm(readonly, db_default = "CURRENT_TIMESTAMP")]
            created_at: DateTime<Utc>,
            paid_at: Option<DateTime<Utc>>,
        }
        "#
    ));
}

#[test]
fn tracked_record() {
    assert_snapshot!(expand(
        active_record,
        r#"
        struct User {
            #[orm(primary_key)]
            id: i64,
            #[orm(default = "x".into())]
            name: String,
            #[orm(tracked)]
            record: Record<Self>,
        }
        "#
    ));
}

#[test]
fn refused_tracked_record() {
    assert_snapshot!(expand(
        active_record,
        "
        struct User {
            id: i64,
            #[orm(tracked)]
            record: Record<Self>,
        }
        "
    ));
}

#[test]
fn composite_key() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Track {
            #[orm(primary_key)]
            album: i64,
            #[orm(primary_key)]
            number: i32,
            title: String,
        }
        "
    ));
}

#[test]
fn key_without_other_columns() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Tag {
            #[orm(primary_key)]
            id: i64,
        }
        "
    ));
}

#[test]
fn generated_keys() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Session {
            #[orm(primary_key(uuid_v7))]
            id: Uuid,
            user: i64,
        }
        "
    ));
    assert_snapshot!(expand(
        active_record,
        "
        struct Shard {
            #[orm(primary_key(with = tenant::current))]
            tenant: i32,
            #[orm(primary_key(ulid))]
            id: Ulid,
        }
        "
    ));
}

#[test]
fn every_attribute() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(table = "line_items", schema = "shop", rename_all = "camelCase", crate = "my::orm")]
        #[orm(unique(order_id, sku), index(sku, where = "amount > 0", name = "in_stock"))]
        #[orm(check = "amount >= 0", check = "price >= 0", strict, without_rowid, comment = "Items")]
        pub(crate) struct LineItem {
            #[orm(primary_key(assigned), column = "number")]
            id: i64,
            #[orm(references(shop::Order, on_delete = cascade, on_update = set_null), index)]
            order_id: i64,
            #[orm(length = 20, collate = "NOCASE", check = "sku <> ''", comment = "Stock keeping unit")]
            sku: String,
            #[orm(precision = 10, scale = 2, sql_type = "money")]
            price: Decimal,
            #[orm(db_default = "1", unique)]
            amount: i32,
            #[orm(generated = "price * amount")]
            total: Decimal,
            #[orm(readonly)]
            changed_at: DateTime,
        }
        "#
    ));
}

#[test]
fn embedded_values_in_a_record() {
    assert_snapshot!(expand(
        active_record,
        r#"
        pub struct Customer {
            #[orm(primary_key)]
            id: i64,
            name: String,
            #[orm(embed, prefix = "home_")]
            home: Address,
            phone: String,
            #[orm(embed)]
            delivery: Option<Address>,
        }
        "#
    ));
}

#[test]
fn json_skip_and_default() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Document {
            #[orm(primary_key)]
            id: i64,
            #[orm(json)]
            body: Vec<Section>,
            #[orm(default = Role::Reader)]
            role: Role,
            #[orm(skip)]
            cache: Cache,
            #[orm(skip, default = Instant::now())]
            read_at: Instant,
        }
        "
    ));
}

#[test]
fn difficult_names() {
    assert_snapshot!(expand(
        active_record,
        r##"
        #[orm(table = "a \"# table\"")]
        struct Odd {
            #[orm(primary_key)]
            r#type: i64,
            #[orm(column = "a \"quoted\" column")]
            row: String,
            at: i32,
            entity: i32,
            self_: i32,
            _1: i32,
        }
        "##
    ));
}

#[test]
fn embedded_struct() {
    assert_snapshot!(expand(
        embedded,
        r#"
        #[orm(rename_all = "SCREAMING_SNAKE_CASE")]
        pub struct Address {
            #[orm(length = 80)]
            street: String,
            #[orm(column = "town", index)]
            city: String,
            #[orm(skip)]
            checked: bool,
        }
        "#
    ));
}

#[test]
fn embedded_struct_in_an_embedded_struct() {
    assert_snapshot!(expand(
        embedded,
        r#"
        struct Contact {
            #[orm(embed, prefix = "home_")]
            home: Address,
            email: String,
        }
        "#
    ));
}

#[test]
fn newtypes() {
    assert_snapshot!(expand(value, "pub struct Email(String);"));
    assert_snapshot!(expand(
        value,
        "pub struct Email { address: Option<String> }"
    ));
}

#[test]
fn enum_stored_as_text() {
    assert_snapshot!(expand(
        value,
        r#"
        #[orm(rename_all = "snake_case")]
        enum Status {
            Draft,
            InReview,
            #[orm(rename = "done")]
            Paid,
        }
        "#
    ));
}

#[test]
fn enum_stored_as_integer() {
    assert_snapshot!(expand(
        value,
        "
        #[orm(integer)]
        enum Priority {
            Low = 1,
            High = 1 << 4,
        }
        "
    ));
}

#[test]
fn row_of_a_selection() {
    assert_snapshot!(expand(
        from_row,
        "
        pub struct Month {
            genre: String,
            month: String,
            revenue: Option<f64>,
        }
        "
    ));
}

#[test]
fn row_of_one_field() {
    assert_snapshot!(expand(
        from_row,
        "#[orm(from = shop::Track)] struct Title { name: String }"
    ));
}

#[test]
fn row_from_a_table() {
    assert_snapshot!(expand(
        from_row,
        r#"
        #[orm(from = Track, table = "names", rename_all = "camelCase", crate = "my::orm")]
        struct TrackName {
            id: i64,
            first_name: String,
            #[orm(column = "last")]
            last_name: String,
        }
        "#
    ));
}

#[test]
fn row_from_a_join() {
    assert_snapshot!(expand(
        from_row,
        "
        #[orm(from = Join<Track, Album>)]
        struct Line {
            name: String,
            #[orm(expr = Album::TITLE)]
            album: String,
            #[orm(expr = Track::SECONDS / 60)]
            minutes: i64,
        }
        "
    ));
}

#[test]
fn row_of_thirteen_fields() {
    assert_snapshot!(expand(
        from_row,
        "
        #[orm(from = Wide)]
        struct Row {
            a: i8, b: i16, c: i32, d: i64, e: u8, f: u16, g: u32, h: u64, i: f32, j: f64,
            k: bool, l: char, m: String,
        }
        "
    ));
}

#[test]
fn row_with_json() {
    assert_snapshot!(expand(
        from_row,
        "
        #[orm(from = Document)]
        struct Outline {
            id: i64,
            #[orm(json)]
            body: Vec<Section>,
            #[orm(json, expr = Document::TAGS.or_empty())]
            tags: Vec<String>,
        }
        "
    ));
}

#[test]
fn row_with_difficult_names() {
    assert_snapshot!(expand(
        from_row,
        r##"
        #[orm(from = r#type::Odd, table = "a \"# table\"")]
        struct r#Row {
            r#type: i64,
            #[orm(column = "a \"quoted\" column")]
            row: String,
            at: i32,
            self_: i32,
            _1: i32,
        }
        "##
    ));
}

#[test]
fn refused_row() {
    assert_snapshot!(expand(
        from_row,
        "
        #[orm(from = Document)]
        struct Outline {
            #[orm(primary_key)]
            id: i64,
            #[orm(json)]
            body: Vec<Section>,
        }
        "
    ));
    assert_snapshot!(expand(from_row, "enum Outline { Id(i64) }"));
}

#[test]
fn refused_struct() {
    assert_snapshot!(expand(
        active_record,
        "
        struct User {
            #[orm(primary_key)]
            id: i64,
            #[orm(lenght = 120)]
            name: String,
        }
        "
    ));
}

#[test]
fn relations_by_one_key() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(table = "albums")]
        pub struct Album {
            #[orm(primary_key)]
            id: i64,
            title: String,
            artist_id: i64,
            #[orm(belongs_to(on_delete = cascade, counter_cache = albums_count))]
            pub artist: BelongsTo<Artist>,
            #[orm(has_many(dependent = cascade, scope = by_number))]
            tracks: HasMany<Track>,
        }
        "#
    ));
}

#[test]
fn references_of_all_kinds() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Order {
            #[orm(primary_key)]
            id: i64,
            #[orm(references(Currency, column = code, on_update = cascade, deferrable))]
            currency: String,
            #[orm(references(Customer))]
            customer_id: i64,
            seller_id: Option<i64>,
            tenant: i32,
            item_id: i64,
            country: String,
            parent_id: Option<i64>,
            #[orm(belongs_to)]
            customer: BelongsTo<Customer>,
            #[orm(belongs_to(unconstrained, touch = seen_at))]
            seller: BelongsTo<Option<Person>>,
            #[orm(belongs_to(key = (tenant, item_id), deferrable))]
            item: BelongsTo<Item>,
            #[orm(belongs_to(key = country, references = code, on_update = cascade))]
            home: BelongsTo<Country>,
            #[orm(belongs_to(key = (tenant, country), references = (tenant, code)))]
            region: BelongsTo<Region>,
            #[orm(belongs_to(on_delete = set_null))]
            parent: BelongsTo<Option<Self>>,
        }
        "
    ));
}

#[test]
fn two_references_to_one_target() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Message {
            #[orm(primary_key)]
            id: i64,
            from_id: i64,
            #[orm(references(shop::Person))]
            copy_to: Option<i64>,
            #[orm(belongs_to)]
            from: BelongsTo<Person>,
        }
        "
    ));
}

#[test]
fn relations_by_a_key_of_the_target() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Author {
            #[orm(primary_key)]
            id: i64,
            code: String,
            tenant: i32,
            #[orm(has_one)]
            profile: HasOne<Profile>,
            #[orm(has_one(key = author_id, dependent = set_null))]
            address: HasOne<Option<Address>>,
            #[orm(has_many(key = (author_tenant, author_code), references = (tenant, code)))]
            books: HasMany<Book>,
            #[orm(has_many(through = books))]
            reviews: HasMany<Review>,
            #[orm(has_one(through = books, source = publisher, scope = newest))]
            house: HasOne<Publisher>,
        }
        "
    ));
}

#[test]
fn relations_over_a_join_table() {
    assert_snapshot!(expand(
        active_record,
        r#"
        struct LineUp {
            #[orm(primary_key)]
            id: i64,
            #[orm(many_to_many(through = Entry))]
            tracks: ManyToMany<Track>,
            #[orm(many_to_many(through = Rival, key = (line_up), target_key = other_id))]
            rivals: ManyToMany<LineUp>,
            #[orm(many_to_many(table = "line_up_genre", scope = by_name))]
            genres: ManyToMany<music::GenreName>,
            #[orm(many_to_many(table = "friends", target_key = friend_id))]
            friends: ManyToMany<Self>,
            #[orm(many_to_many(inverse = line_ups))]
            listeners: ManyToMany<Listener>,
        }
        "#
    ));
}

#[test]
fn relations_with_difficult_names() {
    assert_snapshot!(expand(
        active_record,
        r#"
        #[orm(strict_loading, crate = "my::orm")]
        pub(crate) struct r#Type {
            #[orm(primary_key)]
            id: i64,
            #[orm(embed)]
            place: Place,
            type_id: i64,
            #[orm(belongs_to)]
            r#type: BelongsTo<r#Type>,
            #[orm(has_many(key = r#ref))]
            entity: HasMany<Row>,
            #[orm(skip)]
            cache: Cache,
        }
        "#
    ));
}

#[test]
fn refused_relations() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Album {
            #[orm(primary_key)]
            id: i64,
            artist_id: i64,
            #[orm(belongs_to)]
            artist: BelongsTo<Artist>,
            #[orm(has_many(dependant = cascade))]
            tracks: HasMany<Track>,
            #[orm(has_many)]
            tracks_query: HasMany<Track>,
        }
        "
    ));
}

#[test]
fn polymorphic_enum() {
    assert_snapshot!(expand(
        polymorphic,
        r#"
        pub enum Subject {
            BlogPost(BlogPost),
            #[orm(rename = "picture")]
            Photo(media::Photo),
        }
        "#
    ));
}

#[test]
fn polymorphic_relation() {
    assert_snapshot!(expand(
        active_record,
        "
        struct Comment {
            #[orm(primary_key)]
            id: i64,
            subject_type: String,
            subject_id: i64,
            #[orm(belongs_to_any)]
            subject: BelongsToAny<Subject>,
            #[orm(has_many(as = subject, dependent = cascade))]
            replies: HasMany<Comment>,
        }
        "
    ));
}

#[test]
fn refused_polymorphic_enum() {
    assert_snapshot!(expand(
        polymorphic,
        "enum Subject { Post(Post), Story(Post), Photo }"
    ));
}

#[test]
fn mapper_of_a_plain_struct() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(table = "orders")]
        pub struct Order {
            #[orm(primary_key(uuid_v7))]
            id: Uuid,
            status: Status,
            customer_id: i64,
            #[orm(belongs_to)]
            customer: BelongsTo<Customer>,
        }
        "#
    ));
}

#[test]
fn mapper_with_a_version() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(table = "users")]
        struct User {
            #[orm(primary_key)]
            id: i64,
            name: String,
            #[orm(version)]
            version: i64,
        }
        "#
    ));
}

#[test]
fn mapper_of_an_aggregate() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(table = "orders")]
        struct Order {
            #[orm(primary_key)]
            id: i64,
            #[orm(owned(order = place))]
            lines: Vec<Line>,
            #[orm(owned(key = owner_id, by = name, mapper = LabelMapper))]
            labels: HashMap<String, domain::Label>,
        }
        "#
    ));
}

#[test]
fn refused_mapper() {
    assert_snapshot!(expand(
        mapper,
        "
        struct Order {
            id: i64,
            customer_id: i64,
            #[orm(belongs_to)]
            customer: BelongsTo<Customer>,
        }
        "
    ));
}

#[test]
fn mapper_of_a_type_of_another_crate() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(remote = "domain::Order", table = "orders", construct = domain::Order::restore)]
        struct OrderDef {
            #[orm(primary_key, getter = domain::Order::id, setter = domain::Order::set_id)]
            id: i64,
            #[orm(getter = domain::Order::note)]
            note: String,
            #[orm(json, getter = domain::Order::tags, setter = domain::Order::set_tags)]
            tags: Vec<String>,
            #[orm(embed, prefix = "total_", getter = domain::Order::total)]
            total: Money,
        }
        "#
    ));
}

#[test]
fn mapper_of_a_remote_type_with_a_made_key_of_two_columns() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(remote = "::domain::Line", construct = ::domain::Line::new)]
        pub struct Described {
            #[orm(primary_key(uuid_v7), getter = id, setter = set_id)]
            id: Uuid,
            #[orm(primary_key(with = next), setter = set_number)]
            number: i64,
        }
        "#
    ));
}

#[test]
fn mapper_of_a_remote_type_with_public_fields() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(remote = "domain::Line")]
        pub struct LineDef {
            #[orm(primary_key(assigned))]
            id: i64,
        }
        "#
    ));
}

#[test]
fn refused_remote_mapper() {
    assert_snapshot!(expand(
        mapper,
        r#"
        #[orm(remote = "domain::Order")]
        struct OrderDef {
            id: i64,
        }
        "#
    ));
}
