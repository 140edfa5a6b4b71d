//! Generated programs: syntax trees of every form, with parentheses where the operators need them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use snnc::source::{FileId, Span};
use snnc::syntax::ast::*;
use snnc::syntax::operators::{
    ASSIGN, AssignOp, BINARY, BinaryOp, COMPARISON, POSTFIX, UNARY, UnaryOp,
};

const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

/// Words and fragments that texts are damaged with.
pub fn word() -> impl Strategy<Value = String> {
    let words = "neurons synapses neuron synapse plot run figure if else for in every record use dv/dt v(0) on_pre on_post connect \
        delay threshold reset refractory method event on : ; , .. . -> = == != += ** ^ * / // % + - < > ( ) [ ] { } {} ' \" ''' \\ # \
        /// 10 .5 5.e-10 1e3 ms mV volt second x y τ and or not as until of with vs skip all from p n i j unit dimension function \
        order requires return example derivative intrinsic automatic title signal poisson poisson_input spikes parameters";
    let mut all: Vec<String> = words.split_whitespace().map(str::to_string).collect();
    all.extend(["\n", " ", "\n\n", "\t", "\r\n", "…", "−", "é", "\u{a0}"].map(str::to_string));
    (select(all), any::<bool>())
        .prop_map(|(word, blank)| if blank { format!("{word} ") } else { word })
}

fn name() -> impl Strategy<Value = Ident> {
    let names = [
        "v", "w", "tau_m", "x1", "τ", "delay", "rates", "mode", "h", "d", "label", "index", "lif",
        "ge",
    ];
    select(names.to_vec()).prop_map(|name| Ident {
        name: name.to_string(),
        span: NOWHERE,
    })
}

fn text() -> impl Strategy<Value = Text> {
    "[a-z #{}()'\"\\\\;:µ]{0,8}".prop_map(|value| Text {
        value,
        span: NOWHERE,
    })
}

fn at(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: NOWHERE,
    }
}

fn number() -> impl Strategy<Value = Expr> {
    select(&["0", "1", "2.5", ".5", "5.", "1e3", "5.e-10", "12", "1E+2"][..]).prop_map(|text| {
        let integer = text.bytes().all(|byte| byte.is_ascii_digit());
        at(ExprKind::Number(Number {
            value: text.parse().unwrap(),
            text: text.to_string(),
            integer,
        }))
    })
}

fn group(expr: Expr) -> Expr {
    at(ExprKind::Group(Box::new(expr)))
}

/// How tightly the outermost operator binds.
fn tightness(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary { operator, .. } => operator.row().precedence,
        ExprKind::Unary { operator, .. } => operator.row().precedence,
        ExprKind::Conditional { .. } => 0,
        _ => POSTFIX,
    }
}

fn at_least(expr: Expr, least: u8) -> Expr {
    if tightness(&expr) < least {
        group(expr)
    } else {
        expr
    }
}

fn binary(operator: BinaryOp, left: Expr, right: Expr) -> Expr {
    let precedence = operator.row().precedence;
    let left = match operator {
        // The exponent of a unit would take the power.
        BinaryOp::Power if matches!(left.kind, ExprKind::Quantity(_)) => group(left),
        BinaryOp::Power => at_least(left, POSTFIX),
        _ if precedence == COMPARISON => at_least(left, precedence + 1),
        _ => at_least(left, precedence),
    };
    let right = at_least(
        right,
        if operator == BinaryOp::Power {
            precedence
        } else {
            precedence + 1
        },
    );
    at(ExprKind::Binary {
        operator,
        operator_span: NOWHERE,
        left: Box::new(left),
        right: Box::new(right),
    })
}

fn exponent() -> impl Strategy<Value = Expr> {
    (number(), any::<bool>()).prop_map(|(number, negative)| {
        if negative {
            at(ExprKind::Unary {
                operator: UnaryOp::Negate,
                operator_span: NOWHERE,
                operand: Box::new(number),
            })
        } else {
            number
        }
    })
}

fn measured(value: Expr, unit: &str, exponent: Option<Expr>) -> Expr {
    let unit = Ident {
        name: unit.to_string(),
        span: NOWHERE,
    };
    at(ExprKind::Quantity(Quantity {
        value: Box::new(value),
        unit,
        exponent: exponent.map(Box::new),
    }))
}

