//! The bodies of neurons, synapses and inputs.

use pest::iterators::Pair;

use super::Builder;
use super::explain::Context;
use super::grammar::Rule;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{
    Code, Connect, ConnectKind, Delay, Differential, Event, Expr, ExprKind, Field, Flag, Generator,
    Ident, Initial, Member, MemberKind, MethodChoice, OnEvent, Order, Parameter, Pathway,
    PathwaySide, Range, Regular, Statement, Subexpression, Text, UnitExpr,
};
use crate::syntax::operators::AssignOp;

/// The parts that members are made of, collected from the pairs of one member.
#[derive(Default)]
pub(super) struct Parts {
    pub names: Vec<Ident>,
    pub words: Vec<(Rule, Span)>,
    pub exprs: Vec<Expr>,
    pub unit: Option<UnitExpr>,
    pub flags: Vec<Flag>,
    pub range: Option<Range>,
    pub code: Option<Code>,
    pub texts: Vec<Text>,
}

impl Parts {
    pub fn name(&mut self, span: Span) -> Ident {
        if self.names.is_empty() {
            Ident {
                name: String::new(),
                span,
            }
        } else {
            self.names.remove(0)
        }
    }
    pub fn expr(&mut self, span: Span) -> Expr {
        if self.exprs.is_empty() {
            Expr {
                kind: ExprKind::Error,
                span,
            }
        } else {
            self.exprs.remove(0)
        }
    }
    pub fn optional_expr(&mut self) -> Option<Expr> {
        if self.exprs.is_empty() {
            None
        } else {
            Some(self.exprs.remove(0))
        }
    }
    pub fn code(&mut self, span: Span) -> Code {
        self.code.take().unwrap_or(Code {
            statements: Vec::new(),
            span,
        })
    }
}

