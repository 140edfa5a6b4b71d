//! Options of plots and figures: the looks of marks, and what concerns a panel as a whole.

use super::figures::Drawn;
use super::films::is_of_film;
use super::series::Sizes;
use crate::check::array::{Scope, describe};
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::figure::{Colors, Ink, Look, OptionValue, Pattern, PlotOption};
use crate::model::plots::{self, COLOR_NAMES, FIGURE, FILM, LOOKS, Named, PANEL};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Expr, ExprKind};
use crate::units::quantity::Quantity;

/// Options of a figure.
pub struct FigureOptions {
    /// Panels side by side.
    pub columns: usize,
    /// Shared axes: horizontal, vertical.
    pub shared: (bool, bool),
}

impl Look {
    /// What another look says replaces what this one says.
    pub(super) fn take(&mut self, other: Look) {
        let own = std::mem::take(self);
        *self = Look {
            form: own.form,
            label: other.label.or(own.label),
            color: other.color.or(own.color),
            pattern: other.pattern.or(own.pattern),
            width: other.width.or(own.width),
            size: other.size.or(own.size),
            opacity: other.opacity.or(own.opacity),
            colors: other.colors.or(own.colors),
            clim: other.clim.or(own.clim),
            right: other.right.or(own.right),
            clog: other.clog.or(own.clog),
            clabel: other.clabel.or(own.clabel),
        };
    }
}

impl<'a> Checker<'a> {
    /// Reads an option of a plot: one of its panel, or one of the looks of all its series.
    pub fn plot_option(
        &mut self,
        option: &'a Argument,
        plot: &'a ast::Plot,
        drawn: &mut Drawn,
    ) -> Option<PlotOption> {
        let name = option.name.as_ref()?;
        if is_of_film(option) {
            return None;
        }
        if PANEL.iter().any(|row| row.name == name.name) {
            return self.panel_option(option, drawn);
        }
        if name.name == "axis" {
            self.report(
                Diagnostic::new(
                    codes::OPTION,
                    option.span,
                    "`axis` belongs to one entry of a plot",
                )
                .label("all of them cannot stand on the right")
                .note("write it in the parentheses of an entry: `lines(y, axis: right)`"),
            );
            return None;
        }
        if LOOKS.iter().any(|row| row.name == name.name) {
            let sizes: Vec<&[usize]> = drawn.sizes.iter().map(Sizes::as_slice).collect();
            let colors = drawn.colors.iter().flatten().next().copied();
            let look = self.look(option, &sizes, colors)?;
            if let Some(Ink::By(values)) = &look.color {
                drawn.colors = vec![Some(Dim::Known(values.dimension))];
            }
            for own in &mut drawn.panel.looks {
                // What a series says of itself comes first.
                let mut whole = Look {
                    form: own.form,
                    ..look.clone()
                };
                whole.take(std::mem::take(own));
                *own = whole;
            }
            return None;
        }
        let kinds = plot
            .series
            .iter()
            .filter_map(|series| self.plot_kind(series));
        let own: Vec<&str> = kinds
            .flat_map(|kind| kind.options.iter().copied())
            .collect();
        if own.contains(&name.name.as_str()) {
            return None;
        }
        let known = PANEL.iter().chain(LOOKS).chain(FILM).map(|row| row.name);
        let known: Vec<&str> = known.chain(own).collect();
        let owner = plots::KINDS
            .iter()
            .find(|kind| kind.options.contains(&name.name.as_str()));
        let near = did_you_mean(&name.name, known.iter().copied());
        let message = format!("a plot has no option `{}`", name.name);
        let diagnostic = Diagnostic::new(codes::OPTION, name.span, message);
        self.report(match (near, owner) {
            (Some(near), _) => diagnostic.suggest(name.span, near),
            (None, Some(owner)) => diagnostic.label(format!(
                "an option of `{}`, which this plot does not show",
                owner.name
            )),
            (None, None) => diagnostic.label(format!("known: {}", known.join(", "))),
        });
        None
    }

