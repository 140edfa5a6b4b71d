//! Where everything stands: margins for labels, legends and color bars; panels of one column share their left and right edges.

use super::font;
use super::legend::{self, LegendPlace};
use super::looks::Looks;
use super::theme::Theme;
use super::trace::Place;
use crate::figure::axis::AxisView;
use crate::figure::marks::Kind;
use crate::figure::style::ColorScale;
use crate::figure::ticks::Tick;
use crate::figure::{Figure, Legend, Panel, View};
use crate::units::display::choose;

/// Font size of tick labels and legends.
pub const SMALL: f64 = 11.0;
/// Font size of the words at a line across the panel.
pub const WORDS: f64 = 10.5;
/// Font size of axis captions.
pub const CAPTION: f64 = 12.0;
/// Font size of panel titles.
pub const TITLE: f64 = 13.0;
/// Font size of the figure's title.
pub const HEADING: f64 = 15.0;
/// Length of a tick.
pub const TICK: f64 = 4.0;
/// Width of a color bar.
pub const BAR: f64 = 11.0;
/// Height of an axis caption with the air around it.
const CAPTION_ROOM: f64 = CAPTION + 7.0;
const MARGIN: f64 = 12.0;
const GAP: f64 = 14.0;

/// The size of a figure in points, a ninety-sixth of an inch each.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Size {
    /// The usual size of a figure: as wide as a page for one column, wider for more.
    pub fn of(figure: &Figure) -> Size {
        let columns = figure.grid_columns();
        let rows = figure.panels.len().max(1).div_ceil(columns);
        let (width, height) = match (columns, rows) {
            (1, 1) => (640.0, 360.0),
            (1, _) => (640.0, 240.0),
            (2, _) => (430.0, 270.0),
            _ => (340.0, 240.0),
        };
        let heading = if figure.title.is_empty() { 0.0 } else { 24.0 };
        Size {
            width: columns as f64 * width,
            height: rows as f64 * height + heading,
        }
    }
}

/// A panel with its place and everything around it measured.
pub struct Placed<'a> {
    /// The panel.
    pub panel: &'a Panel,
    /// Colors of its marks.
    pub looks: Looks,
    /// Limits and units.
    pub view: View,
    /// Ticks of the horizontal axis.
    pub x_ticks: Vec<Tick>,
    /// Ticks of the vertical axis.
    pub y_ticks: Vec<Tick>,
    /// Ticks of the vertical axis to the right.
    pub right_ticks: Vec<Tick>,
    /// Caption of the horizontal axis; empty when a panel below says it.
    pub x_caption: String,
    /// True when words of level lines stand to the right of the panel.
    pub side_words: bool,
    /// Where the data is drawn.
    pub place: Place,
    /// Where the legend goes.
    pub legend: LegendPlace,
    /// Color bar: its scale, axis and ticks.
    pub bar: Option<(&'a ColorScale, AxisView, Vec<Tick>)>,
    margins: Margins,
}

#[derive(Clone, Copy, Default)]
struct Margins {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Places all panels of a figure.
pub fn arrange<'a>(figure: &'a Figure, theme: &Theme, size: Size) -> Vec<Placed<'a>> {
    let columns = figure.grid_columns();
    let rows = figure.panels.len().max(1).div_ceil(columns);
    let grid = Grid {
        columns,
        rows,
        heading: if figure.title.is_empty() {
            0.0
        } else {
            HEADING * 1.6
        },
        size,
    };
    let (width, height) = (grid.across() / columns as f64, grid.down() / rows as f64);
    let mut placed: Vec<Placed> = figure
        .panels
        .iter()
        .map(|panel| measure(panel, theme, width, height))
        .collect();
    if figure.film.is_some() {
        // The time of a frame stands above the first row.
        for panel in placed.iter_mut().take(columns) {
            panel.margins.top = panel.margins.top.max(TITLE + 12.0);
        }
    }
    share_captions(&mut placed, columns);
    grid.align(&mut placed);
    // A legend that finds no free corner moves outside, which takes room from the panels of its column.
    let mut moved = false;
    for panel in &mut placed {
        panel.legend = legend::choose(panel);
        if let LegendPlace::Outside { width } = panel.legend {
            panel.margins.right += width;
            moved = true;
        }
    }
    if moved {
        grid.align(&mut placed);
        // Panels are narrower now: legends inside are placed again.
        for panel in &mut placed {
            if let LegendPlace::Inside(..) = panel.legend {
                panel.legend = legend::inside(panel);
            }
        }
    }
    placed
}

