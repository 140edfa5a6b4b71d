//! Draws a panel: grid, data, axes, rules, labels, color bar.

use plotters::prelude::IntoDrawingArea;

use super::font;
use super::layers::{Layer, Mapping, Rule, Words, prepare};
use super::layout::{BAR, CAPTION, Placed, SMALL, TICK, TITLE, WORDS, fit, right_room};
use super::legend::LegendPlace;
use super::looks::Looks;
use super::pixels::{PixelBackend, Pixels};
use super::surface::{Align, Canvas, Lettering, Pen, Picture, Surface};
use super::theme::{Rgb, Theme, map_color};
use super::trace::Place;
use crate::figure::marks::{Kind, Mark};

/// Pixels per point of layers that become pictures in vector files.
const LAYER_SCALE: f64 = 2.0;

impl Placed<'_> {
    /// Room that the right axis and the color bar take beside the panel.
    pub fn bar_room(&self) -> f64 {
        let twin = self.twin_room();
        twin + self.bar.as_ref().map_or(0.0, |(_, axis, ticks)| {
            let widest = ticks
                .iter()
                .map(|t| font::width(&t.label, SMALL, false))
                .fold(0.0, f64::max);
            20.0 + BAR
                + widest
                + if axis.caption().is_empty() {
                    0.0
                } else {
                    CAPTION + 7.0
                }
        })
    }
    fn twin_room(&self) -> f64 {
        right_room(&self.view, &self.right_ticks)
    }
    /// The color of the words of an axis: that of the only mark on it, where two axes share the panel.
    fn axis_color(&self, right: bool, other: Rgb) -> Rgb {
        let marks = self.panel.marks.iter().zip(&self.looks.twins);
        let is_own = |mark: &Mark| mark.right == right && !mark.kind.is_annotation();
        let mut own = marks
            .zip(&self.looks.colors)
            .filter(|((mark, twin), _)| twin.is_none() && is_own(mark));
        match (self.view.right.is_some(), own.next(), own.next()) {
            (true, Some((_, color)), None) => *color,
            _ => other,
        }
    }
    fn has(&self, test: fn(&Kind) -> bool) -> bool {
        self.panel.marks.iter().any(|mark| test(&mark.kind))
    }
}

/// Draws a panel as it stands. A vector file gets at most `budget` coordinates of data; more becomes a picture.
pub fn draw<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme, budget: usize) {
    grid(canvas, placed, theme);
    let marks = &placed.panel.marks;
    let lines = data(canvas, placed, (marks, &placed.looks), budget, LAYER_SCALE);
    frame(canvas, placed, theme, &lines);
}

/// Lines across a panel and words in it, which stand in front of its data.
#[derive(Default)]
pub struct Notes {
    rules: Vec<Rule>,
    words: Vec<Words>,
}

/// Draws the data of a panel, as a picture of `scale` pixels per point where it is too dense for a vector file.
pub fn data<B: Surface>(
    canvas: &Canvas<B>,
    placed: &Placed,
    (marks, looks): (&[Mark], &Looks),
    budget: usize,
    scale: f64,
) -> Notes {
    let place = placed.place;
    let map = Mapping {
        view: &placed.view,
        place,
        // Frames are drawn coarsely.
        compact: B::VECTOR && scale < LAYER_SCALE,
    };
    let (mut layers, mut rules, words) = prepare(marks, &map, looks, 0.5);
    let weight = |layers: &[Layer]| layers.iter().map(Layer::weight).sum::<usize>();
    if B::VECTOR && weight(&layers) > budget {
        (layers, rules, _) = prepare(marks, &map, looks, 1.0);
    }
    if B::VECTOR && weight(&layers) > budget {
        let (room, picture) = as_picture(&layers, place, scale);
        canvas.picture([room.left, room.top, room.width(), room.height()], &picture);
    } else {
        layers.iter().for_each(|layer| layer.draw(canvas));
    }
    Notes { rules, words }
}

