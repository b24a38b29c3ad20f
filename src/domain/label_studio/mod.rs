//! Interchange with Label Studio (labelstud.io): its labelling configuration becomes an answer form and the other way round, its
//! tasks become items, their predictions what a model suggests, and accepted answers become tasks with annotations that it imports.
//! Nothing here knows of files or pages.
//!
//! Formats: <https://labelstud.io/tags/> and <https://labelstud.io/guide/task_format>. `tests/label-studio/` holds all of this
//! to the program itself.

mod layout;
mod predictions;
mod read;
mod results;
mod tags;
mod tasks;
mod tree;
mod write;

use serde::{Deserialize, Serialize};

pub use layout::Layout;
pub use read::{Imported, read};
pub use results::{Answered, Damaged, task};
pub(crate) use tasks::rows;
pub use write::write;

/// What a configuration calls the things that a task shows. Kept with a batch, so that tasks of the same project are read, and its
/// answers go back, under the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The text or picture.
    pub prompt: Option<Source>,
    /// Two texts, one of which is preferred.
    pub pair: Option<[Source; 2]>,
    /// Texts to be ranked.
    pub list: Option<Source>,
}

/// Something that a task shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Of its tag.
    pub name: String,
    /// Of the task's data, without the `$`.
    pub field: String,
}

impl Source {
    /// A tag that shows the field of its own name.
    fn of(name: &str) -> Source {
        Source { name: name.to_owned(), field: name.to_owned() }
    }
}

/// The field of a task's data in which our export keeps the item's id.
pub const ITEM_FIELD: &str = "manyhands_item";
/// The field with the workers' numbers, in the order of the annotations.
pub const WORKERS_FIELD: &str = "manyhands_workers";
/// The field with the versions of the guidelines under which they answered, in the same order.
pub const GUIDELINES_FIELD: &str = "manyhands_guidelines";

/// The field with the questions in which each of them is another answer than was suggested, in the same order.
pub const CHANGED_FIELD: &str = "manyhands_changed";

#[cfg(test)]
mod tests;
