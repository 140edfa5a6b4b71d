//! Occurrences in the bodies of models, populations and synapses.

use super::expressions::{Resolver, Scope, access};
use super::{Access, Kind, LibraryKind, Symbol, SymbolId};
use crate::syntax::ast::{
    Code, Connect, ConnectKind, ExprKind, Ident, Member, MemberKind, PathwaySide, Statement,
};

impl Resolver<'_> {
    pub(super) fn members(
        &mut self,
        members: &[Member],
        owner: &str,
        own: Option<SymbolId>,
        ends: [Option<SymbolId>; 2],
    ) {
        let scope = Scope {
            own,
            ends,
            locals: Vec::new(),
        };
        for member in members {
            self.place = member_place(&member.kind, owner).into();
            self.member(member, &scope);
        }
    }

    pub(super) fn member(&mut self, member: &Member, scope: &Scope) {
        match &member.kind {
            MemberKind::Differential(differential) => {
                self.expr(&differential.rhs, scope);
                self.unit(differential.unit.as_ref());
            }
            MemberKind::Subexpression(value) => {
                if value.unit.is_none() {
                    self.name(&value.name.name, value.name.span, Access::Write, scope);
                }
                self.expr(&value.value, scope);
                self.unit(value.unit.as_ref());
                for end in value.range.iter().flat_map(|r| [&r.start, &r.stop]) {
                    self.expr(end, scope);
                }
            }
            MemberKind::Parameter(parameter) => {
                self.unit(Some(&parameter.unit));
                self.all(parameter.default.iter(), scope);
                for end in parameter.range.iter().flat_map(|r| [&r.start, &r.stop]) {
                    self.expr(end, scope);
                }
            }
            MemberKind::Initial(initial) => {
                self.name(&initial.name.name, initial.name.span, Access::Write, scope);
                self.expr(&initial.value, scope);
            }
            MemberKind::Threshold(expr) | MemberKind::Refractory(expr) => self.expr(expr, scope),
            MemberKind::Reset(code) => self.code(code, scope),
            MemberKind::Method(choice) => {
                self.of_library(choice.name.span, &choice.name.name, LibraryKind::Method);
                self.arguments(&choice.arguments, scope);
            }
            MemberKind::Event(event) => self.expr(&event.condition, scope),
            MemberKind::OnEvent(on) => {
                self.event(&on.event, scope.own);
                self.code(&on.code, scope);
            }
            MemberKind::Every(regular) => {
                self.expr(&regular.interval, scope);
                self.code(&regular.code, scope);
            }
            MemberKind::Pathway(pathway) => {
                if let Some(event) = &pathway.event {
                    let side = usize::from(pathway.side == PathwaySide::Post);
                    self.event(event, scope.ends.get(side).copied().flatten());
                }
                self.code(&pathway.code, scope);
            }
            MemberKind::Connect(connect) => self.connect(connect, scope),
            MemberKind::Delay(delay) => {
                if let Some(pathway) = &delay.pathway {
                    self.pathway(pathway, scope);
                }
                self.expr(&delay.value, scope);
            }
            MemberKind::Order(order) => {
                if let Some(pathway) = &order.pathway {
                    self.pathway(pathway, scope);
                }
                self.expr(&order.value, scope);
            }
            MemberKind::Field(field) => {
                let inner = match field.word.name.as_str() {
                    // The variable that a Poisson input adds to.
                    "target" => {
                        if let Some(name) = field.value.as_name()
                            && let Some(target) = scope.ends.get(1).copied().flatten()
                            && let Some(id) = self.names.member(target, name)
                        {
                            self.used(field.value.span, id, Access::Update);
                        }
                        return;
                    }
                    _ => scope,
                };
                self.expr(&field.value, inner);
            }
            MemberKind::Error => {}
        }
    }

    fn pathway(&mut self, pathway: &Ident, scope: &Scope) {
        let name = format!("pathway {}", pathway.name);
        if let Some(id) = scope.own.and_then(|own| self.names.member(own, &name)) {
            self.used(pathway.span, id, Access::Read);
        }
    }

    pub(super) fn event(&mut self, event: &Ident, of: Option<SymbolId>) {
        if let Some(id) = of.and_then(|of| self.names.member(of, &format!("event {}", event.name)))
        {
            self.used(event.span, id, Access::Read);
        } else if event.name == "spike" {
            self.of_library(event.span, &event.name, LibraryKind::BuiltIn);
        }
    }

    pub(super) fn connect(&mut self, connect: &Connect, scope: &Scope) {
        match &connect.kind {
            ConnectKind::All | ConnectKind::From(_) => {}
            ConnectKind::Condition(expr) => self.expr(expr, scope),
            ConnectKind::Generated(generator) => {
                let mut inner = scope.clone();
                if let Some(variable) = &generator.variable {
                    let id = self.local(variable, scope);
                    inner.locals.push((variable.name.clone(), id));
                }
                self.all(generator.values.iter(), scope);
                self.expr(&generator.value, &inner);
                self.all(generator.condition.iter(), &inner);
            }
            ConnectKind::Pairs { i, j } => {
                self.expr(i, scope);
                self.expr(j, scope);
            }
        }
        self.all(connect.probability.iter(), scope);
        self.all(connect.count.iter(), scope);
    }

    pub(super) fn local(&mut self, name: &Ident, scope: &Scope) -> SymbolId {
        let id = self.names.symbols.push(Symbol {
            name: name.name.clone(),
            kind: Kind::Temporary,
            span: name.span,
            whole: name.span,
            within: scope.own,
            doc: None,
        });
        self.used(name.span, id, Access::Declare);
        id
    }

    pub(super) fn code(&mut self, code: &Code, scope: &Scope) {
        let mut scope = scope.clone();
        for statement in &code.statements {
            self.statement(statement, &mut scope);
        }
    }

    pub(super) fn statement(&mut self, statement: &Statement, scope: &mut Scope) {
        self.expr(&statement.value, scope);
        let access = access(statement.operator);
        match &statement.target.kind {
            ExprKind::Name(name) => {
                let span = statement.target.span;
                if !self.name(name, span, access, scope) && !name.is_empty() {
                    let ident = Ident {
                        name: name.clone(),
                        span,
                    };
                    let id = self.local(&ident, scope);
                    scope.locals.push((name.clone(), id));
                }
            }
            _ => self.assigned(&statement.target, statement.operator, scope),
        }
    }
}

