//! The standard library: dimensions, units, constants, functions and integration methods, all of it `.snn` text under `src/std/`.
//!
//! # For the stages that use it
//! - [`Library::standard`] is loaded once. Files with declarations of their own clone it and call [`Library::extend`].
//! - Names in an expression resolve in this order: the file's own names, then [`Library::plain_unit`], [`Library::constant`]. Names
//!   directly behind a value are units: [`Library::unit_after_value`]. [`Library::declared_unit`] reads what follows `:` in an equation.
//! - A call: [`Library::function`], then [`signature::Signature::apply`] for the dimension, then [`Library::call`] for the term.
//!   Random functions ([`function::Body::Random`]) are the caller's, who numbers their streams.
//! - The derivative of an irreducible function: [`Library::derivative`].
//! - A name that is not found: [`suggest::did_you_mean`] over the names in scope, [`Library::suggest_unit`] for units.

pub mod declared;
pub mod expand;
pub mod function;
mod infer;
pub mod models;
mod read;
pub mod reference;
pub mod signature;
pub mod suggest;
#[cfg(test)]
mod tests;
pub mod units;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::diagnostic::Sink;
use crate::model::term::{Intrinsic, TermId, Terms};
use crate::source::{SourceMap, Span};
use crate::syntax::ast;
use crate::units::dimension::Dimension;
use declared::{Declared, UnitProblem};
use function::{Constant, Function};
use units::{Declarable, UnitValue, Units};

/// The files of the standard library, in the order they are read.
pub const STANDARD: &[(&str, &str)] = &[
    (
        "<std/dimensions.snn>",
        include_str!("../std/dimensions.snn"),
    ),
    ("<std/units.snn>", include_str!("../std/units.snn")),
    ("<std/constants.snn>", include_str!("../std/constants.snn")),
    ("<std/functions.snn>", include_str!("../std/functions.snn")),
    ("<std/methods.snn>", include_str!("../std/methods.snn")),
];

/// What a name means before any declaration of the user.
#[derive(Clone, PartialEq, Debug)]
pub enum Reserved {
    /// A unit: `mV`.
    Unit(UnitValue),
    /// A constant: `pi`.
    Constant(Constant),
    /// A function: `exp`.
    Function(String),
}

/// Definitions by name.
#[derive(Clone, Debug, Default)]
pub struct Library {
    sources: SourceMap,
    dimensions: Vec<read::Named>,
    units: Units,
    constants: BTreeMap<String, Constant>,
    functions: Vec<Function>,
    function_names: BTreeMap<String, usize>,
    methods: Vec<ast::Method>,
    method_docs: Vec<String>,
    automatic: Vec<String>,
    /// Where names were declared, for those that are not of the standard library.
    places: BTreeMap<String, Span>,
}

/// True for an item that [`Library::extend`] reads.
pub fn is_declaration(item: &ast::Item) -> bool {
    read::is_declaration(&item.kind)
}

impl Library {
    /// The standard library, read once per process.
    pub fn standard() -> &'static Library {
        static STANDARD_LIBRARY: OnceLock<Library> = OnceLock::new();
        STANDARD_LIBRARY.get_or_init(|| {
            let mut sink = Sink::new();
            Library::load(STANDARD, &mut sink)
        })
    }
    /// Reads library text. What cannot be read is reported and left out; the spans belong to [`Library::sources`].
    pub fn load(files: &[(&str, &str)], sink: &mut Sink) -> Library {
        read::load(files, sink)
    }
    /// Adds the dimensions, units, constants, functions and methods that a file with this text declares; other items are
    /// passed over.
    pub fn extend(&mut self, file: &ast::File, text: &str, sink: &mut Sink) {
        read::extend(self, file, text, sink);
    }
    /// The files that the library's spans refer to.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }
    /// A dimension by its name: `Voltage`.
    pub fn dimension(&self, name: &str) -> Option<Dimension> {
        let found = self.dimensions.iter().find(|row| row.name == name);
        found.map(|row| row.value)
    }
    /// Named dimensions with their documentation, in order.
    pub fn dimensions(&self) -> impl Iterator<Item = (&str, Dimension, &str)> {
        self.dimensions
            .iter()
            .map(|row| (row.name.as_str(), row.value, row.doc.as_str()))
    }
    /// The table of units.
    pub fn units(&self) -> &Units {
        &self.units
    }
    /// A unit by a name known in every expression: `mV`, `mvolt`, `umetre2`; not `V` or `s`.
    pub fn plain_unit(&self, name: &str) -> Option<UnitValue> {
        self.units.plain(name)
    }
    /// A unit by a name directly behind a value: `10 ms`, `5 V`, `[1, 2] s`. Also for names that follow in the same product
    /// (`m` in `5 S/m^2`) when nothing else has that name.
    pub fn unit_after_value(&self, name: &str) -> Option<UnitValue> {
        self.units.after_value(name)
    }
    /// Whether a name may stand after `:` in an equation.
    pub fn declaration_unit(&self, name: &str) -> Declarable {
        declared::declarable(self, name)
    }
    /// Reads the unit after `:` in an equation.
    ///
    /// # Errors
    /// The first part that is not allowed there, with its place and what to write.
    pub fn declared_unit(&self, unit: &ast::UnitExpr) -> Result<Declared, UnitProblem> {
        declared::declared_unit(self, unit)
    }
    /// A constant by name.
    pub fn constant(&self, name: &str) -> Option<&Constant> {
        self.constants.get(name)
    }
    /// All constants, by name.
    pub fn constants(&self) -> impl Iterator<Item = &Constant> {
        self.constants.values()
    }
    /// A function by name.
    pub fn function(&self, name: &str) -> Option<&Function> {
        let position = self.function_names.get(name)?;
        self.functions.get(*position)
    }
    /// All functions, in the order of the library.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter()
    }
    /// What a name means before any declaration; such names are not free for variables of a model.
    pub fn reserved(&self, name: &str) -> Option<Reserved> {
        if let Some(constant) = self.constant(name) {
            return Some(Reserved::Constant(constant.clone()));
        }
        if self.function(name).is_some_and(|f| !f.shadowable) {
            return Some(Reserved::Function(name.to_string()));
        }
        self.plain_unit(name).map(Reserved::Unit)
    }
    /// The term of a call, with the function's text written out. Nothing for random functions, which number their own streams.
    pub fn call(
        &self,
        function: &Function,
        arguments: &[TermId],
        terms: &mut Terms,
    ) -> Option<TermId> {
        expand::call(self, function, arguments, terms)
    }
    /// Derivative of an irreducible function by one of its arguments, as declared in the library; nothing where none is declared.
    pub fn derivative(
        &self,
        of: Intrinsic,
        by: usize,
        arguments: &[TermId],
        terms: &mut Terms,
    ) -> Option<TermId> {
        expand::derivative(self, of, by, arguments, terms)
    }
    /// The unit that was probably meant by a name that is none: `mV` for `mv`, `ms` for `msec`, `mV` for `millivolts`.
    pub fn suggest_unit(&self, name: &str) -> Option<String> {
        suggest::unit(self, name)
    }
    /// Integration methods, in order.
    pub fn methods(&self) -> &[ast::Method] {
        &self.methods
    }
    /// The documentation of an integration method.
    pub fn method_doc(&self, name: &str) -> Option<&str> {
        let position = self.methods.iter().position(|m| m.name.name == name)?;
        self.method_docs.get(position).map(String::as_str)
    }
    /// Names of the methods tried when none is given, in order.
    pub fn automatic(&self) -> &[String] {
        &self.automatic
    }
}
