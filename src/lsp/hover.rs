//! Hover: unit, value, declaration, documentation.

use std::fmt::Write;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::analysis::Analysis;
use super::words;

use crate::library::Library;
use crate::library::models;
use crate::names::{Kind, LibraryKind, SymbolId};
use crate::units::display::{
    describe_dimension, dimension_name, format_number, format_quantity, si_unit,
};

/// What is known at a position.
pub fn hover(analysis: &Analysis, position: Position) -> Option<Hover> {
    let offset = analysis.offset(position);
    let names = &analysis.names;
    let word = word_at(analysis.text(), offset);
    let by_place = || word.and_then(|word| words::by_place(analysis.text(), offset, word));
    let declared = || {
        let used = names.symbol_at(analysis.root, offset)?;
        Some((
            symbol(analysis, used.symbol)?,
            Some(analysis.range(used.span)),
        ))
    };
    let known = || {
        let used = names.library_at(analysis.root, offset)?;
        Some((
            library(&used.name, used.kind)?,
            Some(analysis.range(used.span)),
        ))
    };
    let described = || Some((words::describe(analysis, offset, word?)?, None));
    let (value, range) = match by_place() {
        Some(text) => (text, None),
        None => declared().or_else(known).or_else(described)?,
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        }),
        range,
    })
}

/// The letters around a byte.
pub fn word_at(text: &str, offset: u32) -> Option<&str> {
    let offset = offset as usize;
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..offset)?;
    let start = offset - before.len() + before.trim_end_matches(is_letter).len();
    let after = text.get(offset..)?;
    let end = text.len() - after.trim_start_matches(is_letter).len();
    text.get(start..end).filter(|word| !word.is_empty())
}

/// A declared name.
pub fn symbol(analysis: &Analysis, id: SymbolId) -> Option<String> {
    let symbol = analysis.names.symbols.get(id)?;
    let declaration = analysis.sources.text(symbol.whole);
    let bodied = declaration.contains('{') && !symbol.kind.is_variable();
    let shown = match bodied {
        true => declaration.split('{').next().unwrap_or("").trim_end(),
        false => declaration,
    };
    let mut out = format!(
        "```snn\n{shown}\n```\n{}",
        sentence(&analysis.names.describe(id))
    );
    let fact = analysis.fact(id);
    if let Some(fact) = fact {
        match fact.value {
            Some(value) => {
                let _ = write!(out, ": {}", format_quantity(value, fact.dimension));
                if let Some(name) = dimension_name(fact.dimension) {
                    let _ = write!(out, ", a {name}");
                }
            }
            None => {
                let _ = write!(out, ": {}", describe_dimension(fact.dimension));
            }
        }
    }
    if symbol.kind == Kind::Population
        && let Some(group) = analysis.facts.groups.get(&symbol.name)
    {
        let _ = write!(out, " of {}", group.size);
        if let Some((method, chosen)) = &group.method {
            let chosen = if *chosen { ", chosen by snnc" } else { "" };
            let _ = write!(out, "; integrated with `{method}`{chosen}");
        }
    }
    if let Some(doc) = &symbol.doc {
        let _ = write!(out, "\n\n{doc}");
    }
    Some(out)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A name of the language, as Markdown.
pub fn library(name: &str, kind: LibraryKind) -> Option<String> {
    let library = Library::standard();
    match kind {
        LibraryKind::Unit => {
            let unit = library
                .unit_after_value(name)
                .or_else(|| library.plain_unit(name))?;
            let dimension = dimension_name(unit.dimension).unwrap_or("a unit");
            let long = format!("{}{}", unit.prefix.name, unit.unit);
            let value = format!("{} {}", format_number(unit.scale), si_unit(unit.dimension));
            Some(format!("`{name}`: {long}, {value} ({dimension})"))
        }
        LibraryKind::Constant => {
            let constant = library.constant(name)?;
            Some(format!(
                "```snn\n{} = {}\n```\n{}",
                constant.name, constant.value, constant.doc
            ))
        }
        LibraryKind::Function => {
            let function = library.function(name)?;
            let mut out = format!("```snn\n{}\n```\n{}", function.signature.text, function.doc);
            if let Some(example) = function.examples.first() {
                let _ = write!(out, "\n\n`{}`", library.sources().text(example.span));
            }
            Some(out)
        }
        LibraryKind::Method => {
            let doc = library.method_doc(name)?;
            Some(format!("Integration method `{name}`\n\n{doc}"))
        }
        LibraryKind::BuiltIn => {
            let (_, doc) = crate::names::BUILT_IN
                .iter()
                .find(|(word, _)| *word == name)?;
            Some(format!("`{name}`: {doc}"))
        }
        LibraryKind::Model => {
            let model = models::find(name)?;
            Some(format!(
                "{}\n\nDefines `{}`.",
                model.summary(),
                model.definition()
            ))
        }
    }
}