fn argument(expr: impl Strategy<Value = Expr>) -> impl Strategy<Value = Argument> {
    (option::of(name()), expr).prop_map(|(name, value)| Argument {
        name,
        value,
        span: NOWHERE,
    })
}

fn ranged(expr: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    (expr.clone(), option::of(expr)).prop_map(|(start, stop)| match stop {
        None => start,
        Some(stop) => at(ExprKind::Range {
            start: Box::new(start),
            stop: Box::new(stop),
        }),
    })
}

/// Expressions of every form.
pub fn expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        4 => name().prop_map(|name| at(ExprKind::Name(name.name))),
        3 => number(),
        2 => (number(), select(&["mV", "ms", "nS"][..]), option::of(exponent())).prop_map(|(n, u, e)| measured(n, u, e)),
        1 => text().prop_map(|text| at(ExprKind::Text(text))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let inner = inner.boxed();
        let operators: Vec<BinaryOp> = BINARY.iter().map(|row| row.operator).collect();
        let prefixes: Vec<UnaryOp> = UNARY.iter().map(|row| row.operator).collect();
        let base = prop_oneof![name().prop_map(|name| at(ExprKind::Name(name.name))), inner.clone().prop_map(group)];
        let slice = (option::of(inner.clone()), option::of(inner.clone()), option::of(inner.clone()))
            .prop_map(|(start, stop, step)| Subscript::Slice { start, stop, step, span: NOWHERE });
        let subscript = prop_oneof![ranged(inner.clone()).prop_map(Subscript::Index), slice];
        prop_oneof![
            6 => (select(operators), inner.clone(), inner.clone()).prop_map(|(operator, left, right)| binary(operator, left, right)),
            2 => (select(prefixes), inner.clone()).prop_map(|(operator, operand)| {
                let operand = Box::new(at_least(operand, operator.row().precedence));
                at(ExprKind::Unary { operator, operator_span: NOWHERE, operand })
            }),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(then, condition, otherwise)| {
                at(ExprKind::Conditional {
                    then: Box::new(at_least(then, 1)),
                    condition: Box::new(at_least(condition, 1)),
                    otherwise: Box::new(otherwise),
                })
            }),
            1 => inner.clone().prop_map(group),
            1 => inner.clone().prop_map(|expr| measured(group(expr), "mV", None)),
            1 => vec(ranged(inner.clone()), 0..3).prop_map(|items| at(ExprKind::Array(items))),
            1 => vec((inner.clone(), inner.clone()), 0..3).prop_map(|entries| at(ExprKind::Map(entries))),
            2 => (base.clone(), vec(argument(ranged(inner.clone())), 0..3)).prop_map(|(function, arguments)| {
                at(ExprKind::Call { function: Box::new(function), arguments })
            }),
            1 => (base.clone(), vec(subscript, 1..3)).prop_map(|(base, subscripts)| {
                at(ExprKind::Index { base: Box::new(base), subscripts })
            }),
            1 => (base, name()).prop_map(|(base, name)| at(ExprKind::Member { base: Box::new(base), name })),
        ]
    })
    .boxed()
}

/// An expression where a text in quotes would be read as code.
fn code_expr() -> impl Strategy<Value = Expr> {
    expr().prop_map(|expr| {
        if starts_with_text(&expr) {
            group(expr)
        } else {
            expr
        }
    })
}

fn starts_with_text(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_) => true,
        ExprKind::Binary { left, .. } => starts_with_text(left),
        ExprKind::Conditional { then, .. } => starts_with_text(then),
        _ => false,
    }
}