/// Panels above one with the same horizontal axis leave its caption to the lowest.
fn share_captions(placed: &mut [Placed], columns: usize) {
    let axes: Vec<AxisView> = placed.iter().map(|p| p.view.x.clone()).collect();
    for (k, panel) in placed.iter_mut().enumerate() {
        if !panel.x_caption.is_empty() && axes.get(k + columns) == axes.get(k) {
            panel.x_caption.clear();
            panel.margins.bottom -= CAPTION_ROOM;
        }
    }
}

struct Grid {
    columns: usize,
    rows: usize,
    heading: f64,
    size: Size,
}

impl Grid {
    /// Width for all columns together.
    fn across(&self) -> f64 {
        self.size.width - 2.0 * MARGIN - GAP * (self.columns - 1) as f64
    }
    /// Height for all rows together.
    fn down(&self) -> f64 {
        self.size.height - 2.0 * MARGIN - self.heading - GAP * (self.rows - 1) as f64
    }
    /// Gives all panels one width and one height, with room for the widest margins of each column and row.
    fn align(&self, placed: &mut [Placed]) {
        let margins: Vec<Margins> = placed.iter().map(|p| p.margins).collect();
        let largest = |same: &dyn Fn(usize) -> bool, side: fn(&Margins) -> f64| {
            let here = margins.iter().enumerate().filter(|(k, _)| same(*k));
            here.map(|(_, m)| side(m)).fold(0.0, f64::max)
        };
        let columns: Vec<(f64, f64)> = (0..self.columns)
            .map(|c| {
                (
                    largest(&|k| k % self.columns == c, |m| m.left),
                    largest(&|k| k % self.columns == c, |m| m.right),
                )
            })
            .collect();
        let rows: Vec<(f64, f64)> = (0..self.rows)
            .map(|r| {
                (
                    largest(&|k| k / self.columns == r, |m| m.top),
                    largest(&|k| k / self.columns == r, |m| m.bottom),
                )
            })
            .collect();
        // A figure without room keeps slivers.
        let share = |room: f64, margins: &[(f64, f64)]| {
            let taken: f64 = margins.iter().map(|(a, b)| a + b).sum();
            ((room - taken) / margins.len() as f64).max(10.0)
        };
        let (width, height) = (share(self.across(), &columns), share(self.down(), &rows));
        for (k, panel) in placed.iter_mut().enumerate() {
            let (Some(column), Some(row)) = (
                columns.get(..=k % self.columns),
                rows.get(..=k / self.columns),
            ) else {
                continue;
            };
            let before = |margins: &[(f64, f64)], size: f64| {
                let all: f64 = margins.iter().map(|(a, b)| a + b + size + GAP).sum();
                all - margins.last().map_or(0.0, |(_, after)| after + size + GAP)
            };
            // Half points keep thin axes on one row of pixels.
            let half = |v: f64| v.round() + 0.5;
            let (left, top) = (
                MARGIN + before(column, width),
                MARGIN + self.heading + before(row, height),
            );
            panel.place = Place {
                left: half(left),
                top: half(top),
                right: half(left + width),
                bottom: half(top + height),
            };
        }
    }
}

