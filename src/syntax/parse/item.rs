//! Declarations and protocol statements.

use pest::iterators::Pair;

use super::Builder;
use super::explain::Context;
use super::grammar::Rule;
use crate::source::Span;
use crate::syntax::ast::{
    Argument, Assignment, Collect, Constant, Definition, DefinitionKind, Every, Expect, Expr,
    ExprKind, Figure, For, Function, Ident, If, Item, ItemKind, Let, Mark, Member, Parameters,
    Plot, PoissonInput, Population, PopulationKind, Projection, Record, Repeat, Run, Series,
    Signal, Statement, Sweep, Text, Use, UseTarget, While,
};
use crate::syntax::operators::AssignOp;

/// The parts that items are made of beyond those of members.
#[derive(Default)]
struct Pieces {
    words: Vec<Rule>,
    names: Vec<Ident>,
    exprs: Vec<Expr>,
    text: Option<Text>,
    options: Vec<Argument>,
    size: Option<Expr>,
    model: Option<Ident>,
    members: Vec<Member>,
    bodies: Vec<Vec<Item>>,
    every: Option<Expr>,
    until: Option<Expr>,
    with: Vec<Ident>,
    series: Vec<Series>,
    variables: Vec<(Ident, Expr)>,
    range: Option<crate::syntax::ast::Range>,
}

impl Pieces {
    fn name(&mut self, span: Span) -> Ident {
        if self.names.is_empty() {
            Ident {
                name: String::new(),
                span,
            }
        } else {
            self.names.remove(0)
        }
    }
    fn expr(&mut self, span: Span) -> Expr {
        if self.exprs.is_empty() {
            Expr {
                kind: ExprKind::Error,
                span,
            }
        } else {
            self.exprs.remove(0)
        }
    }
    fn body(&mut self) -> Vec<Item> {
        self.bodies.pop().unwrap_or_default()
    }
}

impl Builder<'_, '_> {
    /// An item of the file or of a body; nothing for the end of the input.
    pub(super) fn item(&mut self, pair: Pair<Rule>) -> Option<Item> {
        let rule = pair.as_rule();
        let span = self.span(&pair);
        if matches!(rule, Rule::EOI) {
            return None;
        }
        let doc = self.doc(span.start);
        let kind = match rule {
            Rule::stray => {
                self.explain(span, Context::Item);
                ItemKind::Error
            }
            Rule::unknown_item => {
                self.explain(span, Context::Item);
                ItemKind::Error
            }
            Rule::call_statement => {
                let mut inner = pair.into_inner();
                let first = inner.next().map(|name| self.ident(&name));
                let base = first.map(|name| Expr {
                    kind: ExprKind::Name(name.name),
                    span: name.span,
                });
                let mut call = base.unwrap_or(Expr {
                    kind: ExprKind::Error,
                    span,
                });
                for attached in inner.take(64) {
                    call = self.attach(call, attached);
                }
                ItemKind::Expression(call)
            }
            Rule::parameters => {
                let name = pair
                    .clone()
                    .into_inner()
                    .find(|inner| inner.as_rule() == Rule::name)
                    .map(|inner| self.ident(&inner));
                let values = self.statements(pair, Context::Statement);
                ItemKind::Parameters(Parameters {
                    name: name.unwrap_or(Ident {
                        name: String::new(),
                        span,
                    }),
                    values,
                })
            }
            Rule::function_declaration => self.function_declaration(pair, span),
            Rule::method => self.method(pair, span),
            Rule::dimension | Rule::unit_declaration | Rule::library_constant | Rule::automatic => {
                self.library_line(pair, span)
            }
            Rule::assignment => {
                let Statement {
                    target,
                    operator,
                    operator_span,
                    value,
                    ..
                } = self.statement(pair);
                ItemKind::Assignment(Assignment {
                    place: target,
                    operator,
                    operator_span,
                    value,
                })
            }
            Rule::constant => self.constant(pair, span),
            _ => {
                let pieces = self.pieces(pair);
                assemble(rule, pieces, span)
            }
        };
        Some(Item { kind, span, doc })
    }

