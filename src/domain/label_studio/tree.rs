//! A configuration as a tree of tags: read by roxmltree, which expands no entity without a document type, and none is let in.

use roxmltree::{Document, Error, Node, ParsingOptions};

use crate::refusal::Refusal;

/// Reads XML of at most 100 KB, at most [`DEPTH_LIMIT`] deep.
///
/// # Errors
/// `studio-too-large`, `studio-deep`; `studio-doctype` for a document type; `studio-xml` with line and column.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Refusal> {
    if text.trim().is_empty() {
        return Err(refuse("studio-missing"));
    }
    if text.len() > BYTES_LIMIT {
        return Err(refuse("studio-too-large").with("most", BYTES_LIMIT / 1_000));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_LIMIT, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected => refuse("studio-doctype"),
        // These stand at no place but the end.
        Error::UnexpectedEndOfStream | Error::UnclosedRootNode | Error::NoRootNode => {
            let last = text.lines().last().unwrap_or_default();
            refuse("studio-xml").with("line", text.lines().count()).with("column", last.chars().count())
        }
        error => refuse("studio-xml").with("line", u64::from(error.pos().row)).with("column", u64::from(error.pos().col)),
    })?;
    // In the order of the text, so a node's parent is never deeper than the limit.
    match document.descendants().find(|node| node.ancestors().nth(DEPTH_LIMIT).is_some()) {
        Some(node) => Err(refuse("studio-deep").with("line", line(&node)).with("most", DEPTH_LIMIT)),
        None => Ok(document),
    }
}

/// A tag with its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    pub(super) node: Node<'a, 'a>,
    pub(super) line: u64,
}

impl<'a> Tag<'a> {
    pub(super) fn of(node: Node<'a, 'a>) -> Tag<'a> {
        Tag { node, line: line(&node) }
    }

    /// Its name.
    pub(super) fn name(&self) -> &'a str {
        self.node.tag_name().name()
    }

    /// An attribute, trimmed; none where it is missing or empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.node.attribute(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The tags right inside it.
    pub(super) fn children(&self) -> impl Iterator<Item = Tag<'a>> + use<'a> {
        self.node.children().filter(Node::is_element).map(Tag::of)
    }

    /// A refusal that names it and its line.
    pub(super) fn refuse(&self, code: &'static str) -> Refusal {
        refuse(code).with("line", self.line).with("tag", self.name())
    }
}

fn line(node: &Node<'_, '_>) -> u64 {
    node.document().text_pos_at(node.range().start).row.into()
}

pub(super) fn refuse(code: &'static str) -> Refusal {
    Refusal::new(code).field("config")
}

/// Bytes of a configuration.
const BYTES_LIMIT: usize = 100_000;
/// Tags, attributes' owners and pieces of text between them.
const NODES_LIMIT: u32 = 20_000;
/// Tags inside tags.
const DEPTH_LIMIT: usize = 30;
