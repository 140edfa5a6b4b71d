//! `phase(P, v, w)`: the plane of two variables, from the equations of a population.

use super::figures::Across;
use super::records::population_name;
use super::series::{KindCall, Made};
use crate::algebra::substitute::{Substitution, contains};
use crate::check::array::Scope;
use crate::check::context::Checker;
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::{Expr as Computed, Kind, Plane, PlanePart};
use crate::model::figure::Series;
use crate::model::protocol::Slice;
use crate::model::term::{Term, TermId};
use crate::model::{GroupId, VariableId};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Ident};
use crate::units::dimension::Dimension;

impl<'a> Checker<'a> {
    /// Checks a phase plane. Variables beside the two are held: at their present values in the first element, or where they are put.
    pub(super) fn phase(&mut self, call: &KindCall<'a>) -> Option<Made> {
        let [population, first, second] = call.plain.as_slice() else {
            return None;
        };
        if let Some(against) = call.against {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    against.span,
                    "a phase plane has its own axes",
                )
                .label("nothing else can stand here"),
            );
            return None;
        }
        let (place, picked) = self.elements(population)?;
        let elements = self.absolute(place, &picked, population.span)?;
        let element = *elements.first()? as usize;
        let variables = [
            self.changing(place.group, first)?,
            self.changing(place.group, second)?,
        ];
        if variables[0] == variables[1] {
            self.report(
                Diagnostic::new(codes::PLOT, second.span, "a phase plane has two variables")
                    .label("this is the first one again"),
            );
            return None;
        }
        let one = Slice {
            group: place.group,
            first: element,
            last: element + 1,
        };
        let (slots, given) = self.plane_variables(call, place.group, variables)?;
        let mut rates = Vec::new();
        for variable in variables {
            let term = self.deterministic_rate(place.group, variable)?;
            let dimension = self.model.variables[variable].dimension / Dimension::TIME;
            let kind = self.map_of(term, Some(one), &given, call.span)?;
            rates.push(Computed {
                kind,
                ..Computed::number(0.0, dimension, call.span)
            });
        }
        let shows = |checker: &mut Self, name: &str, usual: bool| match call.named(name) {
            Some(expr) => checker.truth_word(expr, name),
            None => Some(usual),
        };
        let trajectories = shows(self, "trajectories", true)?;
        let nullclines = shows(self, "nullclines", false)?;
        let vectors = shows(self, "vectors", false)?;
        let fixed_points = shows(self, "fixed_points", nullclines)?;
        let owner = population_name(population);
        let seen = variables.map(|variable| {
            let record = self.record_of(&owner, place.group, variable, &elements, call.span);
            let kind = Kind::Samples {
                record,
                variable,
                elements: elements.clone(),
                single: false,
            };
            let dimension = self.model.variables[variable].dimension;
            Computed {
                kind,
                ..Computed::number(0.0, dimension, call.span)
            }
        });
        let axes = variables.map(|variable| {
            let variable = &self.model.variables[variable];
            (variable.name.clone(), variable.dimension)
        });
        let plane = self.model.planes.len();
        let rates: [Computed; 2] = rates.try_into().ok()?;
        self.model.planes.push(Plane {
            slots,
            rates,
            limits: [None, None],
            seen: seen.clone().map(Some),
            names: axes.clone().map(|(name, _)| name),
        });
        let mut part = |part: PlanePart| {
            self.plotted(Computed {
                kind: Kind::Plane(plane, part),
                ..Computed::number(0.0, Dimension::NONE, call.span)
            })
        };
        let window = part(PlanePart::Window);
        let nullclines =
            nullclines.then(|| [part(PlanePart::Nullcline(0)), part(PlanePart::Nullcline(1))]);
        let vectors = vectors.then(|| part(PlanePart::Vectors));
        let fixed_points = fixed_points.then(|| part(PlanePart::FixedPoints));
        let trajectories = trajectories.then(|| seen.map(|expr| self.plotted(expr)));
        let [(_, right), (_, up)] = axes;
        let series = Series::Phase {
            axes,
            plane,
            window,
            trajectories,
            nullclines,
            vectors,
            fixed_points,
        };
        let mut made = Made::new(series, Dim::Known(up), Across::Values(right));
        made.size = vec![elements.len()];
        Some(made)
    }

    /// A variable with a differential equation.
    fn changing(&mut self, group: GroupId, expr: &'a Expr) -> Option<VariableId> {
        let name = match &expr.ungrouped().kind {
            ExprKind::Name(name) => name.clone(),
            _ => {
                self.report(
                    Diagnostic::new(codes::PLOT, expr.span, "a phase plane has two variables")
                        .label("expected the name of a variable, as in `phase(fhn, v, w)`"),
                );
                return None;
            }
        };
        let Some(id) = self.variable_of(group, &name) else {
            let ident = Ident {
                name,
                span: expr.span,
            };
            self.unknown_variable(group, &ident);
            return None;
        };
        if self.equation_of(group, id).is_some() {
            return Some(id);
        }
        let owner = self.model.groups[group].name.clone();
        self.report(
            Diagnostic::new(
                codes::KIND,
                expr.span,
                format!("`{name}` of `{owner}` has no differential equation"),
            )
            .label(format!("expected a variable with `d{name}/dt = …`")),
        );
        None
    }

    fn equation_of(&self, group: GroupId, id: VariableId) -> Option<TermId> {
        let equations = &self.model.groups[group].system.equations;
        let found = equations.iter().find(|equation| equation.variable == id);
        found.map(|equation| equation.rhs)
    }

    /// The right-hand side of an equation without its noise.
    fn deterministic_rate(&mut self, group: GroupId, id: VariableId) -> Option<TermId> {
        let rhs = self.equation_of(group, id)?;
        let noises: Vec<_> = self.model.groups[group].system.noises.ids().collect();
        let is_noise = &mut |term: &Term| matches!(term, Term::Noise(_));
        if !contains(&self.model.terms, rhs, is_noise) {
            return Some(rhs);
        }
        let zero = self.model.terms.number(0.0);
        let mut without = Substitution::new();
        for noise in noises {
            let noise = self.model.terms.add(Term::Noise(noise));
            without.replace(noise, zero);
        }
        Some(without.apply(&mut self.model.terms, rhs))
    }

    /// Named values for both variables, and what the equations read in place of variables.
    #[allow(clippy::type_complexity)]
    fn plane_variables(
        &mut self,
        call: &KindCall<'a>,
        group: GroupId,
        variables: [VariableId; 2],
    ) -> Option<(
        [crate::model::array::SlotId; 2],
        Vec<(VariableId, Computed)>,
    )> {
        let mut given = Vec::new();
        let slots = variables.map(|variable| {
            let dimension = self.model.variables[variable].dimension;
            let place = self.valued(
                Kind::Number(0.0),
                Dim::Known(dimension),
                Some(vec![None]),
                call.span,
            );
            let slot = self.new_slot("", &place, Vec::new(), call.span);
            let expr = Computed {
                kind: Kind::Slot(slot),
                ..Computed::number(0.0, dimension, call.span)
            };
            given.push((variable, expr));
            slot
        });
        for argument in &call.other {
            let name = argument.name.as_ref()?;
            let Some(id) = self.variable_of(group, &name.name) else {
                self.unknown_held(call, group, name, argument.span);
                return None;
            };
            if variables.contains(&id) {
                self.report(
                    Diagnostic::new(
                        codes::ARGUMENTS,
                        argument.span,
                        format!("`{}` is an axis of this phase plane", name.name),
                    )
                    .label("cannot be held")
                    .note("the limits of an axis are `xlim: LOW .. HIGH`, `ylim: LOW .. HIGH`"),
                );
                return None;
            }
            let wanted = self.model.variables[id].dimension;
            let said = format!("`{}`", name.name);
            let value = self.single_of(&argument.value, wanted, &said, &Scope::root())?;
            given.push((id, value.expr));
        }
        Some((slots, given))
    }

    fn unknown_held(&mut self, call: &KindCall<'a>, group: GroupId, name: &Ident, span: Span) {
        let looks = crate::model::plots::LOOKS.iter().map(|row| row.name);
        let known = call.kind.options.iter().copied().chain(looks);
        match crate::library::suggest::did_you_mean(&name.name, known) {
            Some(near) => self.report(
                Diagnostic::new(
                    codes::OPTION,
                    span,
                    format!("`phase` has no option `{}`", name.name),
                )
                .suggest(name.span, near),
            ),
            None => self.unknown_variable(group, name),
        }
    }
}