fn member_place(kind: &MemberKind, owner: &str) -> String {
    let what = match kind {
        MemberKind::Differential(differential) => {
            return format!("the equation of `{}` in `{owner}`", differential.name.name);
        }
        MemberKind::Subexpression(value) => {
            return format!("`{}` of `{owner}`", value.name.name);
        }
        MemberKind::Parameter(parameter) => {
            return format!("the default of `{}` in `{owner}`", parameter.name.name);
        }
        MemberKind::Initial(initial) => {
            return format!("the start of `{}` in `{owner}`", initial.name.name);
        }
        MemberKind::Event(event) => {
            return format!("the event `{}` of `{owner}`", event.name.name);
        }
        MemberKind::OnEvent(on) => {
            return format!("the code of the event `{}` of `{owner}`", on.event.name);
        }
        MemberKind::Field(field) => {
            return format!("`{}` of `{owner}`", field.word.name);
        }
        MemberKind::Threshold(_) => "threshold",
        MemberKind::Reset(_) => "reset",
        MemberKind::Refractory(_) => "refractoriness",
        MemberKind::Method(_) => "method",
        MemberKind::Every(_) => "regular code",
        MemberKind::Pathway(pathway) => match pathway.side {
            PathwaySide::Pre => "on_pre",
            PathwaySide::Post => "on_post",
        },
        MemberKind::Connect(_) => "connections",
        MemberKind::Delay(_) => "delay",
        MemberKind::Order(_) => "order",
        MemberKind::Error => "text",
    };
    format!("the {what} of `{owner}`")
}
