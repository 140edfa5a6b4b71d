//! Plots, figures and marks.

use super::records::{absolute, population_name};
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::{Dim, a_value, is_a};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::figure::{FigureSpec, MarkSpec, OptionValue, PanelSpec, PlotOption, Series};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Expr, ExprKind, Item, ItemKind, Subscript};
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

/// A panel, and the dimension of its vertical axis.
struct Drawn {
    panel: PanelSpec,
    vertical: Dim,
    /// True for rasters, whose vertical axis is the index of the neuron.
    raster: bool,
}

impl<'a> Checker<'a> {
    /// Reads plots, figures and marks of the root file.
    pub fn figures(&mut self) {
        let units = self.units;
        let Some(root) = units.first() else { return };
        let mut last: Option<(usize, Drawn)> = None;
        for item in &root.file.items {
            match &item.kind {
                ItemKind::Plot(plot) => {
                    self.keep(last.take());
                    let Some(drawn) = self.plot(plot, item.span) else {
                        continue;
                    };
                    let number = self.model.figures.len() + 1;
                    let title = self.title(plot.title.as_ref(), number);
                    self.model.figures.push(FigureSpec {
                        title,
                        columns: 1,
                        panels: Vec::new(),
                        span: item.span,
                    });
                    last = Some((number - 1, drawn));
                }
                ItemKind::Figure(figure) => {
                    self.keep(last.take());
                    self.figure(figure, item);
                }
                ItemKind::Mark(mark) => match &mut last {
                    Some((_, drawn)) => {
                        let mut drawn = [std::mem::replace(drawn, Drawn::empty(item.span))];
                        self.mark(mark, &mut drawn);
                        let [drawn] = drawn;
                        if let Some((_, slot)) = &mut last {
                            *slot = drawn;
                        }
                    }
                    None => self.report(
                        Diagnostic::new(
                            codes::MARK,
                            item.span,
                            "there is no plot before this mark",
                        )
                        .label("a mark belongs to the plot above it"),
                    ),
                },
                _ => {}
            }
        }
        self.keep(last.take());
    }

    fn keep(&mut self, drawn: Option<(usize, Drawn)>) {
        if let Some((position, drawn)) = drawn
            && let Some(figure) = self.model.figures.get_mut(position)
        {
            figure.panels.push(drawn.panel);
        }
    }

    /// The title of a figure, which names its file.
    fn title(&mut self, text: Option<&ast::Text>, number: usize) -> String {
        let title = text.map_or_else(|| format!("Figure {number}"), |text| text.value.clone());
        let same = self
            .model
            .figures
            .iter()
            .find(|figure| figure.title == title);
        if let (Some(first), Some(text)) = (same.map(|figure| figure.span), text) {
            self.report(
                Diagnostic::new(
                    codes::TITLE,
                    text.span,
                    format!("two figures are called \"{title}\""),
                )
                .label("their files would have the same name")
                .also(first, "the other one"),
            );
        }
        title
    }

    fn figure(&mut self, figure: &'a ast::Figure, item: &'a Item) {
        let mut columns = None;
        for option in &figure.options {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            if name == "columns" {
                let typed = self.expr(&option.value, &Context::new(0, Role::CONSTANT));
                match self.whole(&typed, "the number of columns") {
                    Some(count) if count >= 1 => columns = Some(count as usize),
                    Some(count) => self.report(
                        Diagnostic::new(
                            codes::NUMBER,
                            option.value.span,
                            "a figure has at least one column",
                        )
                        .label(format!("this is {count}")),
                    ),
                    None => {}
                }
            } else {
                self.report(
                    Diagnostic::new(
                        codes::OPTION,
                        option.span,
                        format!("`figure` has no option `{name}`"),
                    )
                    .label("known: `columns: 2`"),
                );
            }
        }
        let mut drawn: Vec<Drawn> = Vec::new();
        for inner in &figure.body {
            match &inner.kind {
                ItemKind::Plot(plot) => drawn.extend(self.plot(plot, inner.span)),
                ItemKind::Mark(mark) => self.mark(mark, &mut drawn),
                ItemKind::Error => {}
                _ => self.report(
                    Diagnostic::new(codes::FIGURE, inner.span, "a figure holds plots and marks")
                        .label("cannot stand here"),
                ),
            }
        }
        if drawn.is_empty() && figure.body.is_empty() {
            self.report(
                Diagnostic::new(codes::FIGURE, item.span, "this figure is empty")
                    .label("holds no plot"),
            );
        }
        let number = self.model.figures.len() + 1;
        let title = self.title(figure.title.as_ref(), number);
        self.model.figures.push(FigureSpec {
            title,
            columns: columns.unwrap_or(1),
            panels: drawn.into_iter().map(|drawn| drawn.panel).collect(),
            span: item.span,
        });
    }

