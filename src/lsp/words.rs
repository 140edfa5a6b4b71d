//! What a word of the language does, at the place where it stands: keywords, options, kinds of plots, forms of connections, flags.

use super::analysis::Analysis;
use crate::analysis::functions;
use crate::model::plots;
use crate::names::keywords::{FLAGS, KEYWORDS, Keyword, Place};
use crate::syntax::ast::{DefinitionKind, ItemKind, PopulationKind};

/// Words that belong to a `connect:` line, with the form and what they mean.
pub const CONNECT: &[(&str, &str, &str)] = &[
    (
        "p",
        "connect: p = 0.1",
        "Each pair is connected with this probability; it may depend on `i`, `j` and positions.",
    ),
    (
        "n",
        "connect: if i != j, n = 2",
        "So many synapses for each pair.",
    ),
    (
        "i",
        "connect: i = [0, 1], j = [2, 3]",
        "The index of the source: pairs as listed, or a source for each target.",
    ),
    (
        "j",
        "connect: j = i + 1",
        "The index of the target: pairs as listed, or a target for each source.",
    ),
    (
        "if",
        "connect: if i != j",
        "Pairs for which a condition holds.",
    ),
    (
        "range",
        "connect: j = k for k in range(i - 2, i + 3), skip",
        "Runs through whole numbers, the last excluded.",
    ),
    (
        "sample",
        "connect: j = k for k in sample(N_post, size = 10)",
        "Draws from whole numbers: each with a probability `p`, or a fixed number of them, `size`.",
    ),
    (
        "size",
        "connect: j = k for k in sample(N_post, size = 10)",
        "How many different values are drawn.",
    ),
];

/// Words of other lines.
const OTHERS: &[(&str, &str, &str)] = &[
    ("each", "every step", "In each time step."),
    (
        "seed",
        "seed = 1",
        "The seed of the random numbers: the same file and seed give the same spikes.",
    ),
    (
        "trace",
        "trace(lif.v[0])",
        "The recorded values of a variable over time.",
    ),
    (
        "times",
        "times(lif.v[0])",
        "The times at which a variable was recorded.",
    ),
    (
        "load",
        "load(\"data.npy\")",
        "The values of a file: .npy, .npz, .csv.",
    ),
    (
        "evaluate",
        "evaluate(hh.alpha, v: linspace(-100 mV, 50 mV, 151))",
        "An expression of a population for other values of its variables.",
    ),
    (
        "derivative",
        "derivative(fhn.v, v: 0.5, w: 0)",
        "The right side of a differential equation for given values.",
    ),
];

/// What a word does, as Markdown: by the line and the block it stands in.
pub fn describe(analysis: &Analysis, offset: u32, word: &str) -> Option<String> {
    let line = line_at(analysis.text(), offset);
    let first = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .find(|w| !w.is_empty());
    let first = first.unwrap_or("");
    let in_connect = first == "connect" && word != "connect";
    in_connect
        .then(|| row(CONNECT, word))
        .flatten()
        .or_else(|| drawing(first, word))
        .or_else(|| keyword(analysis, offset, word).map(|row| shown(row.form, row.doc)))
        .or_else(|| flag(word))
        .or_else(|| function(word))
        .or_else(|| row(CONNECT, word))
        .or_else(|| row(OTHERS, word))
}

/// What a word means by its place alone, whatever else has its name: a kind of plot that is called in a `plot` line, a flag in parentheses.
pub fn by_place(text: &str, offset: u32, word: &str) -> Option<String> {
    let line = line_at(text, offset);
    let called = line.contains(&format!("{word}("));
    let kind = plots::KINDS.iter().find(|kind| kind.name == word);
    if let Some(kind) = kind.filter(|_| called && line.trim_start().starts_with("plot")) {
        return Some(shown(&format!("plot {}", kind.form), kind.about));
    }
    let before = text.get(..offset as usize)?;
    let after = text.get(offset as usize..)?;
    let open = before.rfind(['(', '\n', '=', ':'])?;
    let close = after.find([')', '\n', '('])?;
    let within = text.get(open + 1..offset as usize + close)?;
    let bracketed = before.get(open..)?.starts_with('(') && after.get(close..)?.starts_with(')');
    let mut parts = within.split(',').map(str::trim);
    let flag = parts.find_map(|part| {
        FLAGS
            .iter()
            .find(|(name, _)| *name == part && part.contains(word))
    })?;
    let behind_unit = before.get(..open)?.rsplit('\n').next()?.contains(':');
    (bracketed && behind_unit).then(|| format!("`({})`\n\n{}", flag.0, flag.1))
}