/// The data of a panel as a picture, and where that stands.
pub fn picture(placed: &Placed, scale: f64) -> (Place, Picture) {
    let map = Mapping {
        view: &placed.view,
        place: placed.place,
        compact: false,
    };
    let (layers, ..) = prepare(&placed.panel.marks, &map, &placed.looks, 0.5);
    as_picture(&layers, placed.place, scale)
}

/// Draws what stands in front of the data of a panel.
pub fn frame<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme, notes: &Notes) {
    for rule in &notes.rules {
        draw_rule(canvas, rule, placed, theme);
    }
    for words in &notes.words {
        draw_words(canvas, words, placed.place, theme);
    }
    axes(canvas, placed, theme);
    labels(canvas, placed, theme);
    color_bar(canvas, placed, theme);
    super::legend::draw(canvas, placed, theme);
}

/// The rules and words of a panel.
pub fn notes(placed: &Placed) -> Notes {
    let map = Mapping {
        view: &placed.view,
        place: placed.place,
        compact: false,
    };
    let marks: Vec<Mark> = placed
        .panel
        .marks
        .iter()
        .filter(|mark| mark.kind.is_annotation())
        .cloned()
        .collect();
    let looks = Looks::of(&marks, &placed.looks.theme);
    let (_, rules, words) = prepare(&marks, &map, &looks, 0.5);
    Notes { rules, words }
}

fn as_picture(layers: &[Layer], place: Place, scale: f64) -> (Place, Picture) {
    let room = place.grown(1.0);
    let pixels = |points: f64| (points * scale).ceil().max(1.0) as usize;
    let mut pixels = Pixels::new(pixels(room.width()), pixels(room.height()));
    let area = PixelBackend::new(&mut pixels, scale, (room.left, room.top)).into_drawing_area();
    let canvas = Canvas::new(&area);
    layers.iter().for_each(|layer| layer.draw(&canvas));
    drop(area);
    (room, pixels.picture)
}

/// A tick's place along its axis and its label.
type TickPlace<'p> = (f64, &'p str);

fn tick_places<'p>(placed: &'p Placed) -> (Vec<TickPlace<'p>>, Vec<TickPlace<'p>>) {
    let place = placed.place;
    let x = placed.x_ticks.iter().map(|t| {
        (
            place.left + placed.view.x.position(t.value) * place.width(),
            t.label.as_str(),
        )
    });
    let y = placed.y_ticks.iter().map(|t| {
        (
            place.bottom - placed.view.y.position(t.value) * place.height(),
            t.label.as_str(),
        )
    });
    (x.collect(), y.collect())
}

/// Draws the grid behind the data of a panel.
pub fn grid<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme) {
    if placed.has(|kind| matches!(kind, Kind::Image(_))) {
        return;
    }
    let place = placed.place;
    let (x, y) = tick_places(placed);
    let pen = Pen::new(theme.grid, 0.8);
    // Rows of a raster are lines enough; bars stand free between level lines.
    let level = !placed.has(|kind| matches!(kind, Kind::Raster(_)));
    let upright = !placed.has(|kind| matches!(kind, Kind::Bars(_)));
    for (x, _) in x.iter().filter(|(_, label)| upright && !label.is_empty()) {
        canvas.line(&[(*x, place.top), (*x, place.bottom)], pen);
    }
    for (y, _) in y.iter().filter(|(_, label)| level && !label.is_empty()) {
        canvas.line(&[(place.left, *y), (place.right, *y)], pen);
    }
}

