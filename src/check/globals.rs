//! Names at the top level of files.
//!
//! Every file has a scope of its own: its own names first, then those of the files it uses, in the order of the `use` lines.
//! So a definition keeps the constants it was written with, whatever the file that uses it calls its own.

use std::collections::HashMap;

use super::dims::Dim;
use crate::model::protocol::Slice;
use crate::model::{ConstantId, GroupId, ProjectionId, SignalId};
use crate::source::{FileId, Span};
use crate::syntax::ast;

/// A file of the compilation.
#[derive(Debug)]
pub struct SourceUnit {
    /// Its id.
    pub id: FileId,
    /// Its name, for `use` lines relative to it.
    pub name: String,
    /// Its text as a tree.
    pub file: ast::File,
    /// Positions of the files it uses, in order.
    pub uses: Vec<usize>,
}

/// What a name at top level means.
#[derive(Clone, Copy, Debug)]
pub enum Global<'a> {
    /// `tau = 10 ms`
    Constant(ConstantId),
    /// `f(x) = …`, and the file it stands in.
    Function(&'a ast::Function, usize),
    /// `signal s(t) = …`
    Signal(SignalId),
    /// `neurons lif[10] { … }`
    Population(GroupId),
    /// `exc = cells[0:3200]`
    Subgroup(Slice),
    /// `synapses S: exc -> cells { … }`
    Projection(ProjectionId),
    /// `poisson_input`, and others whose declaration was faulty: nothing more is said about them.
    Faulty,
}

/// Names of one file.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Constants, functions, signals, populations, subgroups, with the place of their declaration.
    pub values: HashMap<&'a str, (Global<'a>, Span)>,
    /// `neuron NAME { … }`.
    pub definitions: HashMap<&'a str, &'a ast::Definition>,
    /// `parameters NAME { … }`.
    pub parameter_sets: HashMap<&'a str, &'a ast::Parameters>,
}

/// How far the value of a constant is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Not looked at.
    Open,
    /// Waiting for others.
    Started,
    /// Known, or found faulty.
    Done,
}

/// A constant and its declaration.
#[derive(Clone, Copy, Debug)]
pub struct ConstantEntry<'a> {
    /// Its declaration.
    pub item: &'a ast::Constant,
    /// The file it stands in.
    pub file: usize,
    /// The value that replaces the declared one (`--set`, a parameter set), and the file that it belongs to.
    pub replaced: Option<(&'a ast::Expr, usize)>,
    /// How far its value is known.
    pub progress: Progress,
    /// Its dimension; poison for a faulty one.
    pub dim: Dim,
}
