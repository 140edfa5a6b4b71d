//! Plots, figures and marks.

use super::series::Made;
use crate::check::context::Checker;
use crate::check::dims::{Dim, is_a};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::figure::{FigureSpec, OptionValue, PanelSpec, Series};
use crate::source::Span;
use crate::syntax::ast::{self, Item, ItemKind};
use crate::units::dimension::Dimension;

/// A panel, and the dimension of its vertical axis.
pub struct Drawn {
    /// The panel so far.
    pub panel: PanelSpec,
    /// Dimension of the vertical axis.
    pub vertical: Dim,
    /// Dimension of the vertical axis to the right, where there is one.
    pub right: Option<Dim>,
    /// True for rasters, whose vertical axis is the index of the neuron.
    pub raster: bool,
    /// What its curves are drawn over.
    pub across: Option<Across>,
    /// How many values each of its series has that may have colors of their own.
    pub sizes: Vec<super::series::Sizes>,
    /// Dimension of the values that each shows as colors.
    pub colors: Vec<Option<Dim>>,
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
                    let film = self.film(&plot.options);
                    self.model.figures.push(FigureSpec {
                        title,
                        columns: 1,
                        shared: (false, false),
                        film,
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
        let chosen = self.figure_options(&figure.options);
        let mut drawn: Vec<Drawn> = Vec::new();
        for inner in &figure.body {
            match &inner.kind {
                ItemKind::Plot(plot) => {
                    self.still(&plot.options, item.span);
                    drawn.extend(self.plot(plot, inner.span));
                }
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
        let film = self.film(&figure.options);
        self.model.figures.push(FigureSpec {
            title,
            columns: chosen.columns,
            shared: chosen.shared,
            film,
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
            let given = self.options_of_kind(series, &plot.options);
            let Some(made) = self.series(series, &given) else {
                continue;
            };
            let here = series.value.span;
            if let (Some(first), Some(before)) = (first, drawn.across)
                && before != made.across
            {
                self.across(first, before, here, made.across);
                continue;
            }
            drawn.across = Some(made.across);
            if made.look.right == Some(true) {
                if !self.on_the_right(&made, &mut drawn, first, here) {
                    continue;
                }
            } else if let Some(first) = first {
                match drawn.vertical.join(made.vertical) {
                    Some(joined) if made.rows == drawn.raster => drawn.vertical = joined,
                    _ => {
                        let before = if drawn.raster {
                            None
                        } else {
                            drawn.vertical.settled()
                        };
                        let after = if made.rows {
                            None
                        } else {
                            made.vertical.settled()
                        };
                        self.mixed(first, before, here, after);
                        continue;
                    }
                }
            } else {
                (drawn.vertical, drawn.raster) = (made.vertical, made.rows);
                first = Some(here);
            }
            drawn.sizes.push(made.size);
            drawn.colors.push(made.colors);
            drawn.panel.looks.push(made.look);
            drawn.panel.series.push(made.series);
        }
        first?;
        // Scales first: they decide which limits are possible. Limits of colors last: they need the values.
        let order = |option: &&'a ast::Argument| {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            match name {
                "xscale" | "yscale" | "rscale" => 0,
                "clim" | "cscale" => 2,
                _ => 1,
            }
        };
        let mut options: Vec<&'a ast::Argument> = plot.options.iter().collect();
        options.sort_by_key(order);
        for option in options {
            let option = self.plot_option(option, plot, &mut drawn);
            drawn.panel.options.extend(option);
        }
        self.limit_planes(&drawn.panel);
        for look in &drawn.panel.looks {
            if let (Some(true), Some((low, _))) = (look.clog, &look.clim)
                && low.value <= 0.0
            {
                self.report(
                    Diagnostic::new(
                        codes::RANGE,
                        span,
                        "a logarithmic scale of colors shows values above 0 only",
                    )
                    .label("`clim` begins at 0 or below"),
                );
                break;
            }
        }
        Some(drawn)
    }

    /// An entry on the vertical axis to the right; false where it cannot stand there, which is reported.
    fn on_the_right(
        &mut self,
        made: &Made,
        drawn: &mut Drawn,
        first: Option<Span>,
        here: Span,
    ) -> bool {
        let problem =
            if made.rows || matches!(made.series, Series::Image { .. } | Series::Phase { .. }) {
                Some("rows of neurons, images and phase planes stand on the left")
            } else if first.is_none() {
                Some("the first entry of a plot stands on the left")
            } else {
                None
            };
        if let Some(problem) = problem {
            self.report(
                Diagnostic::new(codes::OPTION, here, problem)
                    .label("`axis: right` cannot stand here"),
            );
            return false;
        }
        let before = drawn.right.unwrap_or(made.vertical);
        let Some(joined) = before.join(made.vertical) else {
            self.report(
                Diagnostic::new(
                    codes::PLOT_UNITS,
                    here,
                    "the axis to the right shows something else already",
                )
                .label(made.vertical.settled().map_or(String::new(), is_a))
                .note(format!(
                    "the other entry there {}",
                    before
                        .settled()
                        .map_or(String::new(), |d| format!("is {}", is_a(d)))
                )),
            );
            return false;
        };
        drawn.right = Some(joined);
        true
    }

    /// A phase plane reaches as far as its axes.
    fn limit_planes(&mut self, panel: &PanelSpec) {
        let limits = ["xlim", "ylim"].map(|name| {
            let option = panel.options.iter().find(|option| option.name == name)?;
            match &option.value {
                OptionValue::Range(low, high) => Some((low.value, high.value)),
                _ => None,
            }
        });
        for series in &panel.series {
            if let Series::Phase { plane, .. } = series
                && let Some(plane) = self.model.planes.get_mut(*plane)
            {
                plane.limits = limits;
            }
        }
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

    pub fn mixed(&mut self, first: Span, a: Option<Dimension>, second: Span, b: Option<Dimension>) {
        let say = |d: Option<Dimension>| d.map_or("neurons in a row each".to_string(), is_a);
        let (x, y) = (self.quote(first, "this"), self.quote(second, "this"));
        self.report(
            Diagnostic::new(codes::PLOT_UNITS, second, "these cannot share an axis")
                .label(format!("{y} is {}", say(b)))
                .also(first, format!("{x} is {}", say(a)))
                .note("give each its own `plot`, put both in a `figure`, or draw one over an axis to the right: `lines(y, axis: right)`"),
        );
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
                looks: Vec::new(),
                options: Vec::new(),
                marks: Vec::new(),
                span,
            },
            vertical: Dim::Zero,
            right: None,
            raster: false,
            across: None,
            sizes: Vec::new(),
            colors: Vec::new(),
        }
    }
}
