//! Names in the code of synapses: the synapse's own variables first, then `x_pre` and `x_post`, then those of the target.

use super::context::{Checker, Context, Typed};
use super::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::projection::{Endpoint, Side};
use crate::model::term::{Term, Type};
use crate::model::{GroupId, Owner, ProjectionId, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::units::dimension::Dimension;

/// Names that the code of synapses knows besides those of all code, with what they are.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("j", "the index of the target"),
    ("N_pre", "the number of elements of the source"),
    ("N_post", "the number of elements of the target"),
    ("N_incoming", "the number of synapses onto the same target"),
    ("N_outgoing", "the number of synapses from the same source"),
    (
        "synapse_number",
        "the number of earlier synapses of the same pair",
    ),
];

/// What marks a variable of a side.
const SUFFIXES: &[(&str, Side)] = &[("_pre", Side::Pre), ("_post", Side::Post)];

/// The name without `_pre` or `_post`, and the side that this means.
pub fn of_side(name: &str) -> Option<(&str, Side)> {
    SUFFIXES
        .iter()
        .find_map(|(suffix, side)| Some((name.strip_suffix(suffix)?, *side)))
        .filter(|(base, _)| !base.is_empty())
}

/// The ending that marks a variable of a side.
pub fn suffix(side: Side) -> &'static str {
    SUFFIXES
        .iter()
        .find(|row| row.1 == side)
        .map_or("", |row| row.0)
}

