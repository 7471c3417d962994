//! The workloads on related rows as one writes them with rusqlite.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params, params_from_iter};

use super::Calls;
use crate::Result;
use crate::blog::{Blog, Pairs, PlainPost, PlainUser, User};

const USERS: &str = "SELECT id, name, email, active FROM users";
const POSTS: &str = "SELECT id, title, body, likes, user_id FROM posts WHERE user_id IN (";
const POSTS_WITH_USER: &str = "SELECT p.id, p.title, p.body, p.likes, p.user_id, \
                               u.id, u.name, u.email, u.active \
                               FROM posts p JOIN users u ON u.id = p.user_id";
const INSERT_USER: &str = "INSERT INTO users (name, email, active) VALUES (?1, ?2, ?3)";
const INSERT_POST: &str = "INSERT INTO posts (title, body, likes, user_id) VALUES (?1, ?2, ?3, ?4)";

impl Blog for Calls<'_> {
    fn users_with_posts(&self) -> Result<Box<dyn Pairs>> {
        let mut users = self.0.prepare_cached(USERS)?;
        let users = users.query_map([], |row| read_user(row, 0))?;
        let users: Vec<PlainUser> = users.collect::<rusqlite::Result<_>>()?;

        let mut posts = self.0.prepare_cached(&posts_of(users.len()))?;
        let keys = params_from_iter(users.iter().map(|user| user.id));
        let mut of_users: HashMap<i64, Vec<PlainPost>> = HashMap::with_capacity(users.len());
        for post in posts.query_map(keys, |row| read_post(row, 0))? {
            let post = post?;
            of_users.entry(post.user_id).or_default().push(post);
        }
        let with_posts = |user: PlainUser| {
            let posts = of_users.remove(&user.id).unwrap_or_default();
            (user, posts)
        };
        let users: Vec<_> = users.into_iter().map(with_posts).collect();
        Ok(Box::new(users))
    }

    fn posts_with_user(&self) -> Result<Box<dyn Pairs>> {
        let mut posts = self.0.prepare_cached(POSTS_WITH_USER)?;
        let posts = posts.query_map([], |row| Ok((read_user(row, 5)?, read_post(row, 0)?)))?;
        let posts: Vec<(PlainUser, PlainPost)> = posts.collect::<rusqlite::Result<_>>()?;
        Ok(Box::new(posts))
    }

    fn save_graphs(&self, users: &mut [User]) -> Result<()> {
        self.together(|connection| insert_graphs(connection, users))
    }
}

fn posts_of(users: usize) -> String {
    let mut sql = String::with_capacity(POSTS.len() + 2 * users);
    sql.push_str(POSTS);
    for nth in 0..users {
        sql.push_str(if nth == 0 { "?" } else { ",?" });
    }
    sql.push(')');
    sql
}

fn insert_graphs(connection: &Connection, users: &mut [User]) -> Result<()> {
    let mut insert_user = connection.prepare_cached(INSERT_USER)?;
    let mut insert_post = connection.prepare_cached(INSERT_POST)?;
    for user in users {
        insert_user.execute(params![user.name, user.email, user.active])?;
        user.id = connection.last_insert_rowid();
        for post in user.posts.get_mut()? {
            post.user_id = user.id;
            insert_post.execute(params![post.title, post.body, post.likes, post.user_id])?;
            post.id = connection.last_insert_rowid();
        }
    }
    Ok(())
}

fn read_user(row: &Row<'_>, at: usize) -> rusqlite::Result<PlainUser> {
    Ok(PlainUser {
        id: row.get(at)?,
        name: row.get(at + 1)?,
        email: row.get(at + 2)?,
        active: row.get(at + 3)?,
    })
}

fn read_post(row: &Row<'_>, at: usize) -> rusqlite::Result<PlainPost> {
    Ok(PlainPost {
        id: row.get(at)?,
        title: row.get(at + 1)?,
        body: row.get(at + 2)?,
        likes: row.get(at + 3)?,
        user_id: row.get(at + 4)?,
    })
}

impl Pairs for Vec<(PlainUser, Vec<PlainPost>)> {
    fn pairs(&self) -> Result<Vec<(PlainUser, PlainPost)>> {
        let beside = |(user, posts): &(PlainUser, Vec<PlainPost>)| {
            let posts = posts.iter().cloned();
            posts.map(|post| (user.clone(), post)).collect::<Vec<_>>()
        };
        Ok(self.iter().flat_map(beside).collect())
    }
}

impl Pairs for Vec<(PlainUser, PlainPost)> {
    fn pairs(&self) -> Result<Self> {
        Ok(self.clone())
    }
}