impl Builder<'_, '_> {
    /// Sorts the pairs of a line into [`Parts`]; names and expressions keep their order.
    pub(super) fn parts(&mut self, pair: Pair<Rule>) -> Parts {
        let mut parts = Parts::default();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => parts.names.push(self.ident(&inner)),
                Rule::expr | Rule::code_expr | Rule::ranged => {
                    let expr = self.value(inner);
                    parts.exprs.push(expr);
                }
                Rule::unit => parts.unit = Some(self.unit(inner)),
                Rule::flags => parts.flags = self.flags(inner),
                Rule::range_clause => parts.range = Some(self.range_clause(inner)),
                Rule::code => parts.code = Some(self.code(inner)),
                Rule::text => parts.texts.push(self.text_of(&inner)),
                rule => {
                    let span = self.span(&inner);
                    parts.words.push((rule, span));
                }
            }
        }
        parts
    }

    fn flags(&mut self, pair: Pair<Rule>) -> Vec<Flag> {
        let mut flags = Vec::new();
        for flag in pair.into_inner() {
            let span = self.span(&flag);
            let name = flag
                .as_str()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            flags.push(Flag { name, span });
        }
        flags
    }

    /// The members of a body pair.
    pub(super) fn members(&mut self, body: Pair<Rule>) -> Vec<Member> {
        let context = match body.as_rule() {
            Rule::synapse_body => Context::Synapse,
            Rule::neuron_body => Context::Neuron,
            _ => Context::Input,
        };
        body.into_inner()
            .filter(|pair| pair.as_rule() != Rule::EOI)
            .map(|pair| self.member(pair, context))
            .collect()
    }

    fn member(&mut self, pair: Pair<Rule>, context: Context) -> Member {
        let span = self.span(&pair);
        let doc = self.doc(span.start);
        let kind = match pair.as_rule() {
            Rule::unknown_member => {
                self.explain(span, context);
                MemberKind::Error
            }
            Rule::connect => self.connect(pair, span),
            Rule::method_choice => self.method_choice(pair, span),
            Rule::pathway => self.pathway(pair, span),
            Rule::rates_field | Rule::spikes_field | Rule::dt_field | Rule::input_field => {
                self.field(pair, span)
            }
            rule => {
                let mut parts = self.parts(pair);
                match rule {
                    Rule::differential => {
                        let rhs = parts.expr(span);
                        if parts.unit.is_none() {
                            self.check_colon(&rhs);
                        }
                        MemberKind::Differential(Differential {
                            name: parts.name(span),
                            rhs,
                            unit: parts.unit,
                            flags: parts.flags,
                        })
                    }
                    Rule::subexpression => MemberKind::Subexpression(Subexpression {
                        name: parts.name(span),
                        value: parts.expr(span),
                        unit: parts.unit,
                        flags: parts.flags,
                        range: parts.range,
                    }),
                    Rule::parameter => match parts.unit.take() {
                        Some(unit) => MemberKind::Parameter(Parameter {
                            name: parts.name(span),
                            unit,
                            flags: std::mem::take(&mut parts.flags),
                            default: parts.optional_expr(),
                            range: parts.range,
                        }),
                        None => MemberKind::Error,
                    },
                    Rule::initial => MemberKind::Initial(Initial {
                        name: parts.name(span),
                        value: parts.expr(span),
                    }),
                    Rule::threshold => MemberKind::Threshold(parts.expr(span)),
                    Rule::reset => MemberKind::Reset(parts.code(span)),
                    Rule::refractory => MemberKind::Refractory(parts.expr(span)),
                    Rule::event => MemberKind::Event(Event {
                        name: parts.name(span),
                        condition: parts.expr(span),
                    }),
                    Rule::on_event => MemberKind::OnEvent(OnEvent {
                        event: parts.name(span),
                        code: parts.code(span),
                    }),
                    Rule::regular => MemberKind::Every(Regular {
                        interval: parts.expr(span),
                        slot: (!parts.names.is_empty()).then(|| parts.name(span)),
                        code: parts.code(span),
                    }),
                    Rule::delay => MemberKind::Delay(Delay {
                        pathway: None,
                        value: parts.expr(span),
                    }),
                    Rule::delay_of => MemberKind::Delay(Delay {
                        pathway: Some(parts.name(span)),
                        value: parts.expr(span),
                    }),
                    Rule::order_bare | Rule::order_of => MemberKind::Order(Order {
                        pathway: (!parts.names.is_empty()).then(|| parts.name(span)),
                        value: parts.expr(span),
                    }),
                    _ => MemberKind::Error,
                }
            }
        };
        Member { kind, span, doc }
    }

    fn field(&mut self, pair: Pair<Rule>, span: Span) -> MemberKind {
        let mut word = Ident {
            name: String::new(),
            span,
        };
        let mut value = Expr {
            kind: ExprKind::Error,
            span,
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::expr | Rule::code_expr => value = self.value(inner),
                Rule::colon => {}
                _ => word = self.ident(&inner),
            }
        }
        MemberKind::Field(Field { word, value })
    }

    fn method_choice(&mut self, pair: Pair<Rule>, span: Span) -> MemberKind {
        let mut choice = MethodChoice {
            name: Ident {
                name: String::new(),
                span,
            },
            arguments: Vec::new(),
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => choice.name = self.ident(&inner),
                Rule::call => {
                    choice.arguments = inner
                        .into_inner()
                        .map(|argument| self.argument(argument))
                        .collect()
                }
                _ => {}
            }
        }
        MemberKind::Method(choice)
    }

    fn pathway(&mut self, pair: Pair<Rule>, span: Span) -> MemberKind {
        let (mut side, mut name, mut event) = (PathwaySide::Pre, None, None);
        let mut code = Code {
            statements: Vec::new(),
            span,
        };
        let mut after_of = false;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::pathway_side if inner.as_str().trim() == "on_post" => {
                    side = PathwaySide::Post
                }
                Rule::of_word => after_of = true,
                Rule::name if after_of => event = Some(self.ident(&inner)),
                Rule::name => name = Some(self.ident(&inner)),
                Rule::code => code = self.code(inner),
                _ => {}
            }
        }
        MemberKind::Pathway(Pathway {
            side,
            name,
            event,
            code,
        })
    }

    /// A `code` pair.
    pub(super) fn code(&mut self, pair: Pair<Rule>) -> Code {
        let span = self.span(&pair);
        Code {
            statements: self.statements(pair, Context::Statement),
            span,
        }
    }

    /// The statements within a pair; others are passed over.
    pub(super) fn statements(&mut self, pair: Pair<Rule>, context: Context) -> Vec<Statement> {
        let mut statements = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::statement => statements.push(self.statement(inner)),
                Rule::unknown_statement => {
                    let span = self.span(&inner);
                    self.explain(span, context);
                }
                _ => {}
            }
        }
        statements
    }

    /// A `statement` or `assignment` pair.
    pub(super) fn statement(&mut self, pair: Pair<Rule>) -> Statement {
        let span = self.span(&pair);
        let error = Expr {
            kind: ExprKind::Error,
            span,
        };
        let mut statement = Statement {
            target: error.clone(),
            operator: AssignOp::Set,
            operator_span: span,
            value: error,
            span,
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::place => statement.target = self.place(inner),
                Rule::assign_op => {
                    statement.operator =
                        AssignOp::from_spelling(inner.as_str().trim()).unwrap_or(AssignOp::Set);
                    statement.operator_span = self.span(&inner);
                }
                _ => statement.value = self.value(inner),
            }
        }
        statement
    }

    /// A name with members and subscripts.
    pub(super) fn place(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let mut result = Expr {
            kind: ExprKind::Error,
            span,
        };
        // The grammar does not bound their number; a tree must stay shallow.
        for inner in pair.into_inner().take(64) {
            result = match inner.as_rule() {
                Rule::name => Expr {
                    kind: ExprKind::Name(inner.as_str().trim().to_string()),
                    span: self.span(&inner),
                },
                _ => self.attach(result, inner),
            };
        }
        result
    }

    fn connect(&mut self, pair: Pair<Rule>, span: Span) -> MemberKind {
        let mut connect = Connect {
            kind: ConnectKind::All,
            probability: None,
            count: None,
            skip: None,
        };
        let mut kind: Option<ConnectKind> = None;
        let mut sides: [Option<Generator>; 2] = [None, None];
        for clause in pair.into_inner() {
            match clause.as_rule() {
                Rule::skip_word => connect.skip = Some(self.span(&clause)),
                Rule::connect_clause => {
                    self.connect_clause(clause, &mut connect, &mut kind, &mut sides)
                }
                _ => {}
            }
        }
        let generated = match sides {
            [None, None] => None,
            [Some(one), None] | [None, Some(one)] => Some(ConnectKind::Generated(one)),
            [Some(i), Some(j)] => {
                let looped = [&i, &j]
                    .into_iter()
                    .find(|side| side.values.is_some() || side.condition.is_some());
                if let Some(side) = looped {
                    self.sink.report(
                        Diagnostic::new(
                            codes::SYNTAX,
                            side.index.span,
                            "`for` and `if` generate one index, but `i` and `j` are both given",
                        )
                        .note("give two lists, `i = […], j = […]`, or generate `j` for every `i`"),
                    );
                }
                Some(ConnectKind::Pairs {
                    i: i.value,
                    j: j.value,
                })
            }
        };
        if let (Some(_), Some(_)) = (&kind, &generated) {
            self.sink.report(
                Diagnostic::new(codes::SYNTAX, span, "this `connect` says twice which pairs are connected")
                    .note("write the condition behind the generator, `j = k for k in range(N) if k != i`, or use two lines"),
            );
        }
        connect.kind = generated.or(kind).unwrap_or(ConnectKind::All);
        MemberKind::Connect(connect)
    }

    fn connect_clause(
        &mut self,
        clause: Pair<Rule>,
        connect: &mut Connect,
        kind: &mut Option<ConnectKind>,
        sides: &mut [Option<Generator>; 2],
    ) {
        let span = self.span(&clause);
        let mut after_if = false;
        for inner in clause.into_inner() {
            match inner.as_rule() {
                Rule::skip_word => connect.skip = Some(span),
                Rule::all_word => *kind = Some(ConnectKind::All),
                Rule::if_word => after_if = true,
                Rule::text => *kind = Some(ConnectKind::From(self.text_of(&inner))),
                Rule::code_expr => {
                    if !after_if {
                        self.sink.report(
                            Diagnostic::new(
                                codes::SYNTAX,
                                span,
                                "a condition of `connect` begins with `if`",
                            )
                            .label("this stands alone")
                            .fix(
                                "write `if`",
                                span.at_start(),
                                "if ",
                                true,
                            ),
                        );
                    }
                    *kind = Some(ConnectKind::Condition(self.expr_in(inner)));
                }
                Rule::generator => {
                    let generator = self.generator(inner);
                    match generator.index.name.as_str() {
                        "i" => sides[0] = Some(generator),
                        "j" => sides[1] = Some(generator),
                        "p" => connect.probability = Some(generator.value),
                        "n" => connect.count = Some(generator.value),
                        other => self.sink.report(
                            Diagnostic::new(codes::SYNTAX, generator.index.span, format!("`connect` has no part called `{other}`"))
                                .note("its parts are `all`, `if …`, `i = …`, `j = …`, `p = …`, `n = …`, `from \"…\"`, `skip`"),
                        ),
                    }
                }
                _ => {}
            }
        }
    }

    fn generator(&mut self, pair: Pair<Rule>) -> Generator {
        let span = self.span(&pair);
        let mut generator = Generator {
            index: Ident {
                name: String::new(),
                span,
            },
            value: Expr {
                kind: ExprKind::Error,
                span,
            },
            variable: None,
            values: None,
            condition: None,
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => generator.index = self.ident(&inner),
                Rule::expr => generator.value = self.expr(inner),
                Rule::generator_for => {
                    let mut parts = self.parts(inner);
                    generator.variable = Some(parts.name(span));
                    generator.values = Some(parts.expr(span));
                }
                Rule::generator_if => generator.condition = Some(self.expr_in(inner)),
                _ => {}
            }
        }
        generator
    }
}
