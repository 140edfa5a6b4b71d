//! Declarations of the standard library.

use pest::iterators::Pair;

use super::Builder;
use super::explain::Context;
use super::grammar::Rule;
use crate::source::Span;
use crate::syntax::ast::{
    Automatic, Dimension, Expr, ExprKind, FunctionDeclaration, Ident, ItemKind, LibraryConstant,
    Method, Property, TypedParameter, Unit, UnitExpr, UnitKind,
};

impl Builder<'_, '_> {
    /// A `dimension`, `unit_declaration`, `library_constant` or `automatic` pair.
    pub(super) fn library_line(&mut self, pair: Pair<Rule>, span: Span) -> ItemKind {
        let rule = pair.as_rule();
        let mut names = Vec::new();
        let mut units = Vec::new();
        let mut value = None;
        let mut properties = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => names.push(self.ident(&inner)),
                Rule::unit => units.push(self.unit(inner)),
                Rule::expr => value = Some(self.expr(inner)),
                Rule::property => properties.push(self.property(inner)),
                _ => {}
            }
        }
        if rule == Rule::automatic {
            return ItemKind::Automatic(Automatic { methods: names });
        }
        let Some(name) = names.into_iter().next() else {
            return ItemKind::Error;
        };
        match rule {
            Rule::dimension => ItemKind::Dimension(Dimension {
                name,
                definitions: units,
            }),
            Rule::unit_declaration => {
                let unknown = UnitExpr {
                    kind: UnitKind::Error,
                    span,
                };
                let dimension = units.into_iter().next().unwrap_or(unknown);
                ItemKind::Unit(Unit {
                    name,
                    dimension,
                    value,
                    properties,
                })
            }
            _ => {
                let value = value.unwrap_or(Expr {
                    kind: ExprKind::Error,
                    span,
                });
                ItemKind::LibraryConstant(LibraryConstant {
                    name,
                    unit: units.into_iter().next(),
                    value,
                })
            }
        }
    }

    fn property(&mut self, pair: Pair<Rule>) -> Property {
        let span = self.span(&pair);
        let mut word = None;
        let mut values = Vec::new();
        for inner in pair.into_inner() {
            if word.is_none() {
                word = Some(self.ident(&inner));
            } else {
                values.push(self.atom(inner));
            }
        }
        Property {
            word: word.unwrap_or(Ident {
                name: String::new(),
                span,
            }),
            values,
            span,
        }
    }

    /// A `function_declaration` pair.
    pub(super) fn function_declaration(&mut self, pair: Pair<Rule>, span: Span) -> ItemKind {
        let mut declaration = FunctionDeclaration {
            name: Ident {
                name: String::new(),
                span,
            },
            parameters: Vec::new(),
            result: UnitExpr {
                kind: UnitKind::Error,
                span,
            },
            value: None,
            steps: Vec::new(),
            derivatives: Vec::new(),
            examples: Vec::new(),
            intrinsic: None,
            properties: Vec::new(),
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => declaration.name = self.ident(&inner),
                Rule::typed => {
                    let mut parts = self.parts(inner);
                    if let Some(dimension) = parts.unit.take() {
                        declaration.parameters.push(TypedParameter {
                            name: parts.name(span),
                            dimension,
                        });
                    }
                }
                Rule::unit => declaration.result = self.unit(inner),
                Rule::expr => declaration.value = Some(self.expr(inner)),
                Rule::function_body => {
                    for line in inner.into_inner() {
                        self.function_line(line, &mut declaration);
                    }
                }
                _ => {}
            }
        }
        ItemKind::FunctionDeclaration(declaration)
    }

    fn function_line(&mut self, line: Pair<Rule>, declaration: &mut FunctionDeclaration) {
        let span = self.span(&line);
        match line.as_rule() {
            Rule::statement => declaration.steps.push(self.statement(line)),
            Rule::derivative_line => declaration.derivatives.extend(self.parts(line).exprs),
            Rule::example => declaration.examples.extend(self.parts(line).exprs),
            Rule::return_line => declaration.value = Some(self.expr_in(line)),
            Rule::intrinsic => declaration.intrinsic = Some(self.parts(line).name(span)),
            Rule::property => declaration.properties.push(self.property(line)),
            Rule::unknown_statement => self.explain(span, Context::FunctionLine),
            _ => {}
        }
    }

    /// A `method` pair.
    pub(super) fn method(&mut self, pair: Pair<Rule>, span: Span) -> ItemKind {
        let mut method = Method {
            name: Ident {
                name: String::new(),
                span,
            },
            order: None,
            strong: false,
            requires: Vec::new(),
            steps: Vec::new(),
        };
        method.steps = self.statements(pair.clone(), Context::Statement);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => method.name = self.ident(&inner),
                Rule::order => {
                    method.order = inner
                        .into_inner()
                        .find(|n| n.as_rule() == Rule::number)
                        .map(|number| self.atom(number));
                }
                Rule::strong_word => method.strong = true,
                Rule::requires => method.requires.extend(self.parts(inner).names),
                _ => {}
            }
        }
        ItemKind::Method(method)
    }
}