fn axes<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme) {
    let place = placed.place;
    let pen = Pen::new(theme.axis, 1.0);
    canvas.line(&[(place.left, place.top), (place.left, place.bottom)], pen);
    canvas.line(
        &[
            (place.left - 0.5, place.bottom),
            (place.right, place.bottom),
        ],
        pen,
    );
    if placed.has(|kind| matches!(kind, Kind::Image(_))) {
        canvas.line(
            &[(place.right, place.top), (place.right, place.bottom)],
            pen,
        );
        canvas.line(
            &[
                (place.left - 0.5, place.top),
                (place.right + 0.5, place.top),
            ],
            pen,
        );
    }
    let look = Lettering {
        size: SMALL,
        bold: false,
        color: theme.axis,
        align: Align::Middle,
        centered: true,
        upright: false,
    };
    let (x, y) = tick_places(placed);
    let length = |label: &str| if label.is_empty() { TICK / 2.0 } else { TICK };
    for (x, label) in x {
        canvas.line(&[(x, place.bottom), (x, place.bottom + length(label))], pen);
        canvas.text((x, place.bottom + TICK + 4.0 + SMALL / 2.0), label, look);
    }
    for (y, label) in y {
        canvas.line(&[(place.left - length(label), y), (place.left, y)], pen);
        canvas.text(
            (place.left - TICK - 4.0, y),
            label,
            Lettering {
                align: Align::End,
                color: placed.axis_color(false, theme.axis),
                ..look
            },
        );
    }
    let Some(right) = &placed.view.right else {
        return;
    };
    canvas.line(
        &[(place.right, place.top), (place.right, place.bottom)],
        pen,
    );
    for tick in &placed.right_ticks {
        let y = place.bottom - right.position(tick.value) * place.height();
        canvas.line(
            &[(place.right, y), (place.right + length(&tick.label), y)],
            pen,
        );
        canvas.text(
            (place.right + TICK + 4.0, y),
            &tick.label,
            Lettering {
                align: Align::Start,
                color: placed.axis_color(true, theme.axis),
                ..look
            },
        );
    }
}

fn labels<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme) {
    let place = placed.place;
    let (_, y) = tick_places(placed);
    let look = Lettering {
        size: CAPTION,
        bold: false,
        color: theme.ink,
        align: Align::Middle,
        centered: true,
        upright: false,
    };
    let (across, up) = (&placed.x_caption, placed.view.y.caption());
    let middle = (
        (place.left + place.right) / 2.0,
        (place.top + place.bottom) / 2.0,
    );
    let below = place.bottom + TICK + 5.0 + SMALL + 2.0 + CAPTION / 2.0;
    canvas.text(
        (middle.0, below),
        &fit(across, CAPTION, false, place.width() + 40.0),
        look,
    );
    let widest = y
        .iter()
        .map(|(_, label)| font::width(label, SMALL, false))
        .fold(0.0, f64::max);
    let beside = place.left - TICK - 4.0 - widest - 6.0 - CAPTION / 2.0;
    canvas.text(
        (beside, middle.1),
        &fit(&up, CAPTION, false, place.height() + 16.0),
        Lettering {
            upright: true,
            color: placed.axis_color(false, theme.ink),
            ..look
        },
    );
    if let Some(right) = &placed.view.right {
        canvas.text(
            (place.right + placed.twin_room() - CAPTION / 2.0, middle.1),
            &fit(&right.caption(), CAPTION, false, place.height() + 16.0),
            Lettering {
                upright: true,
                color: placed.axis_color(true, theme.ink),
                ..look
            },
        );
    }
    let title = fit(&placed.panel.title, TITLE, true, place.width());
    let look_title = Lettering {
        size: TITLE,
        bold: true,
        align: Align::Start,
        centered: false,
        ..look
    };
    canvas.text((place.left, place.top - 9.0), &title, look_title);
    let data = placed
        .panel
        .marks
        .iter()
        .filter(|mark| !mark.kind.is_annotation());
    if data.map(|mark| mark.kind.body().count()).sum::<usize>() == 0 {
        let raster = placed.has(|kind| matches!(kind, Kind::Raster(_)));
        let words = if raster { "no spikes" } else { "no data" };
        canvas.text(
            middle,
            words,
            Lettering {
                color: theme.muted,
                ..look
            },
        );
    }
}

