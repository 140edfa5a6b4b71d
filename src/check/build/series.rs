//! What one entry of a plot draws: values over time, computed values, or a kind of plot with its arguments.

use super::figures::Across;
use super::records::population_name;
use crate::analysis::signature::Kind as Wanted;
use crate::check::array::{Scope, Valued, is_special_or_known};
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::Dim;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model;
use crate::model::array::Kind;
use crate::model::figure::{Form, Look, Plotted, Series};
use crate::model::plots::{KINDS, PlotKind};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Expr, ExprKind, Subscript};
use crate::units::dimension::Dimension;

/// Numbers of values that a series may have colors for: of its lines, of its dots, of its rows; none where they are not known.
pub type Sizes = Vec<usize>;

/// A series with what its panel must know.
pub struct Made {
    /// The series.
    pub series: Series,
    /// Dimension of the vertical axis.
    pub vertical: Dim,
    /// True where the vertical axis shows neurons.
    pub rows: bool,
    /// What it is drawn over.
    pub across: Across,
    /// How it looks.
    pub look: Look,
    /// How many colors it may have.
    pub size: Sizes,
    /// Dimension of the values it shows as colors by itself.
    pub colors: Option<Dim>,
    /// True for a curve of a single value.
    pub lone: bool,
}

impl Made {
    /// A series with the usual look.
    pub fn new(series: Series, vertical: Dim, across: Across) -> Made {
        Made {
            series,
            vertical,
            rows: false,
            across,
            look: Look::default(),
            size: Sizes::new(),
            colors: None,
            lone: false,
        }
    }
    fn over_time(series: Series, vertical: Dim) -> Made {
        let size = match &series {
            Series::Lines { elements, .. } if !elements.is_empty() => vec![elements.len()],
            _ => Sizes::new(),
        };
        Made {
            size,
            ..Made::new(series, vertical, Across::Values(Dimension::TIME))
        }
    }
    fn formed(mut self, form: Form) -> Made {
        self.look.form = form;
        self
    }
}

/// A call of a plot kind.
pub struct KindCall<'a> {
    /// The kind.
    pub kind: &'static PlotKind,
    /// Its arguments without names.
    pub plain: Vec<&'a Expr>,
    /// Its own named arguments, and options of the plot that it knows.
    pub named: Vec<&'a Argument>,
    /// Named arguments that are nobody's option: variables.
    pub other: Vec<&'a Argument>,
    /// What follows `vs`.
    pub against: Option<&'a Expr>,
    /// Where it is written.
    pub span: Span,
}

impl<'a> KindCall<'a> {
    /// The value of a named argument.
    pub fn named(&self, name: &str) -> Option<&'a Expr> {
        let is_it =
            |argument: &&&'a Argument| argument.name.as_ref().is_some_and(|n| n.name == name);
        self.named.iter().find(is_it).map(|a| &a.value)
    }
}