    fn panel_option(&mut self, option: &'a Argument, drawn: &Drawn) -> Option<PlotOption> {
        let name = option.name.as_ref()?;
        let expr = &option.value;
        let value = match name.name.as_str() {
            "rlabel" | "rlim" | "rscale" if drawn.right.is_none() => {
                self.report(
                    Diagnostic::new(
                        codes::OPTION,
                        option.span,
                        "this plot has no axis to the right",
                    )
                    .label(format!("nothing for `{}`", name.name))
                    .note("`lines(y, axis: right)` draws an entry over such an axis"),
                );
                return None;
            }
            "xlabel" | "ylabel" | "rlabel" => {
                OptionValue::Text(self.text_or_word(expr, &name.name)?)
            }
            "xlim" | "ylim" | "rlim" => {
                let dim = match name.name.as_str() {
                    "xlim" => drawn.horizontal(),
                    "rlim" => drawn.right.unwrap_or(drawn.vertical),
                    _ => drawn.vertical,
                };
                let (low, high) = self.limits(expr, dim, &name.name)?;
                let log = self.is_log(drawn, &name.name);
                if log && low.value <= 0.0 {
                    self.report(
                        Diagnostic::new(
                            codes::RANGE,
                            expr.span,
                            "a logarithmic axis shows values above 0 only",
                        )
                        .label("begins at 0 or below"),
                    );
                    return None;
                }
                OptionValue::Range(low, high)
            }
            "xscale" | "yscale" | "rscale" => {
                let words = ["linear", "log"];
                OptionValue::Text(self.word(expr, &name.name, &words)?.to_string())
            }
            _ => match expr.as_name() {
                Some("outside") => OptionValue::Text("outside".to_string()),
                _ => OptionValue::Boolean(self.truth_word(expr, &name.name)?),
            },
        };
        Some(PlotOption {
            name: name.name.clone(),
            value,
            span: option.span,
        })
    }

    /// True where an option that was read before made an axis logarithmic.
    fn is_log(&self, drawn: &Drawn, limits: &str) -> bool {
        let scale = match limits {
            "xlim" => "xscale",
            "rlim" => "rscale",
            _ => "yscale",
        };
        let log = |option: &PlotOption| {
            option.name == scale && option.value == OptionValue::Text("log".to_string())
        };
        drawn.panel.options.iter().any(log)
    }

    fn limits(&mut self, expr: &'a Expr, dim: Dim, name: &str) -> Option<(Quantity, Quantity)> {
        let ExprKind::Range { start, stop } = &expr.ungrouped().kind else {
            self.report(
                Diagnostic::new(
                    codes::OPTION,
                    expr.span,
                    format!("`{name}` takes two values, as in `0 ms .. 50 ms`"),
                )
                .label("something else"),
            );
            return None;
        };
        let low = self.axis_value(start, dim, name)?;
        let high = self.axis_value(stop, dim, name)?;
        if low.value < high.value {
            return Some((low, high));
        }
        self.report(
            Diagnostic::new(codes::RANGE, expr.span, format!("`{name}` is empty"))
                .label("the lower end must come first"),
        );
        None
    }

    fn text_or_word(&mut self, expr: &'a Expr, name: &str) -> Option<String> {
        let text = expr.as_text().or(expr.as_name());
        if text.is_none() {
            self.report(
                Diagnostic::new(
                    codes::OPTION,
                    expr.span,
                    format!("`{name}` takes a text in quotes"),
                )
                .label("something else"),
            );
        }
        text.map(str::to_string)
    }

