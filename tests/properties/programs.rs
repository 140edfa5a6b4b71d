//! Generated programs: syntax trees of every form.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use snnc::syntax::ast::*;
use snnc::syntax::operators::{ASSIGN, AssignOp};

use crate::expressions::{
    NOWHERE, argument, at, code_expr, expr, keyword_value, name, number, ranged, text, unit,
};

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
        (expr(), code()).prop_map(|(interval, code)| MemberKind::Every(Regular {
            interval,
            slot: None,
            code
        })),
    ]
}

fn neuron_members() -> impl Strategy<Value = Vec<Member>> {
    let kind = prop_oneof![
        4 => equation(),
        1 => keyword_value().prop_map(MemberKind::Threshold),
        1 => code().prop_map(MemberKind::Reset),
        1 => keyword_value().prop_map(MemberKind::Refractory),
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
    let delay = (option::of(name()), keyword_value())
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