fn unit() -> impl Strategy<Value = UnitExpr> {
    let unit = |kind| UnitExpr {
        kind,
        span: NOWHERE,
    };
    let leaf = prop_oneof![
        select(&["volt", "second", "amp", "boolean"][..])
            .prop_map(move |name| unit(UnitKind::Name(name.to_string()))),
        Just(unit(UnitKind::One)),
    ];
    let power = (leaf.clone(), option::of(exponent()))
        .prop_map(move |(base, exponent)| match exponent {
            Some(exponent) => unit(UnitKind::Power {
                base: Box::new(base),
                exponent: Box::new(exponent),
            }),
            None => base,
        })
        .boxed();
    (power.clone(), option::of((any::<bool>(), power))).prop_map(move |(left, rest)| match rest {
        None => left,
        Some((true, right)) => unit(UnitKind::Product(Box::new(left), Box::new(right))),
        Some((false, right)) => {
            let right = unit(UnitKind::Group(Box::new(right)));
            unit(UnitKind::Quotient(Box::new(left), Box::new(right)))
        }
    })
}

fn flags() -> impl Strategy<Value = Vec<Flag>> {
    vec(
        select(
            &[
                "constant",
                "unless refractory",
                "event-driven",
                "constant over dt",
            ][..],
        ),
        0..3,
    )
    .prop_map(|names| {
        names
            .into_iter()
            .map(|name| Flag {
                name: name.to_string(),
                span: NOWHERE,
            })
            .collect()
    })
}

fn range() -> impl Strategy<Value = Option<Range>> {
    option::of((expr(), expr()).prop_map(|(start, stop)| Range {
        start,
        stop,
        span: NOWHERE,
    }))
}

fn place() -> impl Strategy<Value = Expr> {
    (name(), option::of(name()), option::of(expr())).prop_map(|(base, member, index)| {
        let mut place = at(ExprKind::Name(base.name));
        if let Some(name) = member {
            place = at(ExprKind::Member {
                base: Box::new(place),
                name,
            });
        }
        if let Some(index) = index {
            place = at(ExprKind::Index {
                base: Box::new(place),
                subscripts: vec![Subscript::Index(index)],
            });
        }
        place
    })
}

fn assign() -> impl Strategy<Value = AssignOp> {
    select(ASSIGN.iter().map(|row| row.0).collect::<Vec<_>>())
}

fn statement() -> impl Strategy<Value = Statement> {
    (place(), assign(), expr()).prop_map(|(target, operator, value)| Statement {
        target,
        operator,
        operator_span: NOWHERE,
        value,
        span: NOWHERE,
    })
}

fn code() -> impl Strategy<Value = Code> {
    vec(statement(), 0..4).prop_map(|statements| Code {
        statements,
        span: NOWHERE,
    })
}

fn doc() -> impl Strategy<Value = Option<Doc>> {
    option::weighted(
        0.2,
        "[a-z]{1,9}(\n[a-z# ]{0,9}[a-z])?".prop_map(|text| Doc {
            text,
            span: NOWHERE,
        }),
    )
}

fn member(kind: impl Strategy<Value = MemberKind>) -> impl Strategy<Value = Member> {
    (kind, doc()).prop_map(|(kind, doc)| Member {
        kind,
        span: NOWHERE,
        doc,
    })
}

fn equation() -> impl Strategy<Value = MemberKind> {
    prop_oneof![
        (name(), expr(), option::of((unit(), flags()))).prop_map(|(name, rhs, unit)| {
            // A quantity behind brackets at the end reads as a forgotten `:`, so units other than the declared ones follow.
            let (unit, flags) =
                unit.map_or((None, Vec::new()), |(unit, flags)| (Some(unit), flags));
            MemberKind::Differential(Differential {
                name,
                rhs,
                unit,
                flags,
            })
        }),
        (name(), expr(), option::of((unit(), flags())), range()).prop_map(
            |(name, value, unit, range)| {
                let (unit, flags) =
                    unit.map_or((None, Vec::new()), |(unit, flags)| (Some(unit), flags));
                MemberKind::Subexpression(Subexpression {
                    name,
                    value,
                    unit,
                    flags,
                    range,
                })
            }
        ),
        (name(), unit(), flags(), option::of(code_expr()), range()).prop_map(
            |(name, unit, flags, default, range)| MemberKind::Parameter(Parameter {
                name,
                unit,
                flags,
                default,
                range
            })
        ),
        (name(), code_expr())
            .prop_map(|(name, value)| MemberKind::Initial(Initial { name, value })),
    ]
}

