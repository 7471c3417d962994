//! The errors of one derive, collected so that the user sees all of them at once.

use std::cell::RefCell;
use std::thread;

/// Collects errors. It has to be asked for them with [`Ctxt::finish`] before it is dropped.
pub(crate) struct Ctxt {
    /// `None` once the errors have been taken.
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// Notes an error and goes on.
    pub(crate) fn push(&self, error: syn::Error) {
        if let Some(errors) = &mut *self.errors.borrow_mut() {
            errors.push(error);
        }
    }

    /// Notes the error of a result, or gives out its value.
    pub(crate) fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether nothing has been wrong so far. Asked by the rules that would otherwise miss what the
    /// user misspelled.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors.borrow().as_ref().is_none_or(Vec::is_empty)
    }

    /// All errors as one.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let errors = self.errors.take().unwrap_or_default();
        let combined = errors.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        combined.map_or(Ok(()), Err)
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        let taken = self.errors.get_mut().is_none();
        assert!(
            taken || thread::panicking(),
            "the errors of a derive were not asked for"
        );
    }
}
