//! What a dot reads from populations: present values, spikes, rates; and recorded values.

use super::nodes::{single, vector};
use super::{Scope, Valued};
use crate::analysis::signature::Kind as Wanted;
use crate::analysis::value::Value;
use crate::check::build::elements::Picked;
use crate::check::build::records::population_name;
use crate::check::context::Checker;
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::array::{Expr, Kind, SpikePart, Subscript};
use crate::model::protocol::Slice;
use crate::model::term::{Term, TermId, Type};
use crate::model::{ProjectionId, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Ident};
use crate::units::dimension::Dimension;

/// What can be asked of spikes.
const SPIKE_PARTS: &[(&str, SpikePart)] = &[
    ("t", SpikePart::Times),
    ("i", SpikePart::Indices),
    ("count", SpikePart::Counts),
];

impl Checker<'_> {
    /// `lif.v`, `lif.spikes.count`, `lif[0:3].rate`.
    pub fn array_member(
        &mut self,
        base: &ast::Expr,
        name: &Ident,
        span: Span,
        scope: &Scope,
    ) -> Valued {
        if let ExprKind::Member {
            base: owner,
            name: what,
        } = &base.ungrouped().kind
        {
            return self.member_of_member(owner, what, name, span);
        }
        if let Some(named) = base.as_name().and_then(|name| self.named(name)) {
            let text = named.name.clone();
            self.report(
                Diagnostic::new(
                    codes::KIND,
                    span,
                    format!("`{text}` has nothing behind a dot: it is an array"),
                )
                .label("only populations have parts with names"),
            );
            return self.no_array(span);
        }
        let _ = scope;
        if let Some((id, picked)) = self.synapses_named(base) {
            return self.synaptic_values(id, picked, name, span);
        }
        match name.name.as_str() {
            "spikes" => self.spikes_value(base, SpikePart::Trains, span),
            "rate" if !self.has_variable(base, "rate") => self.rate_value(base, span, false),
            "N" if !self.has_variable(base, "N") => match self.elements(base) {
                Some((place, picked)) => {
                    let count = picked.positions(place.size()).len();
                    self.valued(Kind::Number(count as f64), Dim::NONE, single(), span)
                }
                None => self.no_array(span),
            },
            "i" if !self.has_variable(base, "i") => self.numbers_of(base, span),
            _ => self.values_member(base, name, span),
        }
    }

    /// `P.i`: the numbers of the elements, from 0 on within what is named.
    fn numbers_of(&mut self, base: &ast::Expr, span: Span) -> Valued {
        let Some((place, picked)) = self.elements(base) else {
            return self.no_array(span);
        };
        let count = picked.positions(place.size()).len();
        let numbers = (0..count).map(|k| k as f64).collect();
        let kind = Kind::Data(std::sync::Arc::new(Value::vector(numbers)));
        self.valued(kind, Dim::NONE, vector(count), span)
    }

    /// True for parts of a population that are computed, not recorded: spike counts, the rate, the numbers of its elements.
    pub fn is_computed_part(&self, expr: &ast::Expr) -> bool {
        let member = match &expr.ungrouped().kind {
            ExprKind::Index { base, .. } => base.ungrouped(),
            _ => expr.ungrouped(),
        };
        let ExprKind::Member { base, name } = &member.kind else {
            return false;
        };
        match &base.ungrouped().kind {
            ExprKind::Member { name: what, .. } => ["spikes", "rate"].contains(&what.name.as_str()),
            _ => {
                ["spikes", "rate", "i", "N"].contains(&name.name.as_str())
                    && !self.has_variable(base, &name.name)
                    && self.synapses_named(base).is_none()
            }
        }
    }

    /// `S.w`: present values of synapses, whose number is known when they have been made.
    fn synaptic_values(
        &mut self,
        id: ProjectionId,
        picked: &[ast::Subscript],
        name: &Ident,
        span: Span,
    ) -> Valued {
        let Some(variable) = self.variable_of(id, &name.name) else {
            self.unknown_variable(id, name);
            return self.no_array(span);
        };
        let values = self.present_values(variable, None, span);
        if picked.is_empty() || values.is_poison() {
            return values;
        }
        let scope = Scope::root();
        let Some((subscripts, shape)) = self.subscripts(picked, &values, span, &scope) else {
            return self.no_array(span);
        };
        let truth = values.expr.truth;
        let kind = Kind::Index(Box::new(values.expr), subscripts);
        if truth {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, values.dim, shape, span)
        }
    }

    fn has_variable(&self, base: &ast::Expr, name: &str) -> bool {
        use crate::check::globals::Global;
        let group = match self.global(0, &population_name(base)) {
            Some((Global::Population(group), _)) => group,
            Some((Global::Subgroup(slice), _)) => slice.group,
            _ => return false,
        };
        self.variable_of(group, name).is_some()
    }

    fn member_of_member(
        &mut self,
        owner: &ast::Expr,
        what: &Ident,
        name: &Ident,
        span: Span,
    ) -> Valued {
        match what.name.as_str() {
            "spikes" => {
                let part = SPIKE_PARTS.iter().find(|(word, _)| *word == name.name);
                if let Some((_, part)) = part {
                    return self.spikes_value(owner, *part, span);
                }
                let words = SPIKE_PARTS.iter().map(|(word, _)| *word);
                self.unknown_part(name, "spikes have", words.collect());
            }
            "rate" if name.name == "t" => return self.rate_value(owner, span, true),
            "rate" => self.unknown_part(name, "a rate has", vec!["t"]),
            _ => self.report(
                Diagnostic::new(codes::KIND, span, format!("`{}` has no parts", what.name))
                    .label("nothing stands behind a second dot here"),
            ),
        }
        self.no_array(span)
    }

    fn unknown_part(&mut self, name: &Ident, of: &str, words: Vec<&str>) {
        let near = did_you_mean(&name.name, words.iter().copied());
        let message = format!("{of} no `{}`", name.name);
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_NAME, name.span, message);
        diagnostic = match near {
            Some(near) => diagnostic.suggest(name.span, near),
            None => diagnostic.label(format!("known: {}", words.join(", "))),
        };
        self.report(diagnostic);
    }

    /// A population that can spike, or a slice of it.
    fn spiking_slice(&mut self, base: &ast::Expr) -> Option<Slice> {
        let (place, picked) = self.elements(base)?;
        if !self.spikes_possible(place.group, base.span) {
            return None;
        }
        self.contiguous(place, &picked, base.span)
    }

    /// Spikes of a population or a slice of it; recording them is implied.
    pub fn spikes_value(&mut self, base: &ast::Expr, part: SpikePart, span: Span) -> Valued {
        let Some(slice) = self.spiking_slice(base) else {
            return self.no_array(span);
        };
        let record = self.spikes_of(&population_name(base), slice, span);
        let kind = Kind::Spikes {
            record,
            slice,
            part,
        };
        let size = slice.last - slice.first;
        match part {
            SpikePart::Times => {
                self.valued(kind, Dim::Known(Dimension::TIME), Some(vec![None]), span)
            }
            SpikePart::Indices => self.valued(kind, Dim::NONE, Some(vec![None]), span),
            SpikePart::Counts => self.valued(kind, Dim::NONE, vector(size), span),
            SpikePart::Trains => {
                let mut valued = self.valued(kind, Dim::NONE, None, span);
                valued.kind = Wanted::Spikes;
                valued
            }
        }
    }

    fn rate_value(&mut self, base: &ast::Expr, span: Span, times: bool) -> Valued {
        let Some(slice) = self.spiking_slice(base) else {
            return self.no_array(span);
        };
        let record = self.rate_of(&population_name(base), slice, span);
        let (kind, dimension) = if times {
            (Kind::RateTimes(record), Dimension::TIME)
        } else {
            (Kind::Rate(record), Dimension::TIME.inverse())
        };
        self.valued(kind, Dim::Known(dimension), Some(vec![None]), span)
    }

    fn values_member(&mut self, base: &ast::Expr, name: &Ident, span: Span) -> Valued {
        let Some((place, picked)) = self.elements(base) else {
            return self.no_array(span);
        };
        let Some(id) = self.variable_of(place.group, &name.name) else {
            let words = ["spikes", "rate"];
            match did_you_mean(&name.name, words) {
                Some(_) => {
                    let owner = self.model.groups[place.group].name.clone();
                    self.unknown_part(name, &format!("`{owner}` has"), words.to_vec());
                }
                None => self.unknown_variable(place.group, name),
            }
            return self.no_array(span);
        };
        let whole = Slice {
            group: place.group,
            first: place.first,
            last: place.last,
        };
        let part = |start: usize, stop: usize| Slice {
            first: place.first + start,
            last: place.first + stop,
            ..whole
        };
        match picked {
            Picked::All => self.present_values(id, Some(whole), span),
            Picked::Range {
                start,
                stop,
                step: 1,
            } => self.present_values(id, Some(part(start, stop)), span),
            other => {
                let all = self.present_values(id, Some(whole), span);
                if all.is_poison() || self.model.variables[id].shared {
                    return all;
                }
                let positions = other.positions(place.size());
                let count = positions.len();
                let items = positions
                    .into_iter()
                    .map(|k| Expr::number(f64::from(k), Dimension::NONE, span));
                let list = Expr {
                    kind: Kind::Array(items.collect()),
                    ..Expr::number(0.0, Dimension::NONE, span)
                };
                let truth = all.expr.truth;
                let kind = Kind::Index(Box::new(all.expr), vec![Subscript::At(list)]);
                if truth {
                    self.truth(kind, vector(count), span)
                } else {
                    self.valued(kind, all.dim, vector(count), span)
                }
            }
        }
    }

    /// Present values of a variable, one per element of a slice.
    pub fn present_values(&mut self, id: VariableId, slice: Option<Slice>, span: Span) -> Valued {
        self.used.insert(id);
        let variable = &self.model.variables[id];
        let (name, ty, shared) = (variable.name.clone(), variable.ty, variable.shared);
        let dim = if self.faulty.contains(&id) {
            return self.no_array(span);
        } else {
            Dim::Known(variable.dimension)
        };
        if self.noisy.contains(&id) {
            let declared = variable.span;
            self.report(
                Diagnostic::new(
                    codes::NOISE,
                    span,
                    format!("`{name}` contains white noise, which has no value"),
                )
                .label("read here")
                .also(declared, "contains `xi`"),
            );
            return self.no_array(span);
        }
        let shape = match (shared, slice) {
            (true, _) => single(),
            (false, Some(slice)) => vector(slice.last - slice.first),
            (false, None) => Some(vec![None]),
        };
        let kind = match variable.kind {
            VariableKind::Subexpression {
                value,
                constant_over_dt: false,
            } => match self.map_of(value, slice, &[], span) {
                Some(kind) => kind,
                None => return self.no_array(span),
            },
            _ => Kind::Values {
                variable: id,
                elements: slice.filter(|_| !shared),
            },
        };
        if ty == Type::Boolean {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, dim, shape, span)
        }
    }

    /// A term of a population, with the variables that it reads; `given` replaces some of them.
    pub fn map_of(
        &mut self,
        term: TermId,
        slice: Option<Slice>,
        given: &[(VariableId, Expr)],
        span: Span,
    ) -> Option<Kind> {
        let mut ids = Vec::new();
        let mut open = vec![term];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match self.model.terms.get(next) {
                Term::Variable(id) if !ids.contains(id) => ids.push(*id),
                Term::Random(..) | Term::Noise(_) => {
                    self.report(
                        Diagnostic::new(
                            codes::NOISE,
                            span,
                            "an expression with random numbers has no value between steps",
                        )
                        .label("draws a random number in each step"),
                    );
                    return None;
                }
                _ => {}
            }
            open.extend(self.model.terms.children(next));
        }
        ids.sort_unstable();
        let mut variables = Vec::new();
        for id in ids {
            let value = match given.iter().find(|(other, _)| *other == id) {
                Some((_, value)) => value.clone(),
                None => self.with_given(id, slice, given, span)?,
            };
            variables.push((id, value));
        }
        Some(Kind::Map {
            term,
            arguments: Vec::new(),
            variables,
            elements: slice,
        })
    }

    fn with_given(
        &mut self,
        id: VariableId,
        slice: Option<Slice>,
        given: &[(VariableId, Expr)],
        span: Span,
    ) -> Option<Expr> {
        let variable = &self.model.variables[id];
        if let VariableKind::Subexpression {
            value,
            constant_over_dt: false,
        } = variable.kind
        {
            self.used.insert(id);
            let dimension = variable.dimension;
            let truth = variable.ty == Type::Boolean;
            let kind = self.map_of(value, slice, given, span)?;
            return Some(Expr {
                kind,
                dimension,
                truth,
                span,
            });
        }
        let value = self.present_values(id, slice, span);
        (!value.is_poison()).then_some(value.expr)
    }

    /// Recorded values: `trace(lif.v[0])`, or their times. Recording them is implied.
    pub fn recorded(&mut self, expr: &ast::Expr, times: bool, span: Span) -> Valued {
        if let Some(written) = self.synaptic(expr) {
            return self.recorded_synaptic(&written, expr, times, span);
        }
        let (member, subscripts): (&ast::Expr, &[ast::Subscript]) = match &expr.ungrouped().kind {
            ExprKind::Index { base, subscripts } => (base.ungrouped(), subscripts),
            _ => (expr.ungrouped(), &[]),
        };
        let ExprKind::Member { base, name } = &member.kind else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    expr.span,
                    "what is recorded are values of a population",
                )
                .label("write `lif.v[0]`"),
            );
            return self.no_array(span);
        };
        if name.name == "rate" && !self.has_variable(base, "rate") {
            return self.rate_value(base, span, times);
        }
        let Some(found) = self.recorded_elements(base, name, subscripts, member.span) else {
            return self.no_array(span);
        };
        let (record, variable, elements, one) = found;
        if times {
            let kind = Kind::SampleTimes(record);
            return self.valued(kind, Dim::Known(Dimension::TIME), Some(vec![None]), span);
        }
        let shape = if one {
            vec![None]
        } else {
            vec![Some(elements.len()), None]
        };
        let owner = &self.model.variables[variable];
        let (dimension, truth) = (owner.dimension, owner.ty == Type::Boolean);
        let kind = Kind::Samples {
            record,
            variable,
            elements,
            single: one,
        };
        if truth {
            self.truth(kind, Some(shape), span)
        } else {
            self.valued(kind, Dim::Known(dimension), Some(shape), span)
        }
    }

    /// The variable that `P.x[…]` or `P[…].x` names, where it is, and which of its elements are meant; the one of a shared variable.
    pub fn elements_of(
        &mut self,
        base: &ast::Expr,
        name: &Ident,
        subscripts: &[ast::Subscript],
        span: Span,
    ) -> Option<(Slice, VariableId, Vec<u32>)> {
        let (mut place, mut picked): (Slice, Picked) = self.elements(base)?;
        let id = self.recordable(place.group, name)?;
        if !subscripts.is_empty() {
            if let Picked::Range {
                start,
                stop,
                step: 1,
            } = picked
            {
                place.last = place.first + stop;
                place.first += start;
            }
            picked = self.picked(subscripts, place.size(), span)?;
        }
        let elements = if self.model.variables[id].shared {
            vec![0]
        } else {
            self.absolute(place, &picked, span)?
        };
        Some((place, id, elements))
    }

    fn recorded_elements(
        &mut self,
        base: &ast::Expr,
        name: &Ident,
        subscripts: &[ast::Subscript],
        span: Span,
    ) -> Option<(usize, VariableId, Vec<u32>, bool)> {
        let (place, id, elements) = self.elements_of(base, name, subscripts, span)?;
        let position = matches!(
            subscripts,
            [ast::Subscript::Index(expr)]
                if !matches!(expr.ungrouped().kind, ExprKind::Array(_) | ExprKind::Range { .. })
        );
        let one = elements.len() == 1
            && (position || self.model.variables[id].shared || subscripts.is_empty());
        let owner = population_name(base);
        let record = self.record_of(&owner, place.group, id, &elements, span);
        Some((record, id, elements, one))
    }
}