impl<'a> Checker<'a> {
    /// The kind of plot that an entry calls; functions of the file come first.
    pub fn plot_kind(&self, series: &ast::Series) -> Option<&'static PlotKind> {
        let ExprKind::Call { function, .. } = &series.value.ungrouped().kind else {
            return None;
        };
        let name = function.as_name()?;
        let computed_too = ["rate", "histogram", "raster"].contains(&name);
        if self.is_own_function(name) || series.against.is_some() && computed_too {
            return None;
        }
        model::plots::kind(name)
    }

    /// Options of the plot that belong to the kind of an entry.
    pub fn options_of_kind(
        &self,
        series: &ast::Series,
        options: &'a [Argument],
    ) -> Vec<&'a Argument> {
        let Some(kind) = self.plot_kind(series) else {
            return Vec::new();
        };
        let known = |option: &&'a Argument| {
            let name = option.name.as_ref();
            name.is_some_and(|name| kind.options.contains(&name.name.as_str()))
        };
        options.iter().filter(known).collect()
    }

    /// What one entry of a plot draws; `given` are options of the plot for its kind.
    pub fn series(&mut self, series: &'a ast::Series, given: &[&'a Argument]) -> Option<Made> {
        let (expr, against) = (&series.value, series.against.as_ref());
        if let (
            Some(kind),
            ExprKind::Call {
                function,
                arguments,
            },
        ) = (self.plot_kind(series), &expr.ungrouped().kind)
        {
            return self.kind_call(kind, function, arguments, given, against, expr.span);
        }
        if against.is_some() {
            let made = self.curve(expr, against);
            self.lone_point(made.as_ref(), expr, against);
            return made;
        }
        if let Some(made) = self.recorded_lines(expr) {
            return made;
        }
        let made = self.bare(expr)?;
        self.lone_point(Some(&made), expr, None);
        Some(made)
    }

    /// A computed value that is drawn without saying over what.
    fn bare(&mut self, expr: &'a Expr) -> Option<Made> {
        match &expr.ungrouped().kind {
            ExprKind::Call { function, .. }
                if !function
                    .as_name()
                    .is_some_and(|name| self.is_computed(name)) =>
            {
                self.unknown_plot(function);
                None
            }
            ExprKind::Error => None,
            ExprKind::Name(name) if self.named(name).is_some() => self.curve(expr, None),
            _ if expr.as_name().is_none() && self.is_array_code(expr, true) => {
                self.curve(expr, None)
            }
            _ => {
                self.not_plotted(expr);
                None
            }
        }
    }

    fn not_plotted(&mut self, expr: &'a Expr) {
        let advice = "expected values of a population, as in `lif.v[0:3]`, or `raster(lif)`";
        let name = expr
            .as_name()
            .filter(|name| self.global(0, name).is_some() || !self.owners(name).is_empty());
        let Some(name) = name else {
            self.report(
                Diagnostic::new(codes::PLOT, expr.span, "this cannot be plotted").label(advice),
            );
            return;
        };
        let message = format!("`{name}` cannot be plotted");
        let mut diagnostic = Diagnostic::new(codes::PLOT, expr.span, message).label(advice);
        if let Some(owner) = self.owners(name).into_iter().next() {
            let text = format!("{owner}.{name}");
            diagnostic = diagnostic.fix(format!("write `{text}`"), expr.span, text, false);
        }
        self.report(diagnostic);
    }

    fn unknown_plot(&mut self, function: &'a Expr) {
        let name = function.as_name().unwrap_or("");
        let names = KINDS.iter().map(|kind| kind.name);
        let diagnostic = Diagnostic::new(
            codes::UNKNOWN_FUNCTION,
            function.span,
            format!("there is no plot `{name}`"),
        );
        let diagnostic = match did_you_mean(name, names.clone()) {
            Some(near) => diagnostic.suggest(function.span, near),
            None => diagnostic.label(format!("known: {}", names.collect::<Vec<_>>().join(", "))),
        };
        self.report(diagnostic);
    }

    fn is_own_function(&self, name: &str) -> bool {
        matches!(
            self.global(0, name),
            Some((Global::Function(..) | Global::Signal(_), _))
        )
    }

    /// True for names of functions whose values can be drawn.
    fn is_computed(&self, name: &str) -> bool {
        self.is_own_function(name)
            || self.library.function(name).is_some()
            || is_special_or_known(name)
    }

    /// Values of a population or of synapses over time; nothing where the expression is something else.
    pub fn recorded_lines(&mut self, expr: &'a Expr) -> Option<Option<Made>> {
        if self.is_computed_part(expr) {
            return None;
        }
        let direct = match &expr.ungrouped().kind {
            ExprKind::Member { .. } => true,
            ExprKind::Index { base, .. } => {
                matches!(base.ungrouped().kind, ExprKind::Member { .. })
            }
            _ => false,
        };
        if let (Some(written), true) = (self.synaptic(expr), direct || is_index(expr)) {
            let lines = self.synaptic_lines_over_time(&written, expr.span);
            return Some(lines.map(|(series, dim, _)| Made::over_time(series, dim)));
        }
        match &expr.ungrouped().kind {
            ExprKind::Member { .. } => Some(self.lines(expr, &[])),
            ExprKind::Index { base, subscripts } if direct => Some(self.lines(base, subscripts)),
            _ => None,
        }
    }

    /// Reads the arguments of a kind of plot, and what it draws.
    fn kind_call(
        &mut self,
        kind: &'static PlotKind,
        function: &'a Expr,
        arguments: &'a [Argument],
        given: &[&'a Argument],
        against: Option<&'a Expr>,
        span: Span,
    ) -> Option<Made> {
        let mut call = KindCall {
            kind,
            plain: Vec::new(),
            named: Vec::new(),
            other: Vec::new(),
            against,
            span,
        };
        let mut looks = Vec::new();
        for argument in arguments {
            let Some(name) = &argument.name else {
                call.plain.push(&argument.value);
                continue;
            };
            if kind.options.contains(&name.name.as_str()) {
                call.named.push(argument);
            } else if model::plots::LOOKS.iter().any(|row| row.name == name.name) {
                looks.push(argument);
            } else if matches!(kind.name, "phase" | "curve") {
                call.other.push(argument);
            } else {
                self.unknown_argument(kind, name, argument.span);
                return None;
            }
        }
        for option in given {
            let taken = option.name.as_ref().map(|name| name.name.as_str());
            if taken.is_some_and(|name| call.named(name).is_none()) {
                call.named.push(option);
            }
        }
        let wanted = match kind.name {
            "phase" => 3..=3,
            "errorbars" | "fill" => 2..=2,
            "histogram" => 1..=2,
            _ => 1..=1,
        };
        if !wanted.contains(&call.plain.len()) {
            let population = ["raster", "rate"].contains(&kind.name);
            let message = match call.plain.len() {
                0 if population => format!("`{}` of which population?", kind.name),
                0 => format!("`{}` of what?", kind.name),
                _ => format!("`{}` does not take these arguments", kind.name),
            };
            let at = if call.plain.is_empty() {
                function.span
            } else {
                span
            };
            self.report(
                Diagnostic::new(codes::ARGUMENTS, at, message)
                    .label(format!("write `{}`", kind.form)),
            );
            return None;
        }
        let mut made = self.kind_made(&call)?;
        for argument in looks {
            if let Some(look) = self.look(argument, &[made.size.as_slice()], made.colors) {
                if let Some(model::figure::Ink::By(values)) = &look.color {
                    made.colors = Some(Dim::Known(values.dimension));
                }
                made.look.take(look);
            }
        }
        Some(made)
    }

    fn unknown_argument(&mut self, kind: &PlotKind, name: &ast::Ident, span: Span) {
        let looks = model::plots::LOOKS.iter().map(|row| row.name);
        let known: Vec<&str> = kind.options.iter().copied().chain(looks).collect();
        let message = format!("`{}` has no option `{}`", kind.name, name.name);
        let diagnostic = Diagnostic::new(codes::OPTION, span, message);
        self.report(match did_you_mean(&name.name, known.iter().copied()) {
            Some(near) => diagnostic.suggest(name.span, near),
            None => diagnostic.label(format!("known: {}", known.join(", "))),
        });
    }

    fn kind_made(&mut self, call: &KindCall<'a>) -> Option<Made> {
        let first = *call.plain.first()?;
        match call.kind.name {
            "raster" | "rate" => self.population_kind(call, first),
            "lines" => self.formed(first, call.against, Form::Line),
            "points" => self.formed(first, call.against, Form::Points),
            "step" => self.formed(first, call.against, Form::Step),
            "bars" => Some(self.curve(first, call.against)?.formed(Form::Bars)),
            "curve" => self.theory(call, first),
            "errorbars" => self.pair(call, false),
            "fill" => self.pair(call, true),
            "histogram" => self.histogram(call, first),
            "image" => self.image(call, first),
            "phase" => self.phase(call),
            _ => None,
        }
    }

    /// Values over time, or computed values, as a line, dots or a staircase.
    fn formed(&mut self, value: &'a Expr, against: Option<&'a Expr>, form: Form) -> Option<Made> {
        let recorded = match against {
            None => self.recorded_lines(value),
            Some(_) => None,
        };
        let made = match recorded {
            Some(made) => made?,
            None => self.curve(value, against)?,
        };
        if form != Form::Points {
            self.lone_point(Some(&made), value, against);
        }
        Some(made.formed(form))
    }

    /// Spikes or the rate of a population.
    fn population_kind(&mut self, call: &KindCall<'a>, of: &'a Expr) -> Option<Made> {
        let (place, picked) = self.elements(of)?;
        if !self.spikes_possible(place.group, of.span) {
            return None;
        }
        let slice = self.contiguous(place, &picked, of.span)?;
        let owner = population_name(of);
        if call.kind.name == "raster" {
            let record = self.spikes_of(&owner, slice, call.span);
            let mut made = Made::over_time(Series::Raster { record, slice }, Dim::NONE);
            made.rows = true;
            made.size = vec![slice.size()];
            return Some(made);
        }
        let smooth = match call.named("smooth") {
            None => None,
            Some(width) => {
                let typed = self.expr(width, &Context::new(0, Role::CONSTANT));
                Some(self.positive_time(&typed, "the smoothing window")?)
            }
        };
        let record = self.rate_of(&owner, slice, call.span);
        let series = Series::Rate { record, smooth };
        let rate = Dim::Known(Dimension::TIME.inverse());
        Some(Made::over_time(series, rate))
    }

    /// A computed value that can be drawn.
    pub fn drawable(&mut self, value: &'a Expr, scope: &Scope) -> Option<Valued> {
        let valued = self.array_value(value, scope);
        let fits = !valued.is_poison()
            && (valued.kind == Wanted::Truth || self.is_numeric(&valued, "what is plotted"));
        fits.then_some(valued)
    }

    /// Computed values over others, over their own axis, or over their index.
    pub fn curve(&mut self, value: &'a Expr, against: Option<&'a Expr>) -> Option<Made> {
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
            if !self.same_length(&y, x) {
                return None;
            }
        }
        let own = match x {
            Some((x, against)) => Some(self.named_plotted(x, against)),
            None => self.own_axis(&y, value.span),
        };
        let size = sizes(&y);
        let lone = y.shape.as_ref().is_some_and(Vec::is_empty);
        let vertical = y.dim;
        let y = self.named_plotted(y, value);
        let series = Series::Curve {
            y: (y.at, y.name),
            x_dimension: own.as_ref().map_or(Dimension::NONE, |x| x.dimension),
            x: own.as_ref().map(|x| (x.at, x.name.clone())),
            y_dimension: y.dimension,
            lone,
        };
        let across = own.map_or(Across::Index, |x| Across::Values(x.dimension));
        Some(Made {
            size,
            lone,
            ..Made::new(series, vertical, across)
        })
    }

    /// The last axes of both are of one length, as far as they are known; otherwise that is reported.
    pub fn same_length(&mut self, y: &Valued, x: &Valued) -> bool {
        let lengths = [x, y].map(|v| v.shape.as_ref().and_then(|s| s.last().copied().flatten()));
        if let [Some(a), Some(b)] = lengths
            && a != b
        {
            self.shapes(y, x);
            return false;
        }
        true
    }

    /// What recorded values, and values that a sweep collected, are drawn over.
    pub fn own_axis(&mut self, y: &Valued, span: Span) -> Option<Plotted> {
        let (kind, name, dimension) = match &y.expr.kind {
            Kind::Samples { record, .. } => {
                let name = "time".to_string();
                (Kind::SampleTimes(*record), name, Dimension::TIME)
            }
            Kind::Rate(record) => (
                Kind::RateTimes(*record),
                "time".to_string(),
                Dimension::TIME,
            ),
            Kind::Slot(slot) => match self.model.slots[*slot].axes.as_slice() {
                [axis] => {
                    let slot = &self.model.slots[*axis];
                    (Kind::Slot(*axis), slot.name.clone(), slot.dimension)
                }
                _ => return None,
            },
            _ => return None,
        };
        let expr = model::array::Expr {
            kind,
            ..model::array::Expr::number(0.0, dimension, span)
        };
        Some(Plotted {
            at: self.plotted(expr),
            name,
            dimension,
        })
    }

    /// A value under the name it is written with.
    pub fn named_plotted(&mut self, value: Valued, written: &Expr) -> Plotted {
        let name = self.curve_name(written);
        let dimension = value.expr.dimension;
        Plotted {
            at: self.plotted(value.expr),
            name,
            dimension,
        }
    }

    /// The position of an expression whose value is drawn.
    pub fn plotted(&mut self, expr: model::array::Expr) -> usize {
        self.model.plotted.push(expr);
        self.model.plotted.len() - 1
    }

    /// What a curve is called: as it is written, if that is short.
    pub fn curve_name(&self, expr: &Expr) -> String {
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

    fn lines(&mut self, member: &'a Expr, subscripts: &'a [Subscript]) -> Option<Made> {
        let ExprKind::Member { base, name } = &member.ungrouped().kind else {
            return None;
        };
        let (place, id, elements) = self.elements_of(base, name, subscripts, member.span)?;
        let owner = population_name(base);
        let record = self.record_of(&owner, place.group, id, &elements, member.span);
        let series = Series::Lines {
            record,
            variable: id,
            elements,
        };
        let dim = self.variable_dim(id);
        Some(Made::over_time(series, dim))
    }
}

fn is_index(expr: &Expr) -> bool {
    matches!(
        expr.ungrouped().kind,
        ExprKind::Index { .. } | ExprKind::Member { .. }
    )
}

/// How many colors computed values may have: one per value of a vector, one per row of a matrix.
fn sizes(y: &Valued) -> Sizes {
    match y.shape.as_deref() {
        Some([Some(count)]) => vec![*count],
        Some([Some(rows), Some(columns)]) => vec![*rows, *columns],
        _ => Sizes::new(),
    }
}
