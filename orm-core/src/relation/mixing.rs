//! Hashing of keys, most of which are numbers: by the usual way it takes longer than all else that is done with them.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes the hashers of one map. Their seed is random, so that nobody can choose keys that collide.
pub(crate) struct Mixing {
    seed: u64,
}

impl Default for Mixing {
    fn default() -> Self {
        let seed = RandomState::new().build_hasher().finish();
        Self { seed }
    }
}

impl BuildHasher for Mixing {
    type Hasher = Mixed;

    fn build_hasher(&self) -> Mixed {
        Mixed(self.seed)
    }
}

/// Numbers, each multiplied into what came before.
pub(crate) struct Mixed(u64);

impl Hasher for Mixed {
    fn write_u64(&mut self, number: u64) {
        // The golden ratio, of which no bit is like its neighbors.
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let (low, high) = (self.0 ^ number).carrying_mul(FACTOR, 0);
        self.0 = low ^ high;
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for &word in words {
            self.write_u64(u64::from_le_bytes(word));
        }
        for &byte in rest {
            self.write_u64(byte.into());
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
