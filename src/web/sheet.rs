//! A page as an open account book has it: a head, and leaves under an ink rule, each made of a few kinds of blocks.
//! Pages are put together from these in Rust; how each block looks stands once, in `templates/parts/sheet.html`.

use crate::web::forms::Form;
use crate::web::view::Shell;

/// A page.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Small capitals beside the title.
    pub margin: String,
    /// The title.
    pub title: String,
    /// Whether something was refused: a red rule above the title.
    pub refused: bool,
    /// Whether it is refused for now only: too many attempts (429).
    pub wait: bool,
    /// Whether the first sentence is a warning.
    pub alarm: bool,
    /// The first sentence below the title in bold, and what follows on it.
    pub lead: Option<(String, String)>,
    /// Sentences below the title.
    pub ledes: Vec<String>,
    /// What the page is for, where that is one press elsewhere: address, words.
    pub go: Option<(String, String)>,
    /// Links to the fields that were refused: address and sentence.
    pub faults: Vec<(String, String)>,
    /// The one big figure, with what stands small before it.
    pub big: Option<(String, String)>,
    /// Sections.
    pub leaves: Vec<Leaf>,
    /// A script of `static/` that adds to the page; it works without.
    pub script: Option<&'static str>,
    /// Whether its forms have keys of their own (`review.js`).
    pub keys: bool,
    /// What is read beside everything else, where there is room, else after it: small capitals, and words as they stand.
    pub beside: Option<(String, String)>,
}

