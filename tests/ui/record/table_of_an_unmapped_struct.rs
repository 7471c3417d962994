struct Artist;

fn main() {
    let _ = orm::schema![Artist];
}
