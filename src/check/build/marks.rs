//! Options of plots, and marks across them.

use super::figures::Drawn;
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::{Dim, a_value, is_a};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::figure::{MarkSpec, OptionValue, PlotOption};
use crate::syntax::ast::{self, Argument, Expr, ExprKind, Item, ItemKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// What an option of a plot takes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Takes {
    Text,
    Truth,
    /// Two values of the horizontal (true) or vertical axis.
    Limits(bool),
}

/// Options of plots.
const OPTIONS: &[(&str, Takes)] = &[
    ("xlabel", Takes::Text),
    ("ylabel", Takes::Text),
    ("xlim", Takes::Limits(true)),
    ("ylim", Takes::Limits(false)),
    ("legend", Takes::Truth),
];

impl<'a> Checker<'a> {
    pub fn plot_option(&mut self, option: &'a Argument, drawn: &Drawn) -> Option<PlotOption> {
        let name = option.name.as_ref()?;
        let Some((_, takes)) = OPTIONS.iter().find(|(known, _)| *known == name.name) else {
            let near = did_you_mean(&name.name, OPTIONS.iter().map(|row| row.0));
            let mut diagnostic = Diagnostic::new(
                codes::OPTION,
                name.span,
                format!("a plot has no option `{}`", name.name),
            );
            diagnostic = match near {
                Some(near) => diagnostic.suggest(name.span, near),
                None => {
                    let known: Vec<&str> = OPTIONS.iter().map(|row| row.0).collect();
                    diagnostic.label(format!("known: {}", known.join(", ")))
                }
            };
            self.report(diagnostic);
            return None;
        };
        let expr = &option.value;
        let wrong = |what: &str| {
            Diagnostic::new(
                codes::OPTION,
                expr.span,
                format!("`{}` takes {what}", name.name),
            )
            .label("something else")
        };
        let value = match takes {
            Takes::Text => match expr.as_text().or(expr.as_name()) {
                Some(text) => OptionValue::Text(text.to_string()),
                None => {
                    self.report(wrong("a text in quotes"));
                    return None;
                }
            },
            Takes::Truth => match expr.as_name() {
                Some("true" | "True" | "yes" | "on") => OptionValue::Boolean(true),
                Some("false" | "False" | "no" | "off" | "none") => OptionValue::Boolean(false),
                _ => {
                    self.report(wrong("`true` or `false`"));
                    return None;
                }
            },
            Takes::Limits(horizontal) => {
                let ExprKind::Range { start, stop } = &expr.ungrouped().kind else {
                    self.report(wrong("two values, as in `0 ms .. 50 ms`"));
                    return None;
                };
                let dim = if *horizontal {
                    drawn.horizontal()
                } else {
                    drawn.vertical
                };
                let low = self.axis_value(start, dim, &name.name)?;
                let high = self.axis_value(stop, dim, &name.name)?;
                if low.value >= high.value {
                    self.report(
                        Diagnostic::new(
                            codes::RANGE,
                            expr.span,
                            format!("`{}` is empty", name.name),
                        )
                        .label("the lower end must come first"),
                    );
                    return None;
                }
                OptionValue::Range(low, high)
            }
        };
        Some(PlotOption {
            name: name.name.clone(),
            value,
            span: option.span,
        })
    }

    /// A value on an axis.
    fn axis_value(&mut self, expr: &'a Expr, dim: Dim, what: &str) -> Option<Quantity> {
        let typed = self.expr(expr, &Context::new(0, Role::CONSTANT));
        if typed.is_poison() {
            return None;
        }
        if let Dim::Known(wanted) = dim
            && !self.expect(&typed, wanted, &format!("`{what}`"))
        {
            return None;
        }
        let value = self.constant_value(&typed, what)?;
        let dimension = dim.known().or(typed.dim.settled())?;
        Some(Quantity::new(value, dimension))
    }

