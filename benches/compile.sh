#!/usr/bin/env bash
# CPU seconds that the derive costs a user's crate, with its dependencies built before.
#
# Each figure is the least of several runs and includes cargo itself.
set -euo pipefail
export LC_ALL=C

runs=5
workspace=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_TARGET_DIR=$folder/target

# A crate without a line in it, so that building it builds the dependencies.
new_crate() { # name
    mkdir -p "$folder/$1/src"
    cat >"$folder/$1/Cargo.toml" <<TOML
[package]
name = "$1"
edition = "2024"

[dependencies]
orm = { package = "orm-toolkit", path = "$workspace" }

[workspace]
TOML
    cp "$workspace/Cargo.lock" "$folder/$1/"
    : >"$folder/$1/src/lib.rs"
}

entities() { # count, what prints more fields of one of so many, fields after the key
    echo "use orm::prelude::*;"
    for ((nth = 1; nth <= $1; nth++)); do
        echo "#[derive(Debug, Clone, ActiveRecord)]"
        echo "#[orm(table = \"entity_$nth\")]"
        echo "pub struct Entity$nth {"
        echo "    #[orm(primary_key)]"
        echo "    pub id: i64,"
        printf '    pub %s,\n' "${@:3}"
        "$2" "$nth" "$1"
        echo "}"
    done
}

alone() { :; }

# A reference to the entity before, and the references of the one behind.
related() { # nth, count
    echo "    #[orm(belongs_to)]"
    echo "    pub parent: orm::BelongsTo<Option<Entity$((($1 + $2 - 2) % $2 + 1))>>,"
    echo "    #[orm(has_many)]"
    echo "    pub children: orm::HasMany<Entity$(($1 % $2 + 1))>,"
}

# The least CPU seconds of several runs of a command, each after its preparation.
cpu_seconds() { # preparation, command
    local TIMEFORMAT='%U %S' least=
    for ((run = 0; run < runs; run++)); do
        "$1"
        local taken
        # The times are taken from the shell's standard error, and the command keeps its own.
        taken=$({ time $2 2>&3; } 3>&2 2>&1)
        least=$(awk -v least="$least" '{ s = $1 + $2; if (least != "" && least < s) s = least
                                         printf "%.2f", s }' <<<"$taken")
    done
    echo "$least"
}

line() { # what, seconds, goal
    awk -v what="$1" -v s="$2" -v goal="$3" \
        'BEGIN { printf "%-50s %6.2f  %4.1f %s\n", what, s, goal, (s > goal) ? "missed" : "" }'
}

forget() { cargo clean --quiet --package "$crate"; }
touch_source() { touch "$folder/$crate/src/lib.rs"; }

new_crate fifty
new_crate hundred
(cd "$folder/fifty" && cargo build --quiet)
(cd "$folder/hundred" && cargo check --quiet)

printf '%-50s %6s  %4s\n' "CPU seconds" "" goal

crate=fifty
cd "$folder/$crate"
entities 50 alone "name: String" "email: String" "age: Option<i32>" "active: bool" "score: f64" \
    >src/lib.rs
line "build 50 structs of 6 fields" "$(cpu_seconds forget "cargo build --quiet")" 1.0

crate=hundred
cd "$folder/$crate"
fields=("name: String" "email: String" "note: Option<String>" "age: Option<i32>"
    "active: bool" "score: f64" "visits: u32" "parent_id: Option<i64>" "photo: Vec<u8>")
entities 100 alone "${fields[@]}" >src/lib.rs
line "check 100 structs of 10 fields" "$(cpu_seconds forget "cargo check --quiet")" 3.0
line "check them again after a touch" "$(cpu_seconds touch_source "cargo check --quiet")" 1.0
entities 100 related "${fields[@]}" >src/lib.rs
line "check 100 structs with two relations more" "$(cpu_seconds forget "cargo check --quiet")" 3.0
line "check them again after a touch" "$(cpu_seconds touch_source "cargo check --quiet")" 1.0