    /// At top level `NAME = expr` declares; in a body it is a statement like any other.
    fn constant(&mut self, pair: Pair<Rule>, span: Span) -> ItemKind {
        let mut parts = self.parts(pair);
        let (name, value) = (parts.name(span), parts.expr(span));
        if self.in_body == 0 || parts.range.is_some() {
            return ItemKind::Constant(Constant {
                name,
                value,
                range: parts.range,
            });
        }
        let between = self
            .text
            .get(name.span.end as usize..value.span.start as usize)
            .unwrap_or("");
        let start = name.span.end + between.find('=').unwrap_or(0) as u32;
        ItemKind::Assignment(Assignment {
            operator: AssignOp::Set,
            operator_span: Span {
                start,
                end: start + 1,
                ..span
            },
            place: Expr {
                span: name.span,
                kind: ExprKind::Name(name.name),
            },
            value,
        })
    }

    fn pieces(&mut self, pair: Pair<Rule>) -> Pieces {
        let mut pieces = Pieces::default();
        for inner in pair.into_inner() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::name => pieces.names.push(self.ident(&inner)),
                Rule::expr | Rule::code_expr | Rule::ranged => pieces.exprs.push(self.value(inner)),
                Rule::text => pieces.text = Some(self.text_of(&inner)),
                Rule::option => pieces.options.push(self.argument(inner)),
                Rule::bare_option => {
                    let value = Expr {
                        kind: ExprKind::Name(inner.as_str().trim().to_string()),
                        span,
                    };
                    pieces.options.push(Argument {
                        name: None,
                        value,
                        span,
                    });
                }
                Rule::size => pieces.size = Some(self.expr_in(inner)),
                Rule::of_model => {
                    pieces.model = inner
                        .into_inner()
                        .find(|name| name.as_rule() == Rule::name)
                        .map(|name| self.ident(&name));
                }
                Rule::neuron_body
                | Rule::synapse_body
                | Rule::poisson_body
                | Rule::spikes_body
                | Rule::input_body => {
                    pieces.members = self.members(inner);
                }
                Rule::item_body => {
                    self.in_body += 1;
                    pieces.bodies.push(
                        inner
                            .into_inner()
                            .filter_map(|item| self.item(item))
                            .collect(),
                    );
                    self.in_body -= 1;
                }
                Rule::every_clause => pieces.every = Some(self.expr_in(inner)),
                Rule::until_clause => pieces.until = Some(self.expr_in(inner)),
                Rule::range_clause => pieces.range = Some(self.range_clause(inner)),
                Rule::with_clause => {
                    let names = inner
                        .into_inner()
                        .filter(|name| name.as_rule() == Rule::name);
                    pieces.with = names.map(|name| self.ident(&name)).collect();
                }
                Rule::series => {
                    let mut exprs = self.parts(inner).exprs.into_iter();
                    if let Some(value) = exprs.next() {
                        pieces.series.push(Series {
                            value,
                            against: exprs.next(),
                        });
                    }
                }
                Rule::sweep_variable => {
                    let mut parts = self.parts(inner);
                    pieces.variables.push((parts.name(span), parts.expr(span)));
                }
                rule => pieces.words.push(rule),
            }
        }
        pieces
    }
}