fn shared_keyword() -> impl Strategy<Value = MemberKind> {
    let method = (name(), vec(argument(expr()), 0..2))
        .prop_map(|(name, arguments)| MemberKind::Method(MethodChoice { name, arguments }));
    prop_oneof![
        method,
        (name(), code_expr())
            .prop_map(|(name, condition)| MemberKind::Event(Event { name, condition })),
        (name(), code()).prop_map(|(event, code)| MemberKind::OnEvent(OnEvent { event, code })),
        (expr(), code()).prop_map(|(interval, code)| MemberKind::Every(Regular { interval, code })),
    ]
}

fn neuron_members() -> impl Strategy<Value = Vec<Member>> {
    let kind = prop_oneof![
        4 => equation(),
        1 => code_expr().prop_map(MemberKind::Threshold),
        1 => code().prop_map(MemberKind::Reset),
        1 => code_expr().prop_map(MemberKind::Refractory),
        2 => shared_keyword(),
    ];
    vec(member(kind), 0..5)
}

fn synapse_members() -> impl Strategy<Value = Vec<Member>> {
    let side = select(&[PathwaySide::Pre, PathwaySide::Post][..]);
    let pathway = (side, option::of(name()), option::of(name()), code()).prop_map(
        |(side, name, event, code)| {
            MemberKind::Pathway(Pathway {
                side,
                name,
                event,
                code,
            })
        },
    );
    let generator = (
        select(&["i", "j"][..]),
        code_expr(),
        option::of((name(), expr())),
        option::of(expr()),
    )
        .prop_map(|(index, value, values, condition)| {
            let (variable, values) = values.map_or((None, None), |(variable, values)| {
                (Some(variable), Some(values))
            });
            let index = Ident {
                name: index.to_string(),
                span: NOWHERE,
            };
            ConnectKind::Generated(Generator {
                index,
                value,
                variable,
                values,
                condition,
            })
        });
    let form = prop_oneof![
        Just(ConnectKind::All),
        code_expr().prop_map(ConnectKind::Condition),
        generator,
        (code_expr(), code_expr()).prop_map(|(i, j)| ConnectKind::Pairs { i, j }),
        text().prop_map(ConnectKind::From),
    ];
    let connect = (
        form,
        option::of(code_expr()),
        option::of(code_expr()),
        any::<bool>(),
    )
        .prop_map(|(kind, probability, count, skip)| {
            MemberKind::Connect(Connect {
                kind,
                probability,
                count,
                skip: skip.then_some(NOWHERE),
            })
        });
    let delay = (option::of(name()), code_expr())
        .prop_map(|(pathway, value)| MemberKind::Delay(Delay { pathway, value }));
    vec(
        member(
            prop_oneof![3 => equation(), 2 => pathway, 2 => connect, 1 => delay, 1 => shared_keyword()],
        ),
        0..5,
    )
}

fn fields(words: &'static [&'static str]) -> impl Strategy<Value = Vec<Member>> {
    let field = (select(words), code_expr()).prop_map(|(word, value)| {
        MemberKind::Field(Field {
            word: Ident {
                name: word.to_string(),
                span: NOWHERE,
            },
            value,
        })
    });
    vec(member(field), 0..4)
}

fn options() -> impl Strategy<Value = Vec<Argument>> {
    vec(
        (name(), ranged(expr())).prop_map(|(name, value)| Argument {
            name: Some(name),
            value,
            span: NOWHERE,
        }),
        0..3,
    )
}