fn measure<'a>(panel: &'a Panel, theme: &Theme, width: f64, height: f64) -> Placed<'a> {
    let view = panel.view();
    let y_ticks = view
        .y
        .ticks(((height - 60.0) / 52.0).clamp(2.0, 8.0) as usize);
    let widest = |ticks: &[Tick]| {
        ticks
            .iter()
            .map(|t| font::width(&t.label, SMALL, false))
            .fold(0.0, f64::max)
    };
    let caption = |axis: &AxisView| {
        if axis.caption().is_empty() {
            0.0
        } else {
            CAPTION_ROOM
        }
    };
    let left = widest(&y_ticks) + TICK + 4.0 + caption(&view.y);
    // Labels of the horizontal axis need air between them.
    let mut target = ((width - left) / 80.0).clamp(2.0, 10.0) as usize;
    let mut x_ticks = view.x.ticks(target);
    let labels = |ticks: &[Tick]| ticks.iter().filter(|t| !t.label.is_empty()).count() as f64;
    while target > 2 && widest(&x_ticks) * 1.5 * labels(&x_ticks) > width - left {
        target -= 1;
        x_ticks = view.x.ticks(target);
    }
    let right_ticks = view.right.as_ref().map_or(Vec::new(), |right| {
        right.ticks(((height - 60.0) / 52.0).clamp(2.0, 8.0) as usize)
    });
    let scale = panel.marks.iter().find_map(|mark| mark.scale());
    let bar = scale.map(|scale| color_bar(scale, height));
    let room = bar.as_ref().map_or(0.0, |(_, axis, ticks)| {
        12.0 + BAR + 8.0 + widest(ticks) + caption(axis)
    });
    let last = x_ticks
        .last()
        .map_or(0.0, |tick| font::width(&tick.label, SMALL, false) / 2.0);
    let words = side_words(panel);
    let beside = words
        .map(|w| font::width(w, WORDS, false))
        .fold(0.0, f64::max);
    let side_words = beside > 0.0 && bar.is_none() && view.right.is_none();
    let twin = right_room(&view, &right_ticks);
    let margins = Margins {
        left,
        right: (room + twin)
            .max(last + 2.0)
            .max(if side_words { beside + 8.0 } else { 0.0 }),
        top: if panel.title.is_empty() {
            6.0
        } else {
            TITLE + 12.0
        },
        bottom: TICK + 5.0 + SMALL + caption(&view.x),
    };
    let place = Place {
        left: 0.0,
        top: 0.0,
        right: width,
        bottom: height,
    };
    Placed {
        panel,
        looks: Looks::of(&panel.marks, theme),
        x_caption: view.x.caption(),
        side_words,
        view,
        x_ticks,
        y_ticks,
        right_ticks,
        place,
        legend: LegendPlace::None,
        bar,
        margins,
    }
}

/// Room that the vertical axis to the right takes.
pub fn right_room(view: &View, ticks: &[Tick]) -> f64 {
    let Some(axis) = &view.right else { return 0.0 };
    let widths = ticks.iter().map(|t| font::width(&t.label, SMALL, false));
    let caption = if axis.caption().is_empty() {
        0.0
    } else {
        CAPTION_ROOM
    };
    TICK + 4.0 + widths.fold(0.0, f64::max) + caption
}

fn color_bar(scale: &ColorScale, height: f64) -> (&ColorScale, AxisView, Vec<Tick>) {
    let (low, high) = scale.limits();
    let axis = AxisView {
        label: scale.label.clone(),
        unit: choose(scale.dimension, low.abs().max(high.abs())),
        scale: scale.scale,
        low,
        high,
        whole: false,
    };
    let ticks = axis.ticks(((height - 50.0) / 42.0).clamp(2.0, 6.0) as usize);
    (scale, axis, ticks)
}

/// True when a panel wants a legend at all.
pub fn wants_legend(panel: &Panel) -> bool {
    let names = panel
        .marks
        .iter()
        .filter(|mark| !mark.name.is_empty())
        .count();
    match panel.legend {
        Legend::Hidden => false,
        Legend::Auto => names >= 2,
        Legend::Outside => names >= 1,
    }
}

/// Words of level lines, where no legend says them.
fn side_words(panel: &Panel) -> impl Iterator<Item = &str> {
    let wanted = !wants_legend(panel);
    panel
        .marks
        .iter()
        .filter(move |_| wanted)
        .filter_map(|mark| match &mark.kind {
            Kind::Rule(rule) if !rule.vertical => Some(rule.label.as_str()),
            _ => None,
        })
}

/// A text cut to a width, with an ellipsis.
pub fn fit(text: &str, size: f64, bold: bool, width: f64) -> String {
    if font::width(text, size, bold) <= width {
        return text.to_string();
    }
    let mut short = text.to_string();
    while short.pop().is_some() {
        let candidate = format!("{}…", short.trim_end());
        if font::width(&candidate, size, bold) <= width {
            return candidate;
        }
    }
    String::new()
}