    /// One of a few words.
    fn word<'w>(&mut self, expr: &'a Expr, name: &str, words: &[&'w str]) -> Option<&'w str> {
        let given = expr.as_name().or(expr.as_text()).unwrap_or("");
        if let Some(word) = words.iter().find(|word| **word == given) {
            return Some(word);
        }
        let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        let message = format!("`{name}` takes {}", listed.join(" or "));
        let diagnostic = Diagnostic::new(codes::OPTION, expr.span, message);
        self.report(match did_you_mean(given, words.iter().copied()) {
            Some(near) => diagnostic.suggest(expr.span, near),
            None => diagnostic.label("something else"),
        });
        None
    }

    fn positive(&mut self, expr: &'a Expr, name: &str, largest: f64) -> Option<f64> {
        let typed = self.expr(expr, &Context::new(0, Role::CONSTANT));
        let wanted = crate::units::dimension::Dimension::NONE;
        if typed.is_poison() || !self.expect(&typed, wanted, &format!("`{name}`")) {
            return None;
        }
        let value = self.constant_value(&typed, name)?;
        if value > 0.0 && value <= largest {
            return Some(value);
        }
        self.report(
            Diagnostic::new(
                codes::OPTION,
                expr.span,
                format!("`{name}` lies above 0 and is at most {largest}"),
            )
            .label(format!("this is {value}")),
        );
        None
    }

    /// A look with what one option says. `sizes` are the numbers of colors that each of the series may have, `colors` the dimension of
    /// the values they show as colors.
    pub fn look(
        &mut self,
        option: &'a Argument,
        sizes: &[&[usize]],
        colors: Option<Dim>,
    ) -> Option<Look> {
        let name = option.name.as_ref()?.name.as_str();
        let expr = &option.value;
        let mut look = Look::default();
        match name {
            "label" => look.label = Some(self.text_or_word(expr, name)?),
            "clabel" => look.clabel = Some(self.text_or_word(expr, name)?),
            "style" => look.pattern = Some(self.pattern(expr)?),
            "width" => look.width = Some(self.positive(expr, name, 100.0)?),
            "size" => look.size = Some(self.positive(expr, name, 100.0)?),
            "opacity" => look.opacity = Some(self.positive(expr, name, 1.0)?),
            "colors" => {
                let words = Colors::WORDS.map(|row| row.0);
                let word = self.word(expr, name, &words)?;
                let found = Colors::WORDS.iter().find(|row| row.0 == word);
                look.colors = found.map(|row| row.1);
            }
            "axis" => {
                let word = self.word(expr, name, &["left", "right"])?;
                look.right = Some(word == "right");
            }
            "cscale" => {
                let word = self.word(expr, name, &["linear", "log"])?;
                if colors.is_none() {
                    self.no_colors(option.span, "`cscale` to spread");
                    return None;
                }
                look.clog = Some(word == "log");
            }
            "clim" => {
                let Some(dim) = colors else {
                    self.no_colors(option.span, "`clim` to limit");
                    return None;
                };
                look.clim = Some(self.limits(expr, dim, name)?);
            }
            _ => look.color = Some(self.ink(expr, sizes)?),
        }
        Some(look)
    }

    fn no_colors(&mut self, span: Span, what: &str) {
        self.report(
            Diagnostic::new(codes::OPTION, span, "this plot shows no values as colors")
                .label(format!("nothing for {what}"))
                .note("write `color: values` before it"),
        );
    }

    /// The pattern of a line.
    pub fn pattern(&mut self, expr: &'a Expr) -> Option<Pattern> {
        let words = Pattern::WORDS.map(|row| row.0);
        let word = self.word(expr, "style", &words)?;
        let found = Pattern::WORDS.iter().find(|row| row.0 == word);
        found.map(|row| row.1)
    }

    /// A color: a name, a number of the palette, `"#D55E00"`, or values.
    pub fn ink(&mut self, expr: &'a Expr, sizes: &[&[usize]]) -> Option<Ink> {
        if let Some(text) = expr.as_text() {
            let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
            if let Some(number) = digits.and_then(|d| u32::from_str_radix(d, 16).ok()) {
                let [_, r, g, b] = number.to_be_bytes();
                return Some(Ink::Rgb(r, g, b));
            }
        }
        let word = expr.as_text().or(expr.as_name());
        let own = word.is_some_and(|w| self.named(w).is_some() || self.global(0, w).is_some());
        if let (Some(word), false) = (word, own) {
            if let Some((_, named)) = COLOR_NAMES.iter().find(|(name, _)| *name == word) {
                return Some(Ink::Named(*named));
            }
            let names = COLOR_NAMES.iter().map(|(name, _)| *name);
            let message = format!("there is no color `{word}`");
            let diagnostic = Diagnostic::new(codes::OPTION, expr.span, message);
            let all: Vec<&str> = names.clone().collect();
            self.report(match did_you_mean(word, names) {
                Some(near) => diagnostic.suggest(expr.span, near),
                None => diagnostic.label(format!("known: {}, `\"#D55E00\"`", all.join(", "))),
            });
            return None;
        }
        if sizes.is_empty() {
            return self.palette_number(expr);
        }
        let values = self.drawable(expr, &Scope::root())?;
        if let (crate::model::array::Kind::Number(number), true) =
            (&values.expr.kind, values.expr.dimension.is_none())
        {
            return self.numbered(*number, expr);
        }
        let count = values.shape.as_ref().and_then(|s| match s.as_slice() {
            [one] => *one,
            _ => None,
        });
        let wrong = sizes
            .iter()
            .find(|known| count.is_some_and(|n| !known.is_empty() && !known.contains(&n)));
        if let Some(known) = wrong {
            let wanted = known.first().copied().unwrap_or(0);
            self.report(
                Diagnostic::new(
                    codes::SHAPE,
                    expr.span,
                    format!("one color is needed for each of {wanted}"),
                )
                .label(format!("this has {}", describe(&values.shape))),
            );
            return None;
        }
        Some(Ink::By(self.named_plotted(values, expr)))
    }

    fn palette_number(&mut self, expr: &'a Expr) -> Option<Ink> {
        let typed = self.expr(expr, &Context::new(0, Role::CONSTANT));
        let number = self.whole(&typed, "the number of a color")?;
        self.numbered(number as f64, expr)
    }

    fn numbered(&mut self, number: f64, expr: &'a Expr) -> Option<Ink> {
        if number.fract() == 0.0 && (0.0..1000.0).contains(&number) {
            return Some(Ink::Named(Named::Palette(number as usize)));
        }
        self.report(
            Diagnostic::new(codes::OPTION, expr.span, "colors are numbered from 0 on")
                .label(format!("this is {number}")),
        );
        None
    }

    /// Options of a figure.
    pub fn figure_options(&mut self, options: &'a [Argument]) -> FigureOptions {
        let mut chosen = FigureOptions {
            columns: 1,
            shared: (false, false),
        };
        for option in options {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            let value = &option.value;
            match name {
                "columns" => {
                    let typed = self.expr(value, &Context::new(0, Role::CONSTANT));
                    match self.whole(&typed, "the number of columns") {
                        Some(count) if count >= 1 => chosen.columns = count as usize,
                        Some(count) => self.report(
                            Diagnostic::new(
                                codes::NUMBER,
                                value.span,
                                "a figure has at least one column",
                            )
                            .label(format!("this is {count}")),
                        ),
                        None => {}
                    }
                }
                "share" => match self.word(value, name, &["x", "y", "both"]) {
                    Some("x") => chosen.shared.0 = true,
                    Some("y") => chosen.shared.1 = true,
                    Some(_) => chosen.shared = (true, true),
                    None => {}
                },
                _ if is_of_film(option) => {}
                _ => {
                    let known: Vec<&str> = FIGURE.iter().chain(FILM).map(|row| row.name).collect();
                    let message = format!("`figure` has no option `{name}`");
                    let diagnostic = Diagnostic::new(codes::OPTION, option.span, message);
                    let at = option.name.as_ref().map_or(option.span, |name| name.span);
                    self.report(match did_you_mean(name, known.iter().copied()) {
                        Some(near) => diagnostic.suggest(at, near),
                        None => diagnostic.label(format!("known: {}", known.join(", "))),
                    });
                }
            }
        }
        chosen
    }
}