fn declaration() -> impl Strategy<Value = ItemKind> {
    let kinds = select(&[DefinitionKind::Neuron, DefinitionKind::Synapse][..]);
    let definition = kinds.prop_flat_map(|kind| {
        let members = match kind {
            DefinitionKind::Neuron => neuron_members().boxed(),
            DefinitionKind::Synapse => synapse_members().boxed(),
        };
        (name(), members).prop_map(move |(name, members)| {
            ItemKind::Definition(Definition {
                kind,
                name,
                members,
            })
        })
    });
    let kinds = select(
        &[
            PopulationKind::Neurons,
            PopulationKind::Poisson,
            PopulationKind::Spikes,
        ][..],
    );
    let population = kinds.prop_flat_map(|kind| {
        let members = match kind {
            PopulationKind::Neurons => neuron_members().boxed(),
            PopulationKind::Poisson => fields(&["rates"]).boxed(),
            PopulationKind::Spikes => fields(&["at", "period"]).boxed(),
        };
        (name(), option::of(expr()), option::of(name()), members).prop_map(
            move |(name, size, model, members)| {
                ItemKind::Population(Population {
                    kind,
                    name,
                    size,
                    model,
                    members,
                })
            },
        )
    });
    prop_oneof![
        text().prop_map(ItemKind::Title),
        (name(), expr(), range()).prop_map(|(name, value, range)| ItemKind::Constant(Constant {
            name,
            value,
            range
        })),
        (name(), vec(name(), 0..3), expr()).prop_map(
            |(name, parameters, body)| ItemKind::Function(Function {
                name,
                parameters,
                body
            })
        ),
        (
            name(),
            vec(name(), 1..3),
            expr(),
            option::of(expr()),
            options()
        )
            .prop_map(|(name, parameters, values, every, options)| {
                ItemKind::Signal(Signal {
                    name,
                    parameters,
                    values,
                    every,
                    options,
                })
            }),
        name().prop_map(|name| ItemKind::Use(Use {
            target: UseTarget::Name(name)
        })),
        text().prop_map(|path| ItemKind::Use(Use {
            target: UseTarget::Path(path)
        })),
        definition,
        population,
        (
            name(),
            expr(),
            expr(),
            option::of(name()),
            synapse_members()
        )
            .prop_map(|(name, source, target, model, members)| {
                ItemKind::Projection(Projection {
                    name,
                    source,
                    target,
                    model,
                    members,
                })
            }),
        (name(), expr(), fields(&["target", "n", "rate", "weight"])).prop_map(
            |(name, target, members)| ItemKind::PoissonInput(PoissonInput {
                name,
                target,
                members
            })
        ),
        (name(), vec(statement(), 0..3))
            .prop_map(|(name, values)| ItemKind::Parameters(Parameters { name, values })),
        library(),
    ]
}

fn library() -> impl Strategy<Value = ItemKind> {
    let value = prop_oneof![
        number(),
        name().prop_map(|name| at(ExprKind::Name(name.name)))
    ];
    let property = (
        select(&["symbol", "prefixes", "also"][..]),
        vec(value, 1..3),
    )
        .prop_map(|(word, values)| Property {
            word: Ident {
                name: word.to_string(),
                span: NOWHERE,
            },
            values,
            span: NOWHERE,
        });
    let typed = (name(), unit()).prop_map(|(name, dimension)| TypedParameter { name, dimension });
    let function = (
        name(),
        vec(typed, 0..3),
        unit(),
        option::of(expr()),
        vec(statement(), 0..2),
        vec(expr(), 0..3),
        vec(expr(), 0..2),
    )
        .prop_map(
            |(name, parameters, result, value, steps, derivatives, examples)| {
                ItemKind::FunctionDeclaration(FunctionDeclaration {
                    name,
                    parameters,
                    result,
                    value,
                    steps,
                    derivatives,
                    examples,
                    intrinsic: None,
                    properties: Vec::new(),
                })
            },
        );
    prop_oneof![
        (name(), vec(unit(), 0..3))
            .prop_map(|(name, definitions)| ItemKind::Dimension(Dimension { name, definitions })),
        (name(), unit(), option::of(expr()), vec(property, 0..3)).prop_map(
            |(name, dimension, value, properties)| ItemKind::Unit(Unit {
                name,
                dimension,
                value,
                properties
            })
        ),
        (name(), option::of(unit()), expr()).prop_map(|(name, unit, value)| {
            ItemKind::LibraryConstant(LibraryConstant { name, unit, value })
        }),
        function,
        (
            name(),
            option::of(number()),
            any::<bool>(),
            vec(name(), 0..3),
            vec(statement(), 0..3)
        )
            .prop_map(
                |(name, order, strong, requires, steps)| ItemKind::Method(Method {
                    name,
                    order,
                    strong,
                    requires,
                    steps
                })
            ),
        vec(name(), 1..4).prop_map(|methods| ItemKind::Automatic(Automatic { methods })),
    ]
}

