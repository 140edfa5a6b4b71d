//! The kinds of plots and the options of plots, figures and marks: what the checker accepts, the manual lists and editors complete.
//!
//! A kind is a row here, an arm in the checker's `series`, and a function of the `plot` bridge.

use std::fmt::Write;

/// A kind of plot.
#[derive(Debug, PartialEq)]
pub struct PlotKind {
    /// Its name, as it is called.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// Its named arguments, which may also be written as options of the plot.
    pub options: &'static [&'static str],
}

/// An option.
#[derive(Debug, PartialEq)]
pub struct PlotOption {
    /// Its name.
    pub name: &'static str,
    /// What is written behind it.
    pub form: &'static str,
    /// What it does.
    pub about: &'static str,
}

macro_rules! kinds {
    ($($name:literal $form:literal $about:literal [$($option:literal),*];)*) => {
        /// All kinds.
        pub const KINDS: &[PlotKind] = &[$(PlotKind {
            name: $name,
            form: $form,
            about: $about,
            options: &[$($option),*],
        },)*];
    };
}

macro_rules! options {
    ($name:ident $doc:literal $($option:literal $form:literal $about:literal;)*) => {
        #[doc = $doc]
        pub const $name: &[PlotOption] = &[$(PlotOption {
            name: $option,
            form: $form,
            about: $about,
        },)*];
    };
}

kinds! {
    "raster" "raster(P)" "one tick per spike, one row per neuron" [];
    "rate" "rate(P, smooth: 5 ms)" "the population rate, smoothed with a Gaussian window of that standard deviation" ["smooth"];
    "lines" "lines(y) vs x" "a line through values, as without a kind; for a line with a look of its own" [];
    "points" "points(y) vs x" "a dot per value" [];
    "step" "step(y) vs x" "a line that keeps each value until the next" [];
    "bars" "bars(y) vs x" "a bar per value" [];
    "curve" "curve(f(x), x: 0 .. 1)" "an expression over a variable of its own: a theory beside the data" ["samples"];
    "errorbars" "errorbars(mean, error) vs x" "dots with intervals: `mean - error` to `mean + error`" [];
    "fill" "fill(low, high) vs x" "the area between two lines" [];
    "histogram" "histogram(x, bins: 30)" "how often values lie between edges; `bins` is their number, `edges` lists them, `density: true` makes the area 1" ["bins", "edges", "density"];
    "image" "image(z)" "values in rows and columns as colors: a matrix, a swept value over its two axes, the weights `S.w` between neurons, `P.v` over time and neurons" ["x", "y"];
    "phase" "phase(P, v, w)" "the phase plane of two variables: trajectories, and with `true` behind them `nullclines`, `vectors`, `fixed_points`; other variables are held where they are, or where `name: value` puts them" ["nullclines", "vectors", "fixed_points", "trajectories"];
}

options! {
    LOOKS "How marks look: behind a plot for all of it, within a kind, as in `points(y, label: \"data\")`, for that alone."
    "label" "\"measured\"" "the name in the legend";
    "color" "blue, 2, rate" "a color by name, by number in the palette, or by values: one per mark, line, or neuron of a raster, with a color bar";
    "style" "dashed, dotted, solid" "the pattern of lines";
    "width" "2" "the width of lines, in points";
    "size" "3" "the radius of dots, in points";
    "opacity" "0.5" "0 is clear, 1 is solid";
    "axis" "right, left" "the vertical axis of an entry, in its parentheses: a second one, to the right, may have another unit";
    "colors" "sequential, diverging, cyclic" "the series of colors for values";
    "clim" "0 mV .. 5 mV" "the values of the first and last color";
    "cscale" "log, linear" "equal steps of color for equal ratios of values";
    "clabel" "\"weight\"" "the caption of the color bar";
}

options! {
    PANEL "Options of a plot as a whole."
    "xlabel" "\"current\"" "the caption of the horizontal axis";
    "ylabel" "\"rate\"" "the caption of the vertical axis";
    "xlim" "0 ms .. 50 ms" "the ends of the horizontal axis";
    "ylim" "-80 mV .. 0 mV" "the ends of the vertical axis";
    "xscale" "log, linear" "equal distances for equal ratios";
    "yscale" "log, linear" "the same for the vertical axis";
    "rlabel" "\"current\"" "the caption of the vertical axis to the right";
    "rlim" "0 nA .. 2 nA" "the ends of the axis to the right";
    "rscale" "log, linear" "equal distances for equal ratios on the axis to the right";
    "legend" "true, false, outside" "where the names stand: in a free corner, nowhere, to the right";
}

options! {
    FIGURE "Options of a figure."
    "columns" "2" "panels side by side";
    "share" "x, y, both" "panels with an axis of one dimension have the same limits";
}

options! {
    FILM "Options of a plot on its own, and of a figure: it moves."
    "animate" "5 ms" "a frame every so much time of the simulation: what is drawn over time grows, all else is drawn with the values of that moment";
    "play" "4 s" "how long all frames are shown";
}

options! {
    MARK "Options of a mark."
    "label" "\"threshold\"" "a few words beside it";
    "style" "dashed, dotted, solid" "the pattern of its line";
    "color" "blue, 2" "a color by name or number; gray without";
    "x" "50 ms" "with `mark y`: a place instead of a line, where the label stands";
    "y" "-50 mV" "the same with `mark x`";
}

/// Colors by name: what the palette's numbers look like, text and quiet gray.
pub const COLOR_NAMES: &[(&str, Named)] = &[
    ("blue", Named::Palette(0)),
    ("orange", Named::Palette(1)),
    ("green", Named::Palette(2)),
    ("pink", Named::Palette(3)),
    ("yellow", Named::Palette(4)),
    ("sky", Named::Palette(5)),
    ("brown", Named::Palette(6)),
    ("black", Named::Ink),
    ("gray", Named::Muted),
];

/// A color that the theme decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// Of the palette.
    Palette(usize),
    /// Of text.
    Ink,
    /// A quiet gray.
    Muted,
}

/// The kind of a name.
pub fn kind(name: &str) -> Option<&'static PlotKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The tables as Markdown, for the manual.
pub fn reference() -> String {
    let mut out = String::from("## Kinds\n\n| plot | shows |\n|---|---|\n");
    for kind in KINDS {
        let _ = writeln!(out, "| `{}` | {} |", kind.form, kind.about);
    }
    let sections = [
        ("Options of a plot", PANEL),
        ("Looks", LOOKS),
        ("Options of a figure", FIGURE),
        ("Options of what moves", FILM),
        ("Options of a mark", MARK),
    ];
    for (title, options) in sections {
        let _ = write!(
            out,
            "\n## {title}\n\n| option | values | |\n|---|---|---|\n"
        );
        for option in options {
            let _ = writeln!(
                out,
                "| `{}` | `{}` | {} |",
                option.name,
                option.form.replace(", ", "`, `"),
                option.about
            );
        }
    }
    out
}