/// A section.
#[derive(Debug, Default)]
pub struct Leaf {
    /// Small capitals in the margin.
    pub label: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// What stands in a section.
#[derive(Debug)]
pub enum Block {
    /// A sentence or two.
    Text(String),
    /// The same, small and soft.
    Small(String),
    /// A figure with words after it.
    Big(String, String),
    /// Rows with a money column.
    Rows(Vec<Row>),
    /// A picture of figures.
    Pictured(Box<crate::web::pictured::Pictured>),
    /// A table with figures.
    Table(Table),
    /// Where each 100 goes: class, width in percent, name.
    Bar(Vec<BarPart>),
    /// The same with half the height: one of two that are held against each other.
    ThinBar(Vec<BarPart>),
    /// People as strokes, with the post that they must reach.
    Tally(Box<super::tally::Tally>),
    /// What members said, each with what answers it.
    Thread(Box<super::discussion::Thread>),
    /// Arithmetic: operator, words, figure, and whether it is ruled off.
    Sum(Vec<SumRow>),
    /// Who stands behind a contract: name, words, figure, words below it.
    Chain(Vec<[String; 4]>),
    /// Promised and measured over the floor.
    Hour(Box<Hour>),
    /// A form.
    Form(Box<Form>),
    /// A ballot: each choice is a button that sends it.
    Choices(Box<crate::web::ballots::Choices>),
    /// Buttons that lead somewhere: address, words.
    Links(Vec<(String, String)>),
    /// Words as they stand, several lines.
    Lines(String),
    /// Shapes on a picture: a script draws them; without it they are read.
    Drawn(Box<Shapes>),
    /// A text behind a veil.
    Veil(Box<crate::web::veil::Veil>),
    /// A picture behind a veil.
    Blind(Box<crate::web::veil::Blind>),
    /// What lets the veil of a picture fall again.
    Ask(Box<crate::web::veil::Ask>),
    /// Signed bytes as they stand, in letters of one width.
    Bytes(String),
    /// The same, folded away under these words.
    Folded(String, String),
    /// Where the page's script speaks: `data-<name>` and its value. Empty without it.
    Status(Vec<(&'static str, String)>),
    /// The stamp in the money column, below a table: address, words.
    Seal(String, String),
    /// What a list shows, and in which order.
    Pick(Box<Pick>),
    /// A picture of a task.
    Picture(Box<super::files::Shown>),
    /// What stands otherwise than before.
    Changes(Box<Changes>),
    /// Pairs of words: name, value.
    Facts(Vec<(String, String)>),
    /// The same, each name leading somewhere: address, name, value.
    Ways(Vec<[String; 3]>),
    /// The same, each name a press.
    Deeds(Vec<Deed>),
}

/// A press among others like it, with what it does.
#[derive(Debug)]
pub struct Deed {
    /// Where it posts.
    pub action: String,
    /// Its words.
    pub words: String,
    /// Beside it.
    pub more: String,
}

/// Shapes on a picture.
#[derive(Debug)]
pub struct Shapes {
    /// Its address.
    pub src: String,
    /// What it is.
    pub alt: String,
    /// The shapes, one a line.
    pub lines: String,
    /// What the script needs to know.
    pub drawn: crate::web::drawing::Drawn,
    /// What is shown instead, before it is asked for.
    pub blind: Option<crate::web::veil::Blind>,
}

/// What stands otherwise than before, part by part.
#[derive(Debug)]
pub struct Changes {
    /// Says of a line that it stood there, for those who do not see it.
    pub gone: String,
    /// Says of a line that it stands there now.
    pub new: String,
    /// What it is called, and its lines.
    pub parts: Vec<(String, Vec<ChangedLine>)>,
}

/// A line of a changed part.
#[derive(Debug)]
pub struct ChangedLine {
    /// What became of it.
    pub kind: Change,
    /// The line.
    pub text: String,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Kept,
    /// It is gone.
    Gone,
    /// It is new.
    New,
    /// It stands for lines that stay and are left out.
    Left,
}

/// Choices above a list, sent by GET.
#[derive(Debug)]
pub struct Pick {
    /// The list.
    pub action: String,
    /// Folds it out.
    pub words: String,
    /// Whether something is chosen.
    pub open: bool,
    /// Selects, or a number to type.
    pub fields: Vec<crate::web::forms::Field>,
    /// The button's words.
    pub button: String,
}

/// Whether a list needs its money column.
pub fn has_money(rows: &[Row]) -> bool {
    rows.iter().any(|row| !row.figure.is_empty() || !row.per.is_empty() || row.seal.is_some() || !row.steps.is_empty())
}

/// A row of a list.
#[derive(Debug, Default)]
pub struct Row {
    /// What it is.
    pub title: String,
    /// Where that leads; empty: nowhere.
    pub href: String,
    /// In ink, below the title.
    pub strong: String,
    /// Below that.
    pub facts: Vec<String>,
    /// Filled triangles, and the words beside them.
    pub hazard: Option<(u8, String)>,
    /// In the money column.
    pub figure: String,
    /// Below it.
    pub per: String,
    /// A button: where it posts, its words, and whether it is a line only.
    pub press: Option<Press>,
    /// A link that looks like a button: address, words.
    pub go: Option<(String, String)>,
    /// Arithmetic to fold out: words, rows.
    pub why: Option<(String, Vec<SumRow>)>,
    /// Every entry that the sum is made of, folded out with the arithmetic: address, words.
    pub entries: Vec<(String, String)>,
    /// The seal: address, words.
    pub seal: Option<(String, String)>,
    /// What became of it, entry by entry: words, and each its seal in the money column.
    pub steps: Vec<(String, (String, String))>,
}

impl Row {
    /// Whether anything stands below the title.
    pub fn has_facts(&self) -> bool {
        !self.strong.is_empty() || !self.facts.is_empty() || self.hazard.is_some()
    }
}

/// A button that acts.
#[derive(Debug)]
pub struct Press {
    /// Where it posts.
    pub action: String,
    /// Its words.
    pub words: String,
    /// For those who do not see the row.
    pub aria: String,
    /// Whether it is a line only: one of many, none of which is what the page is for.
    pub quiet: bool,
}

/// A table with figures at the right.
#[derive(Debug, Default)]
pub struct Table {
    /// Heads of the columns, the first over the names.
    pub heads: Vec<String>,
    /// Rows: class of the swatch (empty: none), name, figures; and whether it is a total.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Debug, Default)]
pub struct TableRow {
    /// `s1` … `s5`, `sx`, or empty.
    pub swatch: &'static str,
    /// What.
    pub name: String,
    /// Small, below it.
    pub under: String,
    /// Figures.
    pub figures: Vec<String>,
    /// Ruled off: 1 a subtotal, 2 the end.
    pub total: u8,
}

/// A part of a bar.
#[derive(Debug, Clone)]
pub struct BarPart {
    /// `s1` … `s5`, `sx`.
    pub class: &'static str,
    /// From the left, percent.
    pub x: String,
    /// Percent.
    pub width: String,
    /// In words, for those who do not see it.
    pub name: String,
}

/// A row of arithmetic.
#[derive(Debug, Clone, Default)]
pub struct SumRow {
    /// `×`, `=`, …
    pub op: &'static str,
    /// What.
    pub name: String,
    /// How much.
    pub figure: String,
    /// 0 plain, 1 ruled above, 2 the result.
    pub rule: u8,
}

/// Promised and measured over the floor, places in percent of the scale.
#[derive(Debug)]
pub struct Hour {
    /// In words.
    pub aria: String,
    /// Where the floor ends.
    pub floor: String,
    /// Word above the floor's post.
    pub floor_word: String,
    /// Where the promise points.
    pub promised: String,
    /// Where the measure points, if there is one.
    pub measured: Option<String>,
    /// Figures below the line: place, number.
    pub ticks: Vec<(String, String)>,
    /// Rows underneath: sign (`|`, `▽`, `▲`), words, figure.
    pub rows: Vec<(&'static str, String, String)>,
}

impl Sheet {
    /// A page with a title.
    pub fn new(margin: impl Into<String>, title: impl Into<String>) -> Sheet {
        Sheet { margin: margin.into(), title: title.into(), ..Sheet::default() }
    }

    /// A page that says no.
    pub fn refused(title: impl Into<String>) -> Sheet {
        Sheet { title: title.into(), refused: true, ..Sheet::default() }
    }

    /// With a sentence below the title.
    pub fn lede(mut self, words: impl Into<String>) -> Sheet {
        self.ledes.push(words.into());
        self
    }

    /// With a first sentence of which the beginning is bold.
    pub fn lead(mut self, bold: impl Into<String>, rest: impl Into<String>) -> Sheet {
        self.lead = Some((bold.into(), rest.into()));
        self
    }

    /// With the one button that the page is for.
    pub fn go(mut self, to: impl Into<String>, words: impl Into<String>) -> Sheet {
        self.go = Some((to.into(), words.into()));
        self
    }

    /// With a script of `static/`.
    pub fn with_script(mut self, name: &'static str) -> Sheet {
        self.script = Some(name);
        self
    }

    /// Whether something on it stands behind a veil.
    pub fn is_veiled(&self) -> bool {
        let is_veiled = |block: &Block| match block {
            Block::Veil(_) | Block::Blind(_) | Block::Ask(_) => true,
            Block::Drawn(shapes) => shapes.blind.is_some(),
            _ => false,
        };
        self.leaves.iter().any(|leaf| leaf.blocks.iter().any(is_veiled))
    }

    /// With a section.
    pub fn leaf(mut self, label: impl Into<String>, blocks: Vec<Block>) -> Sheet {
        self.leaves.push(Leaf { label: label.into(), blocks });
        self
    }

    /// The whole page.
    pub fn html(&self, shell: &Shell) -> String {
        super::answer::render(&super::view::SheetPage { shell, sheet: self })
    }
}
