//! Legends: in the corner that hides nothing, else beside the panel.

use super::font;
use super::layers::{Mapping, prepare};
use super::layout::{Placed, SMALL, fit, wants_legend};
use super::looks::Looks;
use super::surface::{Align, Canvas, Lettering, Pen, Surface};
use super::theme::Theme;
use super::trace::Place;
use crate::figure::marks::{Key, Kind, Mark};
use crate::figure::shape::Marker;
use crate::figure::style::Color;
use crate::figure::{Legend, Panel};

const ROW: f64 = 16.0;
const KEY: f64 = 18.0;
const PAD: f64 = 6.0;
const WIDEST: f64 = 200.0;
/// Lines of the longest legend.
const MOST: usize = 15;

/// Where a legend goes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LegendPlace {
    /// There is none.
    None,
    /// Inside, with this upper left corner.
    Inside(f64, f64),
    /// To the right of the panel, taking this width.
    Outside {
        /// Room it takes.
        width: f64,
    },
}

/// Names, the mark that stands for them, and its number.
struct Entry<'a> {
    names: Vec<&'a str>,
    mark: &'a Mark,
    number: usize,
}

/// What a legend says about a mark: its name, or the words of a line across the panel.
fn name(mark: &Mark) -> &str {
    match &mark.kind {
        Kind::Rule(rule) if mark.name.is_empty() => &rule.label,
        _ => &mark.name,
    }
}

/// Names in order, each once; lines that are one have one entry.
fn entries<'a>(panel: &'a Panel, looks: &Looks) -> Vec<Entry<'a>> {
    let mut found: Vec<Entry> = Vec::new();
    for (number, (mark, twin)) in panel.marks.iter().zip(&looks.twins).enumerate() {
        let name = name(mark);
        if name.is_empty() || found.iter().any(|other| other.names.contains(&name)) {
            continue;
        }
        match found.iter_mut().find(|entry| Some(entry.number) == *twin) {
            Some(entry) => entry.names.push(name),
            None => found.push(Entry {
                names: vec![name],
                mark,
                number,
            }),
        }
    }
    found
}

impl Entry<'_> {
    /// The names, as many as there is room for.
    fn words(&self) -> String {
        let all = self.names.join(", ");
        match self.names.as_slice() {
            [first, .., last] if font::width(&all, SMALL, false) > WIDEST => {
                fit(&format!("{first} … {last}"), SMALL, false, WIDEST)
            }
            _ => fit(&all, SMALL, false, WIDEST),
        }
    }
}

/// How many of a number of entries are shown in a height; the rest is counted in one line more.
fn shown(entries: usize, height: f64) -> usize {
    let room = ((height / ROW) as usize).clamp(2, MOST);
    if entries <= room { entries } else { room - 1 }
}

fn size(placed: &Placed) -> (f64, f64) {
    let height = placed.place.height();
    let entries = entries(placed.panel, &placed.looks);
    let shown = shown(entries.len(), height);
    let widths = entries
        .iter()
        .take(shown)
        .map(|entry| font::width(&entry.words(), SMALL, false));
    let rest = if shown < entries.len() {
        font::width("… and 9999 more", SMALL, false)
    } else {
        0.0
    };
    let widest = widths.fold(rest, f64::max).min(WIDEST);
    let rows = shown + usize::from(shown < entries.len());
    (PAD * 2.0 + KEY + 6.0 + widest, rows as f64 * ROW + PAD)
}

/// Chooses the place of a panel's legend; the panel's own place must be known.
pub fn choose(placed: &Placed) -> LegendPlace {
    let panel = placed.panel;
    if !wants_legend(panel) {
        return LegendPlace::None;
    }
    let (width, height) = size(placed);
    let outside = LegendPlace::Outside { width: width + 8.0 };
    let place = placed.place;
    if panel.legend == Legend::Outside
        || width > 0.5 * place.width()
        || height > 0.6 * place.height()
    {
        return outside;
    }
    free_corner(placed).unwrap_or(outside)
}

