//! The workloads on related rows as a user of this library writes them.

use orm::prelude::*;

use super::Calls;
use crate::Result;
use crate::blog::{Blog, Pairs, PlainPost, PlainUser, Post, User};

impl Blog for Calls<'_> {
    fn users_with_posts(&self) -> Result<Box<dyn Pairs>> {
        Ok(Box::new(User::query().with(User::POSTS).all(self.0)?))
    }

    fn posts_with_user(&self) -> Result<Box<dyn Pairs>> {
        Ok(Box::new(Post::query().with(Post::USER).all(self.0)?))
    }

    fn save_graphs(&self, users: &mut [User]) -> Result<()> {
        Ok(User::save_graphs(self.0, users)?)
    }
}

impl Pairs for Vec<User> {
    fn pairs(&self) -> Result<Vec<(PlainUser, PlainPost)>> {
        let mut pairs = Vec::new();
        for user in self {
            let posts = user.posts.get()?.iter();
            pairs.extend(posts.map(|post| (user.plain(), post.plain())));
        }
        Ok(pairs)
    }
}

impl Pairs for Vec<Post> {
    fn pairs(&self) -> Result<Vec<(PlainUser, PlainPost)>> {
        let pairs = self
            .iter()
            .map(|post| Ok((post.user.get()?.plain(), post.plain())));
        pairs.collect()
    }
}
