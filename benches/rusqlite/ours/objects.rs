//! The workloads on objects as a user of this library writes them: by a session.

use orm::prelude::*;
use orm::{Handle, Session};

use super::Calls;
use crate::Result;
use crate::objects::{CHANGED_OF, Loaded, NewOrders, Objects};
use crate::track::TrackMapper;

impl Objects for Calls<'_> {
    fn add_orders(&self, new: NewOrders) -> Result<()> {
        let mut session = Session::new(self.0);
        for order in new.orders {
            session.add(order)?;
        }
        for line in new.lines {
            session.add(line)?;
        }
        Ok(session.commit()?)
    }

    fn loaded(&self) -> Result<Box<dyn Loaded + '_>> {
        let mut session = Session::new(self.0);
        let tracks = session.all(&TrackMapper::query())?;
        Ok(Box::new(Tracks { session, tracks }))
    }
}

struct Tracks<'d> {
    session: Session<'d>,
    tracks: Vec<Handle<TrackMapper>>,
}

impl Loaded for Tracks<'_> {
    fn raise_prices(&mut self) -> Result<usize> {
        let changed = self.tracks.iter().step_by(CHANGED_OF);
        let count = changed.len();
        for &track in changed {
            self.session[track].price += 1.0;
        }
        self.session.commit()?;
        Ok(count)
    }
}