/// The place inside a panel, whether or not a corner is free.
pub fn inside(placed: &Placed) -> LegendPlace {
    free_corner(placed).unwrap_or_else(|| {
        let (width, _) = size(placed);
        LegendPlace::Inside(placed.place.right - width - 6.0, placed.place.top + 4.0)
    })
}

/// A corner where a legend hides nothing.
fn free_corner(placed: &Placed) -> Option<LegendPlace> {
    let (width, height) = size(placed);
    let place = placed.place;
    let map = Mapping {
        view: &placed.view,
        place,
        compact: false,
    };
    let (layers, ..) = prepare(&placed.panel.marks, &map, &placed.looks, 2.0);
    let (left, right) = (place.left + 6.0, place.right - width - 6.0);
    let (top, bottom) = (place.top + 4.0, place.bottom - height - 6.0);
    let corners = [(right, top), (left, top), (right, bottom), (left, bottom)];
    let free = corners.into_iter().find(|(x, y)| {
        let part = Place {
            left: x - 2.0,
            top: y - 2.0,
            right: x + width + 2.0,
            bottom: y + height + 2.0,
        };
        layers.iter().all(|layer| layer.crowd(&part) == 0)
    });
    free.map(|(x, y)| LegendPlace::Inside(x, y))
}

/// Draws a panel's legend.
pub fn draw<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme) {
    let (width, height) = size(placed);
    let (x, y) = match placed.legend {
        LegendPlace::None => return,
        LegendPlace::Inside(x, y) => {
            canvas.rectangle((x, y), (x + width, y + height), theme.background, 0.85);
            (x, y)
        }
        // A color bar may stand between.
        LegendPlace::Outside { .. } => (
            placed.place.right + placed.bar_room() + 8.0,
            placed.place.top - 4.0,
        ),
    };
    let entries = entries(placed.panel, &placed.looks);
    let shown = shown(entries.len(), placed.place.height());
    let more = entries.len() - shown;
    let look = Lettering {
        size: SMALL,
        bold: false,
        color: theme.ink,
        align: Align::Start,
        centered: true,
        upright: false,
    };
    let middle = |row: usize| y + PAD / 2.0 + (row as f64 + 0.5) * ROW;
    let text_at = x + PAD + KEY + 6.0;
    for (row, entry) in entries.iter().take(shown).enumerate() {
        let Entry { mark, number, .. } = entry;
        let y = middle(row);
        let color = placed
            .looks
            .colors
            .get(*number)
            .copied()
            .unwrap_or(theme.ink);
        let (from, to) = (x + PAD, x + PAD + KEY);
        match mark.kind.body().key() {
            Key::Line => {
                let width = mark.line_width().max(1.5);
                canvas.line(
                    &[(from, y), (to, y)],
                    Pen {
                        dash: mark.dash,
                        ..Pen::new(color, width)
                    },
                );
            }
            Key::Dot => {
                let marker = match &mark.kind {
                    Kind::Points(points) => points.marker,
                    _ => Marker::Disc,
                };
                let at = ((from + to) / 2.0, y);
                canvas.marker(marker, at, 3.2, Pen::new(color, 1.2), theme.background);
            }
            Key::Box => canvas.rectangle(
                (from + 3.0, y - 4.5),
                (to - 3.0, y + 4.5),
                color,
                mark.alpha(),
            ),
        }
        if matches!(mark.color, Color::By(_)) {
            canvas.dot(((from + to) / 2.0, y), 3.0, theme.muted, 1.0);
        }
        canvas.text((text_at, y), &entry.words(), look);
    }
    if more > 0 {
        let look = Lettering {
            color: theme.muted,
            ..look
        };
        canvas.text(
            (text_at, middle(shown)),
            &format!("… and {more} more"),
            look,
        );
    }
}
