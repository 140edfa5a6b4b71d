//! Projections: `synapses NAME: SOURCE -> TARGET of MODEL { … }`.

mod connect;
mod equations;
mod lists;
mod pathways;
mod sides;
mod summed;
pub mod values;

use super::constants::Override;
use super::equations::is_event_driven;
use super::members::{Body, Given};
use crate::check::context::{Checker, Context, OwnerInfo, Role};
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::projection::{Endpoint, Projection};
use crate::model::term::Type;
use crate::model::{Owner, ProjectionId};
use crate::syntax::ast::{self, DefinitionKind, Item, MemberKind};
use crate::units::dimension::Dimension;

/// A projection whose sides and variables are known.
#[derive(Debug)]
pub struct Ready<'a> {
    /// Which.
    pub id: ProjectionId,
    /// As written.
    pub written: &'a ast::Projection,
    /// Its lines.
    pub body: Body<'a>,
}

impl<'a> Checker<'a> {
    /// Takes up the name of a projection.
    pub fn collect_projection(
        &mut self,
        written: &'a ast::Projection,
        item: &'a Item,
        collected: &mut Vec<(ProjectionId, &'a ast::Projection)>,
    ) {
        if !self.fresh(0, &written.name) {
            return;
        }
        let id = self.add_projection(&written.name, item.doc.as_ref().map(|doc| doc.text.clone()));
        self.declare(0, &written.name, Global::Projection(id));
        collected.push((id, written));
    }

    /// Adds a projection to the model whose sides are not known yet: each stands for the projection itself.
    pub fn add_projection(&mut self, name: &ast::Ident, doc: Option<String>) -> ProjectionId {
        let itself = ProjectionId(self.projections.len() as u32);
        let unknown = Endpoint {
            owner: Owner::Projection(itself),
            first: 0,
            last: usize::MAX,
        };
        let id = self.model.projections.push(Projection {
            doc,
            ..Projection::new(&name.name, unknown, unknown, name.span)
        });
        self.projections.push(OwnerInfo::default());
        let owner = Owner::Projection(id);
        let mut index =
            |name: &str, span| self.hidden(owner, name, Type::Integer, Dimension::NONE, 0.0, span);
        let (i, j) = (index("i", name.span), index("j", name.span));
        let indices = &mut self.model.projections[id].indices;
        (indices.i, indices.j) = (i, j);
        id
    }

    /// Reads the sides of all projections and declares their variables. All groups have declared theirs.
    pub fn declare_projections(
        &mut self,
        collected: &[(ProjectionId, &'a ast::Projection)],
        overrides: &[Override<'a>],
    ) -> Vec<Ready<'a>> {
        let mut ready = Vec::new();
        for (id, written) in collected {
            self.sides(*id, written);
            let given = Given {
                kind: DefinitionKind::Synapse,
                name: &written.name,
                model: written.model.as_ref(),
                members: &written.members,
            };
            let body = self.body_of(*id, &given, overrides);
            self.declare_projection(*id, &body);
            ready.push(Ready {
                id: *id,
                written,
                body,
            });
        }
        ready
    }

    /// Declares the variables of a projection.
    pub fn declare_projection(&mut self, id: ProjectionId, body: &Body<'a>) {
        if body.lines.iter().any(is_event_driven) {
            self.lastupdate(id);
        }
        for line in body.lines.iter().filter(|line| !summed::is_summed(line)) {
            self.declare_line(Owner::Projection(id), line, false);
        }
    }

    /// Reads the lines of a projection.
    pub fn projection(&mut self, ready: &Ready<'a>) {
        let (id, body) = (ready.id, &ready.body);
        self.synaptic_lines(id, body);
        self.connections(id, ready);
    }

    /// Reads all but `connect:`.
    pub fn synaptic_lines(&mut self, id: ProjectionId, body: &Body<'a>) {
        let owner = Owner::Projection(id);
        let place = self.place(owner);
        for line in &body.lines {
            if let MemberKind::Field(field) = &line.member.kind
                && field.word.name == "dt"
            {
                let typed = self.expr(&field.value, &Context::new(line.file, Role::CONSTANT));
                let dt = self.positive_time(&typed, "the time step of the synapses");
                self.model.projections[id].dt = dt;
            }
        }
        self.usual_delay(id, body);
        self.equations(owner, body);
        self.kinds_of_equations(id, body);
        for line in &body.lines {
            let at = |role| Context::at(line.file, place, role);
            match &line.member.kind {
                MemberKind::Subexpression(equation) if summed::is_summed(line) => {
                    self.summed(id, line, equation);
                }
                MemberKind::Method(choice) => {
                    let method = self.method(choice, &at(Role::CONSTANT));
                    self.model.projections[id].method = method;
                }
                MemberKind::Every(regular) => {
                    let regular = self.regular(place, regular, &at(Role::CODE));
                    self.model.projections[id].regular.extend(regular);
                }
                MemberKind::Pathway(pathway) => self.pathway(id, line, pathway, body),
                MemberKind::Event(_)
                | MemberKind::OnEvent(_)
                | MemberKind::Threshold(_)
                | MemberKind::Reset(_)
                | MemberKind::Refractory(_) => self.report(
                    Diagnostic::new(
                        codes::MEMBER,
                        line.member.span,
                        "this line belongs into `neurons`",
                    )
                    .label("synapses do not spike")
                    .note("what happens at spikes of the neurons is written as `on_pre: …` and `on_post: …`"),
                ),
                MemberKind::Field(field) if field.word.name != "dt" => {
                    let words = &[
                        "on_pre", "on_post", "connect", "delay", "order", "method", "dt",
                    ];
                    self.unknown_word(&field.word, words);
                }
                _ => {}
            }
        }
        self.delays_without_pathway(id, body);
    }
}
