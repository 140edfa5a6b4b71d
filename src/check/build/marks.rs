//! Marks: lines across a plot, shaded parts of it, words at a place.

use super::figures::Drawn;
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::{Dim, a_value, is_a};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::figure::{MarkSpec, Pattern};
use crate::model::plots::MARK;
use crate::syntax::ast::{self, Argument, Expr, ExprKind, Item, ItemKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

impl<'a> Checker<'a> {
    /// A value on an axis.
    pub(super) fn axis_value(&mut self, expr: &'a Expr, dim: Dim, what: &str) -> Option<Quantity> {
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
        let (value, to) = match &mark.value.ungrouped().kind {
            ExprKind::Range { start, stop } => (&**start, Some(&**stop)),
            _ => (&mark.value, None),
        };
        let typed = self.expr(value, &Context::new(0, Role::CONSTANT));
        if typed.is_poison() {
            return;
        }
        let Some(value) = self.constant_value(&typed, "the place of a mark") else {
            return;
        };
        let to = match to {
            None => None,
            Some(to) => match self.axis_value(to, typed.dim, "the end of a mark") {
                Some(to) => Some(to),
                None => return,
            },
        };
        let on_left = drawn.iter().rev().any(|drawn| {
            let axis = if horizontal {
                drawn.vertical
            } else {
                drawn.horizontal()
            };
            axis.join(typed.dim).is_some()
        });
        // The axis to the right comes after those to the left.
        let right = horizontal && !on_left;
        let axis = |drawn: &Drawn| {
            if let (true, Some(right)) = (right, drawn.right) {
                return right;
            }
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
            let mut spec = MarkSpec {
                horizontal,
                right: right && drawn.right.is_some(),
                value: Quantity::new(value, dimension),
                to,
                across: None,
                label: None,
                pattern: Pattern::Solid,
                color: None,
            };
            let other = if horizontal {
                drawn.horizontal()
            } else {
                drawn.vertical
            };
            self.mark_options(&mark.options, &mut spec, other);
            drawn.panel.marks.push(spec);
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

    fn mark_options(&mut self, options: &'a [Argument], spec: &mut MarkSpec, other: Dim) {
        let axis = if spec.horizontal { "x" } else { "y" };
        for option in options {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            match name {
                "label" => match option.value.as_text().or(option.value.as_name()) {
                    Some(text) => spec.label = Some(text.to_string()),
                    None => self.report(
                        Diagnostic::new(
                            codes::OPTION,
                            option.value.span,
                            "`label` takes a text in quotes",
                        )
                        .label("something else"),
                    ),
                },
                "style" => {
                    if let Some(pattern) = self.pattern(&option.value) {
                        spec.pattern = pattern;
                    }
                }
                "color" => {
                    if let Some(ink) = self.ink(&option.value, &[]) {
                        spec.color = Some(ink);
                    }
                }
                _ if name == axis => {
                    spec.across = self.axis_value(&option.value, other, name);
                }
                _ => {
                    let known = MARK.iter().map(|row| row.name);
                    let known: Vec<&str> = known
                        .filter(|name| !["x", "y"].contains(name) || *name == axis)
                        .collect();
                    let message = format!("`mark` has no option `{name}`");
                    let diagnostic = Diagnostic::new(codes::OPTION, option.span, message);
                    let at = option.name.as_ref().map_or(option.span, |name| name.span);
                    self.report(match did_you_mean(name, known.iter().copied()) {
                        Some(near) => diagnostic.suggest(at, near),
                        None => diagnostic.label(format!("known: {}", known.join(", "))),
                    });
                }
            }
        }
    }
}
