//! Plots, figures and marks.

use super::records::population_name;
use crate::analysis::signature::Kind as Wanted;
use crate::check::array::{Scope, is_special_or_known};
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::{Dim, is_a};
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model;
use crate::model::array::Kind;
use crate::model::figure::{FigureSpec, PanelSpec, Series};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Expr, ExprKind, Item, ItemKind, Subscript};
use crate::units::dimension::Dimension;

/// A panel, and the dimension of its vertical axis.
pub struct Drawn {
    /// The panel so far.
    pub panel: PanelSpec,
    /// Dimension of the vertical axis.
    pub vertical: Dim,
    /// True for rasters, whose vertical axis is the index of the neuron.
    pub raster: bool,
    /// What its curves are drawn over.
    pub across: Option<Across>,
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
                    None if self.plot_before(mark) => {}
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
            let made = match &series.against {
                Some(against) => self.curve(&series.value, Some(against)),
                None => self.series(&series.value),
            };
            let Some((made, dim, raster)) = made else {
                continue;
            };
            let here = series.value.span;
            let across = match &made {
                Series::Curve { x: None, .. } => Across::Index,
                Series::Curve { x_dimension, .. } => Across::Values(*x_dimension),
                _ => Across::Values(Dimension::TIME),
            };
            if let (Some(first), Some(before)) = (first, drawn.across)
                && before != across
            {
                self.across(first, before, here, across);
                continue;
            }
            drawn.across = Some(across);
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
        first?;
        let mut options = Vec::new();
        for option in &plot.options {
            options.extend(self.plot_option(option, &drawn));
        }
        drawn.panel.options = options;
        Some(drawn)
    }

    fn across(&mut self, first: Span, a: Across, second: Span, b: Across) {
        let say = |across: Across| match across {
            Across::Index => "is drawn over its index".to_string(),
            Across::Values(dimension) => {
                format!("is drawn over {}", crate::check::dims::a_value(dimension))
            }
        };
        let (x, y) = (self.quote(first, "this"), self.quote(second, "this"));
        self.report(
            Diagnostic::new(
                codes::PLOT_UNITS,
                second,
                "these cannot share a horizontal axis",
            )
            .label(format!("{y} {}", say(b)))
            .also(first, format!("{x} {}", say(a)))
            .note("`plot y vs x` says what a curve is drawn over"),
        );
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
            } if function.as_name() == Some("rate")
                || !function
                    .as_name()
                    .is_some_and(|name| self.is_computed(name)) =>
            {
                self.drawn_call(function, arguments, expr.span)
            }
            ExprKind::Member { .. } | ExprKind::Index { .. }
                if let Some(written) = self.synaptic(expr) =>
            {
                self.synaptic_lines_over_time(&written, expr.span)
            }
            ExprKind::Member { .. } => self.lines(expr, &[]),
            ExprKind::Index { base, subscripts }
                if matches!(base.ungrouped().kind, ExprKind::Member { .. }) =>
            {
                self.lines(base, subscripts)
            }
            ExprKind::Error => None,
            ExprKind::Name(name) if self.named(name).is_some() => self.curve(expr, None),
            _ if expr.as_name().is_none() && self.is_array_code(expr, true) => {
                self.curve(expr, None)
            }
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

    /// True for names of functions whose values can be drawn.
    fn is_computed(&self, name: &str) -> bool {
        let own = matches!(
            self.global(0, name),
            Some((Global::Function(..) | Global::Signal(_), _))
        );
        own || self.library.function(name).is_some() || is_special_or_known(name)
    }

    /// Computed values over others, over their own axis, or over their index.
    fn curve(&mut self, value: &'a Expr, against: Option<&'a Expr>) -> Option<(Series, Dim, bool)> {
        let scope = Scope::root();
        let y = self.array_value(value, &scope);
        let x = against.map(|against| (self.array_value(against, &scope), against));
        if y.is_poison() || x.as_ref().is_some_and(|(x, _)| x.is_poison()) {
            return None;
        }
        if y.kind != Wanted::Truth && !self.is_numeric(&y, "what is plotted") {
            return None;
        }
        if let Some((x, _)) = &x {
            if !self.is_numeric(x, "what is plotted") {
                return None;
            }
            let lengths =
                [x, &y].map(|v| v.shape.as_ref().and_then(|s| s.last().copied().flatten()));
            if let [Some(a), Some(b)] = lengths
                && a != b
            {
                self.shapes(&y, x);
                return None;
            }
        }
        let own = match (&x, &y.expr.kind) {
            (Some((x, against)), _) => {
                let name = self.curve_name(against);
                Some((x.expr.clone(), name))
            }
            (None, Kind::Samples { record, .. }) => Some((
                times(Kind::SampleTimes(*record), value.span),
                "time".to_string(),
            )),
            (None, Kind::Rate(record)) => Some((
                times(Kind::RateTimes(*record), value.span),
                "time".to_string(),
            )),
            (None, Kind::Slot(slot)) => match self.model.slots[*slot].axes.as_slice() {
                [axis] => {
                    let name = self.model.slots[*axis].name.clone();
                    let dimension = self.model.slots[*axis].dimension;
                    let expr = model::array::Expr {
                        kind: Kind::Slot(*axis),
                        ..model::array::Expr::number(0.0, dimension, value.span)
                    };
                    Some((expr, name))
                }
                _ => None,
            },
            _ => None,
        };
        let y_name = self.curve_name(value);
        let (y_dimension, dim) = (y.expr.dimension, y.dim);
        let x_dimension = own.as_ref().map_or(Dimension::NONE, |(x, _)| x.dimension);
        let y = (self.plotted(y.expr), y_name);
        let x = own.map(|(expr, name)| (self.plotted(expr), name));
        let series = Series::Curve {
            y,
            x,
            y_dimension,
            x_dimension,
        };
        Some((series, dim, false))
    }

    fn plotted(&mut self, expr: model::array::Expr) -> usize {
        self.model.plotted.push(expr);
        self.model.plotted.len() - 1
    }

    /// What a curve is called: as it is written, if that is short.
    fn curve_name(&self, expr: &Expr) -> String {
        let text = self.sources.text(expr.span).trim();
        if text.contains('\n') || text.chars().count() > 40 {
            String::new()
        } else {
            text.to_string()
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
                place.last = place.first + stop;
                place.first += start;
            }
            self.picked(subscripts, place.size(), member.span)?
        };
        let shared = self.model.variables[id].shared;
        let elements = if shared {
            vec![0]
        } else {
            self.absolute(place, &picked, member.span)?
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
                    .suggest(function.span, near),
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
}

/// What a curve is drawn over.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Across {
    /// The index of its elements.
    Index,
    /// Values of a dimension.
    Values(Dimension),
}

/// Times of what was recorded.
fn times(kind: Kind, span: Span) -> model::array::Expr {
    model::array::Expr {
        kind,
        ..model::array::Expr::number(0.0, Dimension::TIME, span)
    }
}

impl Drawn {
    /// Dimension of the horizontal axis: time, unless something else is drawn.
    pub fn horizontal(&self) -> Dim {
        match self.across {
            Some(Across::Index) => Dim::NONE,
            Some(Across::Values(dimension)) => Dim::Known(dimension),
            None => Dim::Known(Dimension::TIME),
        }
    }
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
            across: None,
        }
    }
}
