//! `references(Album, column = code, on_delete = cascade)`.

use syn::parse::ParseStream;
use syn::{Ident, Type};

use super::argument::Argument;
use super::option::options;
use super::{Words, end_of_item};
use crate::symbol::{ACTIONS, DEFERRABLE, ON_DELETE, ON_UPDATE, OTHER_COLUMN};

/// The foreign key of one column.
pub(crate) struct Reference {
    pub(crate) target: Type,
    /// The field of the target that the column refers to, if it is not the primary key.
    pub(crate) column: Option<Ident>,
    pub(crate) action: Actions,
}

/// What the database does to keep a foreign key right, and when it looks.
#[derive(Default)]
pub(crate) struct Actions {
    pub(crate) on_delete: Option<Ident>,
    pub(crate) on_update: Option<Ident>,
    pub(crate) deferrable: bool,
}

impl Reference {
    pub(super) fn parse(list: ParseStream<'_>) -> syn::Result<Self> {
        let mut reference = Self {
            target: list.parse()?,
            column: None,
            action: Actions::default(),
        };
        end_of_item(list)?;
        reference.options(list)?;
        Ok(reference)
    }

    fn options(&mut self, list: ParseStream<'_>) -> syn::Result<Words> {
        let known = &[OTHER_COLUMN, ON_DELETE, ON_UPDATE, DEFERRABLE];
        options(list, known, |argument| {
            match argument.symbol {
                OTHER_COLUMN => self.column = Some(argument.field()?),
                _ => self.action.accept(argument)?,
            }
            Ok(())
        })
    }
}

impl Actions {
    pub(super) fn accept(&mut self, argument: Argument<'_>) -> syn::Result<()> {
        match argument.symbol {
            ON_DELETE => self.on_delete = Some(argument.variant(&ACTIONS)?),
            ON_UPDATE => self.on_update = Some(argument.variant(&ACTIONS)?),
            DEFERRABLE => {
                argument.none()?;
                self.deferrable = true;
            }
            other => unreachable!("{other:?} is no option of a foreign key"),
        }
        Ok(())
    }
}