    fn plot(&mut self, plot: &'a ast::Plot, span: Span) -> Option<Drawn> {
        let title = plot
            .title
            .as_ref()
            .map_or(String::new(), |text| text.value.clone());
        let mut drawn = Drawn::empty(span);
        drawn.panel.title = title;
        let mut first: Option<Span> = None;
        for series in &plot.series {
            if let Some(against) = &series.against {
                self.later(against.span, "a plot of one value against another");
                continue;
            }
            let Some((made, dim, raster)) = self.series(&series.value) else {
                continue;
            };
            let here = series.value.span;
            if let Some(first) = first {
                match drawn.vertical.join(dim) {
                    Some(joined) if raster == drawn.raster => drawn.vertical = joined,
                    _ => {
                        let before = if drawn.raster {
                            None
                        } else {
                            drawn.vertical.settled()
                        };
                        let after = if raster { None } else { dim.settled() };
                        self.mixed(first, before, here, after);
                        continue;
                    }
                }
            } else {
                (drawn.vertical, drawn.raster) = (dim, raster);
                first = Some(here);
            }
            drawn.panel.series.push(made);
        }
        if first.is_none() {
            return None;
        }
        let mut options = Vec::new();
        for option in &plot.options {
            options.extend(self.plot_option(option, &drawn));
        }
        drawn.panel.options = options;
        Some(drawn)
    }

    fn mixed(&mut self, first: Span, a: Option<Dimension>, second: Span, b: Option<Dimension>) {
        let say = |d: Option<Dimension>| d.map_or("neurons in a row each".to_string(), is_a);
        let (x, y) = (self.quote(first, "this"), self.quote(second, "this"));
        self.report(
            Diagnostic::new(codes::PLOT_UNITS, second, "these cannot share an axis")
                .label(format!("{y} is {}", say(b)))
                .also(first, format!("{x} is {}", say(a)))
                .note("give each its own `plot`, or put both in a `figure`"),
        );
    }

    /// What one entry of a plot draws, the dimension of its vertical axis, and whether it is a raster.
    fn series(&mut self, expr: &'a Expr) -> Option<(Series, Dim, bool)> {
        match &expr.ungrouped().kind {
            ExprKind::Call {
                function,
                arguments,
            } => self.drawn_call(function, arguments, expr.span),
            ExprKind::Member { .. } => self.lines(expr, &[]),
            ExprKind::Index { base, subscripts }
                if matches!(base.ungrouped().kind, ExprKind::Member { .. }) =>
            {
                self.lines(base, subscripts)
            }
            ExprKind::Error => None,
            ExprKind::Name(name)
                if self.global(0, name).is_some() || !self.owners(name).is_empty() =>
            {
                let owner = self.owners(name).into_iter().next();
                let mut diagnostic = Diagnostic::new(
                    codes::PLOT,
                    expr.span,
                    format!("`{name}` cannot be plotted"),
                )
                .label("expected values of a population, as in `lif.v[0:3]`, or `raster(lif)`");
                if let Some(owner) = owner {
                    let text = format!("{owner}.{name}");
                    diagnostic = diagnostic.fix(format!("write `{text}`"), expr.span, text, false);
                }
                self.report(diagnostic);
                None
            }
            _ => {
                self.report(
                    Diagnostic::new(codes::PLOT, expr.span, "this cannot be plotted").label(
                        "expected values of a population, as in `lif.v[0:3]`, or `raster(lif)`",
                    ),
                );
                None
            }
        }
    }

    /// Populations that have a variable of a name.
    fn owners(&self, name: &str) -> Vec<String> {
        let all = self.model.groups.iter().zip(&self.groups);
        all.filter(|(_, info)| info.names.contains_key(name))
            .map(|(group, _)| group.name.clone())
            .collect()
    }