fn assemble(rule: Rule, mut pieces: Pieces, span: Span) -> ItemKind {
    let options = std::mem::take(&mut pieces.options);
    match rule {
        Rule::title => pieces.text.map_or(ItemKind::Error, ItemKind::Title),
        Rule::function => ItemKind::Function(Function {
            name: pieces.name(span),
            body: pieces.expr(span),
            parameters: pieces.names,
        }),
        Rule::signal => ItemKind::Signal(Signal {
            name: pieces.name(span),
            values: pieces.expr(span),
            parameters: pieces.names,
            every: pieces.every,
            options,
        }),
        Rule::use_item => match pieces.text.take() {
            Some(path) => ItemKind::Use(Use {
                target: UseTarget::Path(path),
            }),
            None => ItemKind::Use(Use {
                target: UseTarget::Name(pieces.name(span)),
            }),
        },
        Rule::definition => {
            let synapse = pieces.words.contains(&Rule::synapse_word);
            let kind = if synapse {
                DefinitionKind::Synapse
            } else {
                DefinitionKind::Neuron
            };
            ItemKind::Definition(Definition {
                kind,
                name: pieces.name(span),
                members: pieces.members,
            })
        }
        Rule::population => {
            let kind = match pieces.words.first() {
                Some(Rule::poisson_word) => PopulationKind::Poisson,
                Some(Rule::spikes_word_item) => PopulationKind::Spikes,
                _ => PopulationKind::Neurons,
            };
            ItemKind::Population(Population {
                kind,
                name: pieces.name(span),
                size: pieces.size,
                model: pieces.model,
                members: pieces.members,
            })
        }
        Rule::projection => ItemKind::Projection(Projection {
            name: pieces.name(span),
            source: pieces.expr(span),
            target: pieces.expr(span),
            model: pieces.model,
            members: pieces.members,
        }),
        Rule::poisson_input => ItemKind::PoissonInput(PoissonInput {
            name: pieces.name(span),
            target: pieces.expr(span),
            members: pieces.members,
        }),
        Rule::record => {
            // The last expression stands behind `of`.
            let of = if pieces.words.contains(&Rule::of_word) {
                pieces.exprs.pop()
            } else {
                None
            };
            let mut options = options;
            // `when end` is short for `, when: end`.
            if let Some(slot) = pieces.names.pop() {
                options.push(Argument {
                    span: slot.span,
                    value: Expr {
                        span: slot.span,
                        kind: ExprKind::Name(slot.name),
                    },
                    name: Some(Ident {
                        name: "when".to_string(),
                        span: slot.span,
                    }),
                });
            }
            ItemKind::Record(Record {
                what: pieces.exprs,
                of,
                with: pieces.with,
                every: pieces.every,
                options,
            })
        }
        Rule::plot => ItemKind::Plot(Plot {
            title: pieces.text,
            series: pieces.series,
            options,
        }),
        Rule::figure => ItemKind::Figure(Figure {
            title: pieces.text.take(),
            options,
            body: pieces.body(),
        }),
        Rule::mark => ItemKind::Mark(Mark {
            axis: pieces.name(span),
            value: pieces.expr(span),
            options,
        }),
        Rule::run => ItemKind::Run(Run {
            duration: pieces.expr(span),
            until: pieces.until,
            options,
        }),
        Rule::let_item => ItemKind::Let(Let {
            name: pieces.name(span),
            value: pieces.expr(span),
        }),
        Rule::sweep => ItemKind::Sweep(Sweep {
            body: pieces.body(),
            variables: pieces.variables,
        }),
        Rule::collect => ItemKind::Collect(Collect {
            name: pieces.name(span),
            value: pieces.expr(span),
        }),
        Rule::for_loop => ItemKind::For(For {
            variable: pieces.name(span),
            values: pieces.expr(span),
            body: pieces.body(),
        }),
        Rule::repeat => ItemKind::Repeat(Repeat {
            count: pieces.expr(span),
            body: pieces.body(),
        }),
        Rule::while_loop => ItemKind::While(While {
            condition: pieces.expr(span),
            body: pieces.body(),
        }),
        Rule::if_statement => {
            let otherwise = if pieces.bodies.len() > pieces.exprs.len() {
                pieces.bodies.pop()
            } else {
                None
            };
            ItemKind::If(If {
                branches: pieces.exprs.into_iter().zip(pieces.bodies).collect(),
                otherwise,
            })
        }
        Rule::save => ItemKind::Save(pieces.name(span)),
        Rule::restore => ItemKind::Restore(pieces.name(span)),
        Rule::stop => ItemKind::Stop,
        Rule::every_item => ItemKind::Every(Every {
            interval: pieces.expr(span),
            body: pieces.body(),
        }),
        Rule::expect => ItemKind::Expect(Expect {
            value: pieces.expr(span),
            range: pieces.range,
        }),
        _ => ItemKind::Error,
    }
}