impl Checker<'_> {
    /// The variable that a name means in the code of an owner; aliases of variables of the sides of synapses are made on first use.
    pub fn resolve(&mut self, owner: Owner, name: &str) -> Option<VariableId> {
        let Owner::Projection(id) = owner else {
            return self.variable_of(owner, name);
        };
        let own = self.variable_of(owner, name);
        // Which delay is meant depends on where it is read.
        let own = own.filter(|own| !self.delays.made.contains(own));
        if let Some(own) = own.or_else(|| self.given(id, name)) {
            return Some(own);
        }
        if let Some((base, side)) = of_side(name) {
            if base == "i" && self.side_group(id, side).is_some() {
                let indices = self.model.projections[id].indices;
                return Some(match side {
                    Side::Pre => indices.i,
                    Side::Post => indices.j,
                });
            }
            // `N_pre` of a slice is not the number of all.
            if base == "N" {
                return None;
            }
            if let Some(found) = self.alias(id, side, base) {
                return Some(found);
            }
        }
        self.alias(id, Side::Post, name)
    }

    /// The alias of a variable of one side.
    fn alias(&mut self, id: ProjectionId, side: Side, base: &str) -> Option<VariableId> {
        let endpoint = self.endpoint(id, side);
        let source = match endpoint.owner {
            Owner::Group(_) => self.variable_of(endpoint.owner, base)?,
            // Chains of synapses end at groups, since a projection names only earlier ones.
            Owner::Projection(other) if other < id => self.resolve(endpoint.owner, base)?,
            Owner::Projection(_) => return None,
        };
        let name = format!("{base}{}", suffix(side));
        if let Some(known) = self.variable_of(id, &name) {
            return Some(known);
        }
        let variable = Variable {
            name: name.clone(),
            owner: Owner::Projection(id),
            kind: VariableKind::Remote { side, source },
            doc: None,
            ..self.model.variables[source].clone()
        };
        let alias = self.add_variable(variable);
        if self.faulty.contains(&source) {
            self.faulty.insert(alias);
        }
        if self.noisy.contains(&source) {
            self.noisy.insert(alias);
        }
        self.used.insert(source);
        Some(alias)
    }

    /// What exists without being declared: made on first use.
    fn given(&mut self, id: ProjectionId, name: &str) -> Option<VariableId> {
        let indices = self.model.projections[id].indices;
        let (known, shared) = match name {
            "i" => return Some(indices.i),
            "j" => return Some(indices.j),
            "N" => (indices.count, true),
            "N_incoming" => (indices.incoming, false),
            "N_outgoing" => (indices.outgoing, false),
            "synapse_number" => (indices.copy, false),
            "lastupdate" => return Some(self.lastupdate(id)),
            "delay" => return self.delay_read(id),
            _ => return None,
        };
        if known.is_some() {
            return known;
        }
        let span = self.model.projections[id].span;
        let owner = Owner::Projection(id);
        let made = self.hidden(owner, name, Type::Integer, Dimension::NONE, 0.0, span);
        self.model.variables[made].shared = shared;
        let indices = &mut self.model.projections[id].indices;
        match name {
            "N" => indices.count = Some(made),
            "N_incoming" => indices.incoming = Some(made),
            "N_outgoing" => indices.outgoing = Some(made),
            _ => indices.copy = Some(made),
        }
        Some(made)
    }

    /// The delay that code reads: within a pathway its own, elsewhere that of `on_pre`.
    fn delay_read(&mut self, id: ProjectionId) -> Option<VariableId> {
        if self.delays.hidden {
            return None;
        }
        let own = self.delays.pathway.clone();
        let pathway = match own.or_else(|| self.delays.usual.get(&id).cloned()) {
            Some(pathway) => pathway,
            None => match self.model.projections[id].pathways.as_slice() {
                [] => return None,
                [only] => only.name.clone(),
                several if several.iter().any(|p| p.name == "pre") => "pre".to_string(),
                _ => return None,
            },
        };
        let span = self.model.projections[id].span;
        let pathways = &self.model.projections[id].pathways;
        if pathways.iter().any(|known| known.name == pathway) {
            return self.delay_of(id, &pathway, span);
        }
        let key = (id, pathway);
        if let Some(known) = self.delays.asked.get(&key) {
            return Some(*known);
        }
        let made = self.delay_variable(id, &key.1, span);
        self.delays.asked.insert(key, made);
        self.delays.read.insert(made);
        Some(made)
    }

    /// The time of a synapse's last event.
    pub fn lastupdate(&mut self, id: ProjectionId) -> VariableId {
        if let Some(known) = self.model.projections[id].lastupdate {
            return known;
        }
        let span = self.model.projections[id].span;
        let owner = Owner::Projection(id);
        let made = self.hidden(owner, "lastupdate", Type::Float, Dimension::TIME, 0.0, span);
        self.model.projections[id].lastupdate = Some(made);
        made
    }

    /// True where synapses keep the time of their last event.
    pub fn has_lastupdate(&self, owner: Owner) -> bool {
        match owner {
            Owner::Group(_) => false,
            Owner::Projection(id) => self.model.projections[id].lastupdate.is_some(),
        }
    }

    /// One side of a projection.
    pub fn endpoint(&self, id: ProjectionId, side: Side) -> Endpoint {
        let projection = &self.model.projections[id];
        match side {
            Side::Pre => projection.source,
            Side::Post => projection.target,
        }
    }

    /// Number of elements of one side, where it is a group's.
    pub fn endpoint_size(&self, id: ProjectionId, side: Side) -> Option<usize> {
        let endpoint = self.endpoint(id, side);
        match endpoint.owner {
            Owner::Projection(_) if endpoint.last == usize::MAX => None,
            _ => Some(endpoint.last.saturating_sub(endpoint.first)),
        }
    }

    /// `N_pre` and `N_post`.
    pub fn side_size(&mut self, name: &str, span: Span, context: &Context) -> Option<Typed> {
        let Owner::Projection(id) = context.place.filter(|_| !context.in_function)?.owner else {
            return None;
        };
        let ("N", side) = of_side(name)? else {
            return None;
        };
        if let Some(size) = self.endpoint_size(id, side) {
            let term = self.model.terms.add(Term::Integer(size as i64));
            return Some(self.typed(term, Dim::NONE, span));
        }
        let count = self.alias(id, side, "N")?;
        let first = self.endpoint(id, side).first as i64;
        let all = self.read(count, span);
        if first == 0 {
            return Some(all);
        }
        let first = self.model.terms.integer(first);
        let rest = self.model.terms.minus(all.term, first);
        Some(self.typed(rest, Dim::NONE, span))
    }

    /// While pairs are chosen there are no synapses yet, so nothing of theirs can be asked. True where a name is such a variable, which is
    /// reported.
    pub fn before_connection(&mut self, id: VariableId, span: Span, context: &Context) -> bool {
        if !context.role.pairs {
            return false;
        }
        let variable = &self.model.variables[id];
        let Owner::Projection(projection) = variable.owner else {
            return false;
        };
        let indices = self.model.projections[projection].indices;
        let side = matches!(
            variable.kind,
            VariableKind::Remote { .. } | VariableKind::Temporary | VariableKind::Aggregate { .. }
        );
        if side || id == indices.i || id == indices.j {
            return false;
        }
        let name = variable.name.clone();
        let mut diagnostic = Diagnostic::new(
            codes::NOT_HERE,
            span,
            format!("`{name}` cannot be used in {}", context.role.name),
        )
        .label("a value of synapses that do not exist yet");
        diagnostic = if indices.count == Some(id) {
            diagnostic
                .note("`N` is the number of synapses; the numbers of neurons are `N_pre` and `N_post`")
                .fix("write `N_post`", span, "N_post", false)
        } else {
            diagnostic.note(
                "pairs may be chosen by `i`, `j`, and variables of the neurons, `x_pre` and `x_post`",
            )
        };
        self.report(diagnostic);
        true
    }

    /// Reports `x_pre` or `x_post` where that side has no `x`; false where a name is something else.
    pub fn unknown_of_side(&mut self, owner: Owner, name: &str, span: Span) -> bool {
        let (Owner::Projection(id), Some((base, side))) = (owner, of_side(name)) else {
            return false;
        };
        let (of, other) = match side {
            Side::Pre => (self.endpoint(id, side).owner, Side::Post),
            Side::Post => (self.endpoint(id, side).owner, Side::Pre),
        };
        let word = |side| match side {
            Side::Pre => "source",
            Side::Post => "target",
        };
        if self.is_broken(base) || self.is_incomplete(of) {
            return true;
        }
        let owner = self.model.owner_name(of).to_string();
        let message = format!("the {} `{owner}` has no variable `{base}`", word(side));
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_NAME, span, message);
        let elsewhere = self
            .variable_of(self.endpoint(id, other).owner, base)
            .is_some();
        let own = self.variable_of(id, base).is_some();
        let names = self.names_of(of);
        let near = did_you_mean(base, names.iter().map(String::as_str));
        let (edit, label) = if elsewhere {
            let edit = format!("{base}{}", suffix(other));
            (
                edit,
                format!("`{base}` is a variable of the {}", word(other)),
            )
        } else if own {
            (
                base.to_string(),
                format!("`{base}` is a variable of the synapse itself"),
            )
        } else if let Some(near) = near {
            let edit = format!("{near}{}", suffix(side));
            let label = format!("did you mean `{edit}`?");
            (edit, label)
        } else {
            diagnostic = match names.is_empty() {
                true => diagnostic.label("it has no variables"),
                false => diagnostic
                    .label("not a variable")
                    .note(format!("its variables are {}", names.join(", "))),
            };
            self.report(diagnostic);
            return true;
        };
        self.report(
            diagnostic
                .label(label)
                .fix(format!("write `{edit}`"), span, edit, false),
        );
        true
    }

    /// All names that the code of an owner may use, for suggestions.
    pub fn candidates(&self, owner: Owner) -> Vec<String> {
        let mut names = self.names_of(owner);
        let Owner::Projection(id) = owner else {
            return names;
        };
        for (suffix, side) in [("", Side::Post), SUFFIXES[0], SUFFIXES[1]] {
            let of = self.endpoint(id, side).owner;
            names.extend(
                self.names_of(of)
                    .iter()
                    .map(|name| format!("{name}{suffix}")),
            );
        }
        names.extend(BUILT_IN.iter().map(|(name, _)| (*name).to_string()));
        names
    }

    /// Whose variables the code of an owner sees.
    pub fn seen_from(&self, owner: Owner) -> Vec<String> {
        let mut owners = vec![owner];
        if let Owner::Projection(id) = owner {
            owners.extend([Side::Pre, Side::Post].map(|side| self.endpoint(id, side).owner));
        }
        owners.dedup();
        let names = owners.into_iter().map(|owner| self.model.owner_name(owner));
        names.map(|name| format!("`{name}`")).collect()
    }

    /// What an element of an owner is called.
    pub fn element_word(&self, owner: impl Into<Owner>) -> &'static str {
        match owner.into() {
            Owner::Group(_) => "neuron",
            Owner::Projection(_) => "synapse",
        }
    }

    /// The group of a side, where it is one.
    pub fn side_group(&self, id: ProjectionId, side: Side) -> Option<GroupId> {
        match self.endpoint(id, side).owner {
            Owner::Group(group) => Some(group),
            Owner::Projection(_) => None,
        }
    }
}