    fn lines(
        &mut self,
        member: &'a Expr,
        subscripts: &'a [Subscript],
    ) -> Option<(Series, Dim, bool)> {
        let ExprKind::Member { base, name } = &member.ungrouped().kind else {
            return None;
        };
        let (mut place, picked) = self.elements(base)?;
        let id = self.recordable(place.group, name)?;
        let picked = if subscripts.is_empty() {
            picked
        } else {
            if let super::elements::Picked::Range {
                start,
                stop,
                step: 1,
            } = picked
            {
                place.first += start;
                place.size = stop - start;
            }
            self.picked(subscripts, place.size, member.span)?
        };
        let shared = self.model.variables[id].shared;
        let elements = if shared {
            vec![0]
        } else {
            absolute(place, &picked)
        };
        let owner = population_name(base);
        let record = self.record_of(&owner, place.group, id, &elements, member.span);
        let dim = self.variable_dim(id);
        Some((
            Series::Lines {
                record,
                variable: id,
                elements,
            },
            dim,
            false,
        ))
    }

    fn drawn_call(
        &mut self,
        function: &'a Expr,
        arguments: &'a [Argument],
        span: Span,
    ) -> Option<(Series, Dim, bool)> {
        const KINDS: &[&str] = &["raster", "rate"];
        let name = function.as_name().unwrap_or("");
        if !KINDS.contains(&name) {
            let near = did_you_mean(name, KINDS.iter().copied());
            match near {
                Some(near) => self.report(
                    Diagnostic::new(
                        codes::UNKNOWN_FUNCTION,
                        function.span,
                        format!("there is no plot `{name}`"),
                    )
                    .label(format!("did you mean `{near}`?"))
                    .fix(format!("write `{near}`"), function.span, near, false),
                ),
                None => self.report(
                    Diagnostic::new(
                        codes::UNKNOWN_FUNCTION,
                        function.span,
                        format!("there is no plot `{name}`"),
                    )
                    .label(format!("known: {}", KINDS.join(", "))),
                ),
            }
            return None;
        }
        let mut smooth = None;
        let mut of = None;
        for argument in arguments {
            match &argument.name {
                None if of.is_none() => of = Some(&argument.value),
                Some(option) if name == "rate" && option.name == "smooth" => {
                    let typed = self.expr(&argument.value, &Context::new(0, Role::CONSTANT));
                    smooth = Some(self.positive_time(&typed, "the smoothing window")?);
                }
                _ => {
                    let known = if name == "rate" {
                        "`rate(population, smooth: 5 ms)`"
                    } else {
                        "`raster(population)`"
                    };
                    self.report(
                        Diagnostic::new(
                            codes::ARGUMENTS,
                            argument.span,
                            format!("`{name}` does not take this"),
                        )
                        .label(format!("write {known}")),
                    );
                    return None;
                }
            }
        }
        let Some(of) = of else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    format!("`{name}` of which population?"),
                )
                .label(format!("write `{name}(population)`")),
            );
            return None;
        };
        let (place, picked) = self.elements(of)?;
        if !self.spikes_possible(place.group, of.span) {
            return None;
        }
        let slice = self.contiguous(place, &picked, of.span)?;
        let owner = population_name(of);
        Some(if name == "raster" {
            let record = self.spikes_of(&owner, slice, span);
            (Series::Raster { record, slice }, Dim::NONE, true)
        } else {
            let record = self.rate_of(&owner, slice, span);
            (
                Series::Rate { record, smooth },
                Dim::Known(Dimension::TIME.inverse()),
                false,
            )
        })
    }

    fn plot_option(&mut self, option: &'a Argument, drawn: &Drawn) -> Option<PlotOption> {
        let name = option.name.as_ref()?;
        let Some((_, takes)) = OPTIONS.iter().find(|(known, _)| *known == name.name) else {
            let near = did_you_mean(&name.name, OPTIONS.iter().map(|row| row.0));
            let mut diagnostic = Diagnostic::new(
                codes::OPTION,
                name.span,
                format!("a plot has no option `{}`", name.name),
            );
            diagnostic = match near {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")).fix(
                    format!("write `{near}`"),
                    name.span,
                    near,
                    false,
                ),
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
                    Dim::Known(Dimension::TIME)
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

    /// A mark goes to the nearest plot above it whose axis has its dimension.
    fn mark(&mut self, mark: &'a ast::Mark, drawn: &mut [Drawn]) {
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
                Dim::Known(Dimension::TIME)
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

impl Drawn {
    fn empty(span: Span) -> Drawn {
        Drawn {
            panel: PanelSpec {
                title: String::new(),
                series: Vec::new(),
                options: Vec::new(),
                marks: Vec::new(),
                span,
            },
            vertical: Dim::Zero,
            raster: false,
        }
    }
}