fn draw_rule<B: Surface>(canvas: &Canvas<B>, rule: &Rule, placed: &Placed, theme: &Theme) {
    canvas.line(&rule.ends, rule.pen);
    if placed.legend != LegendPlace::None {
        return;
    }
    let place = placed.place;
    let look = Lettering {
        size: WORDS,
        bold: false,
        color: theme.muted,
        align: Align::Start,
        centered: true,
        upright: false,
    };
    let [_, (x, y)] = rule.ends;
    let (at, align) = match (rule.vertical, placed.side_words) {
        (false, true) => ((x + 6.0, y), Align::Start),
        // Above the line, unless it is at the very top.
        (false, false) if y - place.top > WORDS * 1.3 => ((x - 4.0, y - WORDS * 0.75), Align::End),
        (false, false) => ((x - 4.0, y + WORDS * 0.75), Align::End),
        (true, _) if x > (place.left + place.right) / 2.0 => {
            ((x - 5.0, place.top + WORDS * 0.6), Align::End)
        }
        (true, _) => ((x + 5.0, place.top + WORDS * 0.6), Align::Start),
    };
    canvas.text(at, &rule.label, Lettering { align, ..look });
}

/// Words beside a point, on the side where there is room, or in the middle of a strip.
fn draw_words<B: Surface>(canvas: &Canvas<B>, words: &Words, place: Place, theme: &Theme) {
    let (x, y) = words.at;
    let wide = font::width(&words.text, WORDS, false);
    let ((x, y), align) = if words.centered {
        ((x, y + WORDS * 0.8), Align::Middle)
    } else {
        let above = if y - place.top > WORDS * 1.6 {
            -1.0
        } else {
            1.0
        };
        let y = y + above * WORDS * 0.85;
        if x + 6.0 + wide > place.right {
            ((x - 6.0, y), Align::End)
        } else {
            ((x + 6.0, y), Align::Start)
        }
    };
    let look = Lettering {
        size: WORDS,
        bold: false,
        color: theme.ink,
        align,
        centered: true,
        upright: false,
    };
    canvas.text((x, y), &words.text, look);
}

fn color_bar<B: Surface>(canvas: &Canvas<B>, placed: &Placed, theme: &Theme) {
    let Some((scale, axis, ticks)) = &placed.bar else {
        return;
    };
    let place = placed.place;
    let left = place.right + 12.0 + placed.twin_room();
    let right = left + BAR;
    let steps = 128;
    // Images cover the ground, so that they may use all colors.
    let whole = placed.has(|kind| matches!(kind, Kind::Image(_)));
    let rgba = (0..steps).rev().flat_map(|k| {
        let position = f64::from(k) / f64::from(steps - 1);
        let (r, g, b) = if whole {
            map_color(scale.map, position)
        } else {
            theme.shade(scale.map, position)
        };
        [r, g, b, 255]
    });
    let picture = Picture {
        width: 1,
        height: steps as usize,
        rgba: rgba.collect(),
        crisp: false,
    };
    canvas.picture([left, place.top, BAR, place.height()], &picture);
    let pen = Pen::new(theme.axis, 1.0);
    let look = Lettering {
        size: SMALL,
        bold: false,
        color: theme.axis,
        align: Align::Start,
        centered: true,
        upright: false,
    };
    let mut widest = 0.0f64;
    for tick in ticks {
        let y = place.bottom - axis.position(tick.value) * place.height();
        canvas.line(&[(right, y), (right + TICK, y)], pen);
        canvas.text((right + TICK + 4.0, y), &tick.label, look);
        widest = widest.max(font::width(&tick.label, SMALL, false));
    }
    let caption = fit(&axis.caption(), CAPTION, false, place.height() + 16.0);
    let at = (
        right + TICK + 4.0 + widest + 6.0 + CAPTION / 2.0,
        (place.top + place.bottom) / 2.0,
    );
    canvas.text(
        at,
        &caption,
        Lettering {
            size: CAPTION,
            color: theme.ink,
            align: Align::Middle,
            upright: true,
            ..look
        },
    );
}
