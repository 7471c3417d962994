//! The words of `#[orm(…)]`, and how each is written.

/// One word, with an example of its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) name: &'static str,
    /// What to write between the parentheses of `#[orm(…)]`.
    pub(crate) usage: &'static str,
}

const fn symbol(name: &'static str, usage: &'static str) -> Symbol {
    Symbol { name, usage }
}

/// The relation of the target by which it refers to several tables.
pub(crate) const AS: Symbol = symbol("as", "as = subject");
pub(crate) const ASSIGNED: &str = "assigned";
pub(crate) const AUTO: &str = "auto";
pub(crate) const BELONGS_TO: Symbol = symbol("belongs_to", "belongs_to");
pub(crate) const BELONGS_TO_BY: Symbol = symbol("belongs_to", "belongs_to(key = artist_id)");
pub(crate) const BELONGS_TO_ANY: Symbol = symbol("belongs_to_any", "belongs_to_any");
pub(crate) const BELONGS_TO_ANY_BY: Symbol =
    symbol("belongs_to_any", "belongs_to_any(key = subject_id)");
/// The field of its children by which a map knows them.
pub(crate) const BY: Symbol = symbol("by", "by = sku");
pub(crate) const CHECK: Symbol = symbol("check", r#"check = "price > 0""#);
pub(crate) const COLLATE: Symbol = symbol("collate", r#"collate = "NOCASE""#);
pub(crate) const COLUMN: Symbol = symbol("column", r#"column = "name""#);
pub(crate) const COMMENT: Symbol = symbol("comment", r#"comment = "…""#);
pub(crate) const CONSTRUCT: Symbol = symbol("construct", "construct = path::to::Order::restore");
pub(crate) const COUNTER_CACHE: Symbol = symbol("counter_cache", "counter_cache = albums_count");
pub(crate) const CRATE: Symbol = symbol("crate", r#"crate = "::path::to::orm""#);
pub(crate) const DB_DEFAULT: Symbol = symbol("db_default", r#"db_default = "CURRENT_TIMESTAMP""#);
pub(crate) const DEFAULT: Symbol = symbol("default", "default = Role::User");
pub(crate) const DEFERRABLE: Symbol = symbol("deferrable", "deferrable");
pub(crate) const DEPENDENT: Symbol = symbol("dependent", "dependent = cascade");
pub(crate) const EMBED: Symbol = symbol("embed", "embed");
pub(crate) const EXPR: Symbol = symbol("expr", "expr = Album::TITLE");
pub(crate) const FROM: Symbol = symbol("from", "from = Track");
pub(crate) const GENERATED: Symbol = symbol("generated", r#"generated = "price * amount""#);
pub(crate) const GETTER: Symbol = symbol("getter", "getter = path::to::Order::number");
pub(crate) const HAS_MANY: Symbol = symbol("has_many", "has_many");
pub(crate) const HAS_MANY_BY: Symbol = symbol("has_many", "has_many(dependent = cascade)");
pub(crate) const HAS_ONE: Symbol = symbol("has_one", "has_one");
pub(crate) const HAS_ONE_BY: Symbol = symbol("has_one", "has_one(dependent = cascade)");
pub(crate) const INDEX: Symbol = symbol("index", "index");
pub(crate) const INDEX_OVER: Symbol = symbol("index", "index(field, other_field)");
pub(crate) const INTEGER: Symbol = symbol("integer", "integer");
pub(crate) const INVERSE: Symbol = symbol("inverse", "inverse = playlists");
pub(crate) const JOIN_ENTITY: Symbol = symbol("through", "through = Entry");
pub(crate) const JOIN_TABLE: Symbol = symbol("table", r#"table = "playlist_track""#);
pub(crate) const JOINED: Symbol = symbol("joined", "joined");
pub(crate) const JSON: Symbol = symbol("json", "json");
pub(crate) const KEY: Symbol = symbol("key", "key = artist_id");
pub(crate) const LENGTH: Symbol = symbol("length", "length = 120");
pub(crate) const MANY_TO_MANY: Symbol = symbol("many_to_many", "many_to_many(through = Entry)");
pub(crate) const MAPPER: Symbol = symbol("mapper", "mapper = LineMapper");
pub(crate) const NAME: Symbol = symbol("name", r#"name = "…""#);
pub(crate) const ON_DELETE: Symbol = symbol("on_delete", "on_delete = cascade");
pub(crate) const ON_UPDATE: Symbol = symbol("on_update", "on_update = cascade");
pub(crate) const ORDER: Symbol = symbol("order", "order = position");
pub(crate) const OTHER_COLUMN: Symbol = symbol("column", "column = code");
pub(crate) const OWNED: Symbol = symbol("owned", "owned");
pub(crate) const OWNED_BY: Symbol = symbol("owned", "owned(key = order_id)");
pub(crate) const PRECISION: Symbol = symbol("precision", "precision = 10");
pub(crate) const PREFIX: Symbol = symbol("prefix", r#"prefix = "home_""#);
pub(crate) const PRIMARY_KEY: Symbol = symbol("primary_key", "primary_key");
pub(crate) const PRIMARY_KEY_BY: Symbol = symbol("primary_key", "primary_key(uuid_v7)");
pub(crate) const READONLY: Symbol = symbol("readonly", "readonly");
pub(crate) const REFERENCES: Symbol =
    symbol("references", "references(Album, on_delete = cascade)");
/// `references` as an option: fields, and no table.
pub(crate) const REFERRED: Symbol = symbol("references", "references = code");
pub(crate) const REMOTE: Symbol = symbol("remote", r#"remote = "path::to::Order""#);
pub(crate) const RENAME: Symbol = symbol("rename", r#"rename = "name""#);
pub(crate) const RENAME_ALL: Symbol = symbol("rename_all", r#"rename_all = "snake_case""#);
pub(crate) const SCALE: Symbol = symbol("scale", "scale = 2");
pub(crate) const SCHEMA: Symbol = symbol("schema", r#"schema = "name""#);
pub(crate) const SCOPE: Symbol = symbol("scope", "scope = path::to::function");
pub(crate) const SETTER: Symbol = symbol("setter", "setter = path::to::Order::set_number");
pub(crate) const SKIP: Symbol = symbol("skip", "skip");
pub(crate) const SOURCE: Symbol = symbol("source", "source = tracks");
pub(crate) const SQL_TYPE: Symbol = symbol("sql_type", r#"sql_type = "citext""#);
pub(crate) const STRICT: Symbol = symbol("strict", "strict");
pub(crate) const STRICT_LOADING: Symbol = symbol("strict_loading", "strict_loading");
pub(crate) const TABLE: Symbol = symbol("table", r#"table = "name""#);
pub(crate) const TAG: Symbol = symbol("tag", r#"tag = "kind""#);
pub(crate) const TAG_FIELD: Symbol = symbol("tag", "tag = subject_type");
pub(crate) const TARGET_KEY: Symbol = symbol("target_key", "target_key = track_id");
pub(crate) const THROUGH: Symbol = symbol("through", "through = albums");
pub(crate) const TOUCH: Symbol = symbol("touch", "touch = updated_at");
pub(crate) const TRACKED: Symbol = symbol("tracked", "tracked");
pub(crate) const UNCONSTRAINED: Symbol = symbol("unconstrained", "unconstrained");
pub(crate) const UNIQUE: Symbol = symbol("unique", "unique");
pub(crate) const UNIQUE_TOGETHER: Symbol = symbol("unique", "unique(field, other_field)");
pub(crate) const VERSION: Symbol = symbol("version", "version");
pub(crate) const WHERE: Symbol = symbol("where", r#"where = "deleted_at IS NULL""#);
pub(crate) const WITH: &str = "with";
pub(crate) const WITHOUT_ROWID: Symbol = symbol("without_rowid", "without_rowid");

/// Key strategies whose word is the name of a generator in `orm_core::key`.
pub(crate) const GENERATORS: [&str; 3] = ["uuid_v4", "uuid_v7", "ulid"];

/// What the database can be told to do with a reference, and the name of the variant.
pub(crate) const ACTIONS: [(&str, &str); 5] = [
    ("cascade", "Cascade"),
    ("restrict", "Restrict"),
    ("set_null", "SetNull"),
    ("set_default", "SetDefault"),
    ("no_action", "NoAction"),
];

/// What becomes of the records that depend on one that is deleted, and the name of the variant.
pub(crate) const DEPENDENTS: [(&str, &str); 5] = [
    ("cascade", "Cascade"),
    ("restrict", "Restrict"),
    ("protect", "Protect"),
    ("set_null", "SetNull"),
    ("set_default", "SetDefault"),
];

/// The functions of every record, which a method of the same name would hide.
pub(crate) const FUNCTIONS: [&str; 41] = [
    "get",
    "find",
    "find_many",
    "find_by",
    "first",
    "last",
    "all",
    "count",
    "exists",
    "update_many",
    "inserting",
    "query",
    "alias",
    "save",
    "insert",
    "update",
    "save_only",
    "update_with",
    "upsert",
    "delete",
    "reload",
    "insert_many",
    "save_graph",
    "save_graphs",
    "delete_by_key",
    "get_or_create",
    "update_or_create",
    "increment",
    "hydrate",
    "value",
    "slot",
    "assign",
    "key",
    "set_key",
    "generate_key",
    "take_embedded",
    "remembered",
    "remembered_mut",
    "relations",
    "implied",
    "owned",
];

/// The functions of a record that is tracked, beside those.
pub(crate) const TRACKED_FUNCTIONS: [&str; 6] = [
    "changes",
    "changed",
    "is_changed",
    "is_new",
    "restore",
    "saved_changes",
];

/// The words that make a field a relation, and no column.
pub(crate) const RELATIONS: [Symbol; 6] = [
    BELONGS_TO,
    BELONGS_TO_ANY,
    HAS_ONE,
    HAS_MANY,
    MANY_TO_MANY,
    OWNED,
];