/// Statements that may stand anywhere, without blocks.
fn line() -> impl Strategy<Value = ItemKind> {
    let series =
        (expr(), option::of(expr())).prop_map(|(value, against)| Series { value, against });
    prop_oneof![
        (
            vec(expr(), 1..3),
            option::of(expr()),
            vec(name(), 0..3),
            option::of(expr()),
            options()
        )
            .prop_map(|(what, of, with, every, options)| ItemKind::Record(Record {
                what,
                of,
                with,
                every,
                options
            })),
        (option::of(text()), vec(series, 1..3), options()).prop_map(|(title, series, options)| {
            ItemKind::Plot(Plot {
                title,
                series,
                options,
            })
        }),
        (select(&["x", "y"][..]), expr(), options()).prop_map(|(axis, value, options)| {
            ItemKind::Mark(Mark {
                axis: Ident {
                    name: axis.to_string(),
                    span: NOWHERE,
                },
                value,
                options,
            })
        }),
        (expr(), option::of(expr()), options()).prop_map(|(duration, until, options)| {
            ItemKind::Run(Run {
                duration,
                until,
                options,
            })
        }),
        (place(), assign(), code_expr()).prop_filter_map(
            "a name alone is declared, not assigned",
            |(place, operator, value)| {
                let declared = matches!(place.kind, ExprKind::Name(_)) && operator == AssignOp::Set;
                let assignment = Assignment {
                    place,
                    operator,
                    operator_span: NOWHERE,
                    value,
                };
                (!declared).then_some(ItemKind::Assignment(assignment))
            }
        ),
        (name(), expr()).prop_map(|(name, value)| ItemKind::Let(Let { name, value })),
        (name(), expr()).prop_map(|(name, value)| ItemKind::Collect(Collect { name, value })),
        name().prop_map(ItemKind::Save),
        name().prop_map(ItemKind::Restore),
        Just(ItemKind::Stop),
        (expr(), range()).prop_map(|(value, range)| ItemKind::Expect(Expect { value, range })),
        (name(), vec(argument(expr()), 0..3)).prop_map(|(name, arguments)| {
            let function = Box::new(at(ExprKind::Name(name.name)));
            ItemKind::Expression(at(ExprKind::Call {
                function,
                arguments,
            }))
        }),
    ]
}

fn body() -> BoxedStrategy<Vec<Item>> {
    let leaf = (line(), doc()).prop_map(|(kind, doc)| Item {
        kind,
        span: NOWHERE,
        doc,
    });
    let item = leaf.prop_recursive(2, 8, 3, |inner| {
        let body = vec(inner, 0..3);
        let branch = (expr(), body.clone());
        let kind = prop_oneof![
            (vec((name(), ranged(expr())), 1..3), body.clone())
                .prop_map(|(variables, body)| ItemKind::Sweep(Sweep { variables, body })),
            (name(), ranged(expr()), body.clone()).prop_map(|(variable, values, body)| {
                ItemKind::For(For {
                    variable,
                    values,
                    body,
                })
            }),
            (expr(), body.clone())
                .prop_map(|(count, body)| ItemKind::Repeat(Repeat { count, body })),
            (expr(), body.clone())
                .prop_map(|(condition, body)| ItemKind::While(While { condition, body })),
            (expr(), body.clone())
                .prop_map(|(interval, body)| ItemKind::Every(Every { interval, body })),
            (vec(branch, 1..3), option::of(body.clone())).prop_map(|(branches, otherwise)| {
                ItemKind::If(If {
                    branches,
                    otherwise,
                })
            }),
            (option::of(text()), options(), body).prop_map(|(title, options, body)| {
                ItemKind::Figure(Figure {
                    title,
                    options,
                    body,
                })
            }),
        ];
        (kind, doc()).prop_map(|(kind, doc)| Item {
            kind,
            span: NOWHERE,
            doc,
        })
    });
    vec(item, 0..4).boxed()
}

/// A whole file.
pub fn file() -> impl Strategy<Value = File> {
    let declarations = vec(
        (declaration(), doc()).prop_map(|(kind, doc)| Item {
            kind,
            span: NOWHERE,
            doc,
        }),
        0..4,
    );
    (declarations, body()).prop_map(|(mut items, body)| {
        items.extend(body);
        File {
            items,
            comments: Vec::new(),
        }
    })
}