    /// True where a plot is written before a mark, in the same figure or the same file: it was faulty when none is known.
    pub fn plot_before(&self, mark: &ast::Mark) -> bool {
        let items = self.units.first().map_or(&[][..], |unit| &unit.file.items);
        let figures = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Figure(figure) => Some(figure.body.as_slice()),
            _ => None,
        });
        let place = mark.value.span;
        let holds = |list: &[Item]| {
            list.iter()
                .any(|item| matches!(&item.kind, ItemKind::Mark(one) if one.value.span == place))
        };
        let plot = |item: &Item| matches!(item.kind, ItemKind::Plot(_) | ItemKind::Error);
        let mut lists = figures.chain([items]).filter(|list| holds(list));
        lists.any(|list| {
            list.iter()
                .take_while(|item| item.span.end <= place.start)
                .any(plot)
        })
    }

    /// A mark goes to the nearest plot above it whose axis has its dimension.
    pub fn mark(&mut self, mark: &'a ast::Mark, drawn: &mut [Drawn]) {
        let horizontal = match mark.axis.name.as_str() {
            "y" => true,
            "x" => false,
            other => {
                self.report(
                    Diagnostic::new(
                        codes::MARK,
                        mark.axis.span,
                        format!("a plot has no axis `{other}`"),
                    )
                    .label("expected `x` or `y`"),
                );
                return;
            }
        };
        let (label, dashed) = self.mark_options(&mark.options);
        let typed = self.expr(&mark.value, &Context::new(0, Role::CONSTANT));
        if typed.is_poison() {
            return;
        }
        let Some(value) = self.constant_value(&typed, "the place of a mark") else {
            return;
        };
        let axis = |drawn: &Drawn| {
            if horizontal {
                drawn.vertical
            } else {
                drawn.horizontal()
            }
        };
        let fitting = drawn
            .iter_mut()
            .rev()
            .find(|drawn| axis(drawn).join(typed.dim).is_some());
        if let Some(drawn) = fitting {
            let dimension = axis(drawn)
                .known()
                .or(typed.dim.settled())
                .unwrap_or(Dimension::NONE);
            drawn.panel.marks.push(MarkSpec {
                horizontal,
                value: Quantity::new(value, dimension),
                label,
                dashed,
            });
            return;
        }
        let name = if horizontal { "vertical" } else { "horizontal" };
        let found = typed.dim.settled().map_or(String::new(), is_a);
        let diagnostic = match drawn.last() {
            Some(drawn) => {
                let wanted = axis(drawn).settled().map_or(String::new(), a_value);
                let span = drawn.panel.span;
                let diagnostic = Diagnostic::new(
                    codes::MARK,
                    mark.value.span,
                    format!("the {name} axis shows {wanted}, but this is {found}"),
                )
                .label(found)
                .also(span, "the plot that the mark would belong to");
                match axis(drawn).known() {
                    Some(wanted) => self.missing_unit(diagnostic, &typed, wanted),
                    None => diagnostic,
                }
            }
            None if self.plot_before(mark) => return,
            None => Diagnostic::new(
                codes::MARK,
                mark.value.span,
                "there is no plot before this mark",
            )
            .label("a mark belongs to the plot above it"),
        };
        self.report(diagnostic);
    }

    fn mark_options(&mut self, options: &'a [Argument]) -> (Option<String>, bool) {
        let (mut label, mut dashed) = (None, false);
        for option in options {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            let word = option.value.as_text().or(option.value.as_name());
            match (name, word) {
                ("label", Some(text)) => label = Some(text.to_string()),
                ("style", Some("dashed")) => dashed = true,
                ("style", Some("solid")) => dashed = false,
                ("style", _) => self.report(
                    Diagnostic::new(codes::OPTION, option.value.span, "there is no such style")
                        .label("known: `solid`, `dashed`"),
                ),
                _ => self.report(
                    Diagnostic::new(
                        codes::OPTION,
                        option.span,
                        format!("`mark` has no option `{name}`"),
                    )
                    .label("known: `style: dashed`, `label: \"…\"`"),
                ),
            }
        }
        (label, dashed)
    }
}
