//! Members of bodies as text.

use super::expr::{quoted, width};
use super::lines::{Kind, Line};
use super::{Printer, STEP, WIDTH};
use crate::source::Span;
use crate::syntax::ast::{
    Code, Connect, ConnectKind, Doc, Expr, Flag, Member, MemberKind, Parameter, Pathway,
    PathwaySide, Range, Statement, UnitExpr,
};

impl Printer<'_> {
    pub(super) fn member(&mut self, member: &Member) {
        let (span, doc) = (member.span, member.doc.as_ref());
        match &member.kind {
            MemberKind::Differential(d) => {
                let head = format!("d{}/dt", d.name.name);
                self.equation(
                    span,
                    doc,
                    Kind::Differential,
                    head,
                    &d.rhs,
                    d.unit.as_ref(),
                    &d.flags,
                    None,
                );
            }
            MemberKind::Subexpression(s) => {
                let kind = if s.unit.is_some() {
                    Kind::Subexpression
                } else {
                    Kind::Constant
                };
                self.equation(
                    span,
                    doc,
                    kind,
                    s.name.name.clone(),
                    &s.value,
                    s.unit.as_ref(),
                    &s.flags,
                    s.range.as_ref(),
                );
            }
            MemberKind::Parameter(parameter) => self.parameter(span, doc, parameter),
            MemberKind::Initial(initial) => self.assigned(
                span,
                doc,
                Kind::Other,
                format!("{}(0) =", initial.name.name),
                &initial.value,
            ),
            MemberKind::Threshold(condition) => self.assigned(
                span,
                doc,
                Kind::Keyword,
                "threshold:".to_string(),
                condition,
            ),
            MemberKind::Reset(code) => self.coded(span, doc, "reset:".to_string(), code),
            MemberKind::Refractory(value) => {
                self.assigned(span, doc, Kind::Keyword, "refractory:".to_string(), value)
            }
            MemberKind::Method(choice) => {
                let mut text = choice.name.name.clone();
                if !choice.arguments.is_empty() {
                    text.push_str(&format!("({})", self.arguments(&choice.arguments)));
                }
                self.simple(span, doc, Kind::Keyword, vec!["method:".to_string(), text]);
            }
            MemberKind::Event(event) => self.assigned(
                span,
                doc,
                Kind::Other,
                format!("event {}:", event.name.name),
                &event.condition,
            ),
            MemberKind::OnEvent(on) => {
                self.coded(span, doc, format!("on {}:", on.event.name), &on.code)
            }
            MemberKind::Every(every) => {
                let when = every
                    .slot
                    .as_ref()
                    .map_or(String::new(), |slot| format!(" when {}", slot.name));
                let head = format!("every {}{when}:", self.flat(&every.interval));
                self.coded(span, doc, head, &every.code);
            }
            MemberKind::Pathway(pathway) => {
                self.coded(span, doc, pathway_head(pathway), &pathway.code)
            }
            MemberKind::Connect(connect) => {
                let text = self.connect(connect);
                self.simple(span, doc, Kind::Keyword, vec!["connect:".to_string(), text]);
            }
            MemberKind::Delay(delay) => {
                let head = delay
                    .pathway
                    .as_ref()
                    .map_or("delay:".to_string(), |pathway| {
                        format!("delay {}:", pathway.name)
                    });
                self.assigned(span, doc, Kind::Keyword, head, &delay.value);
            }
            MemberKind::Order(order) => {
                let pathway = order.pathway.as_ref();
                let head = pathway.map_or("order:".to_string(), |pathway| {
                    format!("order {}:", pathway.name)
                });
                self.assigned(span, doc, Kind::Keyword, head, &order.value);
            }
            MemberKind::Field(field) => self.assigned(
                span,
                doc,
                Kind::Keyword,
                format!("{}:", field.word.name),
                &field.value,
            ),
            MemberKind::Error => {
                let text = self.between(span.start, span.end).to_string();
                self.simple(span, doc, Kind::Other, vec![text]);
            }
        }
    }

    /// `head value`, broken where it is too long.
    pub(super) fn assigned(
        &mut self,
        span: Span,
        doc: Option<&Doc>,
        kind: Kind,
        head: String,
        value: &Expr,
    ) {
        let value = self.wrapped(value, self.indent + width(&head) + 1, self.indent + STEP, 0);
        self.simple(span, doc, kind, vec![head, value]);
    }

    /// An equation in cells: left side, right side, unit with flags.
    #[allow(clippy::too_many_arguments)]
    fn equation(
        &mut self,
        span: Span,
        doc: Option<&Doc>,
        kind: Kind,
        head: String,
        value: &Expr,
        unit: Option<&UnitExpr>,
        flags: &[Flag],
        range: Option<&Range>,
    ) {
        let mut tail = unit.map_or(String::new(), |unit| {
            format!(": {}{}", self.unit(unit), flagged(flags))
        });
        if let Some(range) = range {
            tail.push_str(if tail.is_empty() { "" } else { " " });
            tail.push_str(&self.range(range));
        }
        let value = self.wrapped(
            value,
            self.indent + width(&head) + 3,
            self.indent + STEP,
            width(&tail) + 1,
        );
        let mut cells = vec![head, format!("= {value}")];
        if !tail.is_empty() {
            cells.push(tail);
        }
        self.simple(span, doc, kind, cells);
    }

    fn parameter(&mut self, span: Span, doc: Option<&Doc>, parameter: &Parameter) {
        let mut cells = vec![
            parameter.name.name.clone(),
            format!(
                ": {}{}",
                self.unit(&parameter.unit),
                flagged(&parameter.flags)
            ),
        ];
        let range = parameter.range.as_ref().map(|range| self.range(range));
        if let Some(default) = &parameter.default {
            let used: usize = cells.iter().map(|cell| width(cell) + 1).sum();
            let reserve = range.as_ref().map_or(0, |range| width(range) + 1);
            cells.push(format!(
                "= {}",
                self.wrapped(default, self.indent + used + 2, self.indent + STEP, reserve)
            ));
        }
        cells.extend(range);
        self.simple(span, doc, Kind::Parameter, cells);
    }

    /// `head code`: one statement without braces, several in braces, on one line if they stood on one.
    fn coded(&mut self, span: Span, doc: Option<&Doc>, head: String, code: &Code) {
        let flat: Vec<String> = code
            .statements
            .iter()
            .map(|statement| self.statement(statement))
            .collect();
        let one_line = match flat.as_slice() {
            [] => "{}".to_string(),
            [one] => one.clone(),
            many => format!("{{ {} }}", many.join("; ")),
        };
        let written = self.between(code.span.start, code.span.end);
        let commented = self.has_comments(code.span);
        let fits = self.indent + width(&head) + 1 + width(&one_line) <= WIDTH
            && (flat.len() < 2 || !written.contains('\n'));
        let kind = if head.contains(' ') {
            Kind::Other
        } else {
            Kind::Keyword
        };
        if !commented && fits {
            return self.simple(span, doc, kind, vec![head, one_line]);
        }
        if let ([statement], false) = (code.statements.as_slice(), commented) {
            let text = self.wrapped_statement(statement, self.indent + width(&head) + 1);
            return self.simple(span, doc, Kind::Other, vec![head, text]);
        }
        self.lead(span, doc, span.start);
        self.block_of_statements(format!("{head} {{"), &code.statements, code.span);
        self.comment_behind(span.end);
    }

    /// A block with a statement per line.
    pub(super) fn block_of_statements(
        &mut self,
        head: String,
        statements: &[Statement],
        span: Span,
    ) {
        let each = |printer: &mut Printer| {
            for statement in statements {
                let text = printer.statement(statement);
                printer.simple(statement.span, None, Kind::Other, vec![text]);
            }
        };
        if self.one_line(head.trim_end_matches([' ', '{']), span, each) {
            return;
        }
        self.open(
            head,
            span,
            statements.first().map(|statement| statement.span.start),
        );
        for statement in statements {
            let text = self.wrapped_statement(statement, self.indent);
            self.simple(statement.span, None, Kind::Other, vec![text]);
        }
        self.close(span.end, "}");
    }

    pub(super) fn statement(&self, statement: &Statement) -> String {
        format!(
            "{} {} {}",
            self.flat(&statement.target),
            statement.operator.spelling(),
            self.flat(&statement.value)
        )
    }

    fn wrapped_statement(&self, statement: &Statement, column: usize) -> String {
        let head = format!(
            "{} {} ",
            self.flat(&statement.target),
            statement.operator.spelling()
        );
        let value = self.wrapped(
            &statement.value,
            column + width(&head),
            self.indent + STEP,
            0,
        );
        format!("{head}{value}")
    }

    fn connect(&self, connect: &Connect) -> String {
        let mut parts = Vec::new();
        match &connect.kind {
            ConnectKind::All if connect.probability.is_some() || connect.count.is_some() => {}
            ConnectKind::All => parts.push("all".to_string()),
            ConnectKind::Condition(condition) => parts.push(format!("if {}", self.flat(condition))),
            ConnectKind::Generated(generator) => {
                let mut text =
                    format!("{} = {}", generator.index.name, self.flat(&generator.value));
                if let (Some(variable), Some(values)) = (&generator.variable, &generator.values) {
                    text.push_str(&format!(" for {} in {}", variable.name, self.flat(values)));
                }
                if let Some(condition) = &generator.condition {
                    text.push_str(&format!(" if {}", self.flat(condition)));
                }
                parts.push(text);
            }
            ConnectKind::Pairs { i, j } => parts.extend([
                format!("i = {}", self.flat(i)),
                format!("j = {}", self.flat(j)),
            ]),
            ConnectKind::From(path) => parts.push(format!("from {}", quoted(path))),
        }
        for (name, value) in [("p", &connect.probability), ("n", &connect.count)] {
            parts.extend(
                value
                    .as_ref()
                    .map(|value| format!("{name} = {}", self.flat(value))),
            );
        }
        parts.extend(connect.skip.map(|_| "skip".to_string()));
        parts.join(", ")
    }

    /// A block of members below a head, or the head alone where braces may be left out.
    pub(super) fn body(&mut self, head: String, members: &[Member], span: Span, braces: bool) {
        if members.is_empty() && !self.has_comments(span) {
            let text = if braces { format!("{head} {{}}") } else { head };
            self.lines
                .push(Line::new(self.indent, Kind::Other, vec![text]));
            self.last_end = Some(span.end);
            return;
        }
        let each = |printer: &mut Printer| members.iter().for_each(|member| printer.member(member));
        if self.one_line(&head, span, each) {
            return;
        }
        let first = members.first().map(|member| {
            member
                .doc
                .as_ref()
                .map_or(member.span.start, |doc| doc.span.start)
        });
        self.open(format!("{head} {{"), span, first);
        for member in members {
            self.member(member);
        }
        self.close(span.end, "}");
    }
}

fn flagged(flags: &[Flag]) -> String {
    if flags.is_empty() {
        return String::new();
    }
    format!(
        " ({})",
        flags
            .iter()
            .map(|flag| flag.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    )
}

fn pathway_head(pathway: &Pathway) -> String {
    let mut head = match pathway.side {
        PathwaySide::Pre => "on_pre".to_string(),
        PathwaySide::Post => "on_post".to_string(),
    };
    if let Some(name) = &pathway.name {
        head.push_str(&format!(" {}", name.name));
    }
    if let Some(event) = &pathway.event {
        head.push_str(&format!(" of {}", event.name));
    }
    head.push(':');
    head
}
