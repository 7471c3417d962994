//! Work on related rows. The operation is the row.

use std::hint::black_box;

use super::Input;
use crate::Result;
use crate::blog::{self, POSTS_EACH, USERS};
use crate::side::Store;

/// The posts of each new user.
pub(super) const NEW_POSTS_EACH: usize = 5;

/// The users, and the posts of each.
pub(super) fn users_with_posts(store: &dyn Store, _: &mut Input) -> Result<usize> {
    black_box(store.users_with_posts()?);
    Ok(USERS * (1 + POSTS_EACH))
}

/// The posts, and the user of each.
pub(super) fn posts_with_user(store: &dyn Store, _: &mut Input) -> Result<usize> {
    black_box(store.posts_with_user()?);
    Ok(USERS * POSTS_EACH)
}

/// New users with new posts.
pub(super) fn save_graphs(store: &dyn Store, input: &mut Input) -> Result<usize> {
    blog::unsave(&mut input.graphs)?;
    store.save_graphs(black_box(&mut input.graphs))?;
    Ok(input.graphs.len() * (1 + NEW_POSTS_EACH))
}