fn shown(form: &str, doc: &str) -> String {
    format!("```snn\n{form}\n```\n{doc}")
}

fn row(table: &[(&str, &str, &str)], word: &str) -> Option<String> {
    let (_, form, doc) = table.iter().find(|(name, ..)| *name == word)?;
    Some(shown(form, doc))
}

fn line_at(text: &str, offset: u32) -> &str {
    let offset = (offset as usize).min(text.len());
    let start = text
        .get(..offset)
        .and_then(|t| t.rfind('\n'))
        .map_or(0, |k| k + 1);
    let end = text
        .get(offset..)
        .and_then(|t| t.find('\n'))
        .map_or(text.len(), |k| offset + k);
    text.get(start..end).unwrap_or("")
}

/// Kinds of plots and options, in the lines of figures.
fn drawing(first: &str, word: &str) -> Option<String> {
    let tables: &[&[plots::PlotOption]] = match first {
        "plot" => &[plots::PANEL, plots::LOOKS],
        "figure" => &[plots::FIGURE],
        "mark" => &[plots::MARK],
        _ => return None,
    };
    if let Some(kind) = plots::KINDS
        .iter()
        .find(|kind| kind.name == word && first == "plot")
    {
        return Some(shown(&format!("plot {}", kind.form), kind.about));
    }
    let option = tables
        .iter()
        .copied()
        .flatten()
        .find(|option| option.name == word);
    if let Some(option) = option {
        return Some(shown(
            &format!("{}: {}", option.name, option.form),
            option.about,
        ));
    }
    let kind = plots::KINDS
        .iter()
        .find(|kind| kind.options.contains(&word))?;
    Some(shown(
        &format!("plot {}", kind.form),
        &format!("An option of `{}`: {}", kind.name, kind.about),
    ))
}

/// The row of a word that fits the block around it; the first one otherwise.
fn keyword(analysis: &Analysis, offset: u32, word: &str) -> Option<&'static Keyword> {
    let items = analysis.tree.items.iter();
    let mut around = items.filter(|item| item.span.start < offset && offset <= item.span.end);
    let places: &[Place] = match around.next().map(|item| &item.kind) {
        Some(ItemKind::Population(population)) => match population.kind {
            PopulationKind::Neurons => &[Place::Neurons, Place::Both],
            PopulationKind::Poisson => &[Place::Poisson],
            PopulationKind::Spikes => &[Place::Spikes],
        },
        Some(ItemKind::Definition(definition)) => match definition.kind {
            DefinitionKind::Neuron => &[Place::Neurons, Place::Both],
            DefinitionKind::Synapse => &[Place::Synapses, Place::Both],
        },
        Some(ItemKind::Projection(_)) => &[Place::Synapses, Place::Both],
        Some(ItemKind::PoissonInput(_)) => &[Place::Input],
        _ => &[Place::Top],
    };
    let rows = || KEYWORDS.iter().filter(|row| row.word == word);
    rows()
        .find(|row| places.contains(&row.place))
        .or_else(|| rows().next())
}

fn flag(word: &str) -> Option<String> {
    let mut flags = FLAGS.iter();
    let has = |name: &str| name.split([' ', '-']).any(|part| part == word);
    let (name, doc) = flags.find(|(name, _)| has(name))?;
    Some(format!("`({name})`\n\n{doc}"))
}

fn function(word: &str) -> Option<String> {
    if let Some(function) = functions::named(word).next() {
        let form = format!("{}{}", function.name, function.signature);
        return Some(shown(
            &form,
            &format!("{}\n\n`{}`", function.doc, function.example),
        ));
    }
    None
}
