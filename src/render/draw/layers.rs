//! Marks on paper: each mark's shapes mapped to points, clipped and thinned, then drawn in one go.

use super::cells;
use super::looks::Looks;
use super::surface::{Canvas, Pen, Picture, Surface};
use super::theme::{Rgb, Theme};
use super::trace::{Place, clip, thin};
use crate::figure::marks::{Kind, Mark};
use crate::figure::shape::{Marker, Shape};
use crate::figure::style::ColorScale;
use crate::figure::{Values, View};

type Spot = (f64, f64);

/// What a layer is made of, in points.
pub enum Items {
    /// Lines.
    Lines(Vec<Vec<Spot>>),
    /// Filled areas.
    Areas(Vec<Vec<Spot>>),
    /// Filled rectangles by two corners.
    Boxes(Vec<(Spot, Spot)>),
    /// Markers of a radius.
    Dots(Vec<Spot>, f64, Marker),
    /// Cells of an image: its place (left, top, width, height).
    Cells([f64; 4], Picture),
}

/// A mark on paper.
pub struct Layer {
    pen: Pen,
    items: Items,
    /// The color of each item, where they differ.
    colors: Option<Vec<Rgb>>,
    /// The color behind everything, inside open markers.
    ground: Rgb,
    /// True for shades and directions, which a legend may cover.
    behind: bool,
}

/// A line across the panel with its words.
pub struct Rule {
    /// Its ends.
    pub ends: [Spot; 2],
    /// Its look.
    pub pen: Pen,
    /// Words at its end.
    pub label: String,
    /// True for an upright line.
    pub vertical: bool,
}

/// A few words beside a point.
pub struct Words {
    /// The point.
    pub at: Spot,
    /// The words.
    pub text: String,
    /// True where they stand in the middle of a strip, under its upper edge.
    pub centered: bool,
}

/// Maps values of a panel to points on paper.
pub struct Mapping<'a> {
    /// Axes.
    pub view: &'a View,
    /// Where the panel is.
    pub place: Place,
    /// True where a cell of an image becomes a single pixel that a viewer stretches: for files of many frames.
    pub compact: bool,
}

impl Mapping<'_> {
    fn x(&self, value: f64) -> f64 {
        self.place.left + self.view.x.position(value) * self.place.width()
    }
    fn y(&self, value: f64) -> f64 {
        self.place.bottom - self.view.y.position(value) * self.place.height()
    }
    fn spots<'v>(&'v self, x: &'v Values, y: &'v Values) -> impl Iterator<Item = Spot> + 'v {
        x.iter()
            .zip(y.iter())
            .map(|(x, y)| (self.x(*x), self.y(*y)))
    }
}

/// The layers of the marks of a panel, from back to front, and its rules. Lines keep at most four points per `column` points of width.
pub fn prepare(
    marks: &[Mark],
    map: &Mapping,
    looks: &Looks,
    column: f64,
) -> (Vec<Layer>, Vec<Rule>, Vec<Words>) {
    let mut layers = Vec::new();
    let mut rules = Vec::new();
    let mut words = Vec::new();
    let (left, right) = (map, map.view.of_right());
    let right = Mapping {
        view: &right,
        ..*map
    };
    let seen = looks.colors.iter().zip(&looks.twins);
    for (mark, (color, _)) in marks
        .iter()
        .zip(seen)
        .filter(|(_, (_, twin))| twin.is_none())
    {
        let map = if mark.right { &right } else { left };
        let mut pen = Pen {
            color: *color,
            alpha: mark.alpha(),
            width: mark.line_width(),
            dash: mark.dash,
        };
        for shape in mark.kind.body().shapes() {
            if let Shape::Rule {
                at,
                vertical,
                label,
            } = shape
            {
                rules.extend(rule(at, vertical, label, pen, map));
            } else {
                words.extend(words_of(&shape, map));
                let scale = mark
                    .scale()
                    .filter(|_| !matches!(mark.kind, Kind::Image(_)));
                let (items, order) = items(&shape, map, column, mark.scale(), &mut pen);
                let colors = scale.map(|scale| item_colors(scale, &looks.theme, &order));
                layers.push(Layer {
                    pen,
                    items,
                    colors,
                    ground: looks.theme.background,
                    behind: matches!(shape, Shape::Shade { .. } | Shape::Arrows { .. }),
                });
            }
        }
    }
    (layers, rules, words)
}

/// What a note, or a shaded part, says.
fn words_of(shape: &Shape, map: &Mapping) -> Option<Words> {
    let place = map.place;
    let words = match shape {
        Shape::Note { x, y, text } => Words {
            at: (map.x(*x), map.y(*y)),
            text: text.clone(),
            centered: false,
        },
        Shape::Shade {
            from,
            to,
            vertical,
            label,
        } => {
            let (a, b) = if *vertical {
                (map.x(*from), map.x(*to))
            } else {
                (map.y(*from), map.y(*to))
            };
            let at = if *vertical {
                let (a, b) = (a.max(place.left), b.min(place.right));
                ((a + b) / 2.0, place.top)
            } else {
                ((place.left + place.right) / 2.0, a.min(b).max(place.top))
            };
            Words {
                at,
                text: label.clone(),
                centered: true,
            }
        }
        _ => return None,
    };
    place.grown(0.5).contains(words.at).then_some(words)
}

/// Arrows of a length on paper that grows with the speed, weakly, so that slow places show their direction too.
fn arrows(map: &Mapping, [x, y, dx, dy]: [&Values; 4]) -> Vec<Vec<Spot>> {
    let places = x.iter().zip(y.iter());
    let moves = places.zip(dx.iter().zip(dy.iter()));
    // A small step along the direction, so that any scale of the axes comes out right.
    let width = map.view.x.high - map.view.x.low;
    let height = map.view.y.high - map.view.y.low;
    let found: Vec<(Spot, Spot)> = moves
        .filter_map(|((x, y), (dx, dy))| {
            let speed = (dx / width).hypot(dy / height);
            let step = 1e-4 / speed;
            let here = (map.x(*x), map.y(*y));
            let there = (map.x(x + dx * step), map.y(y + dy * step));
            let by = ((there.0 - here.0) / step, (there.1 - here.1) / step);
            let seen = map.place.contains(here) && (by.0 + by.1).is_finite();
            seen.then_some((here, by))
        })
        .collect();
    let fastest = found
        .iter()
        .map(|(_, by)| by.0.hypot(by.1))
        .fold(0.0, f64::max);
    let paper = map.place.width() * map.place.height();
    let cell = 0.85 * (paper / found.len().max(1) as f64).sqrt();
    found
        .iter()
        .filter(|(_, by)| by.0.hypot(by.1) > 0.0)
        .map(|((x, y), by)| {
            let speed = by.0.hypot(by.1);
            let length = cell * (0.35 + 0.65 * (speed / fastest).cbrt());
            let (ux, uy) = (by.0 / speed, by.1 / speed);
            let tail = (x - ux * length / 2.0, y - uy * length / 2.0);
            let tip = (x + ux * length / 2.0, y + uy * length / 2.0);
            let barb = 0.32 * length.min(cell * 0.8);
            let side = |turn: f64| {
                (
                    tip.0 - barb * (ux * 0.9 - turn * uy * 0.45),
                    tip.1 - barb * (uy * 0.9 + turn * ux * 0.45),
                )
            };
            vec![tail, tip, side(1.0), tip, side(-1.0)]
        })
        .collect()
}

fn rule(at: f64, vertical: bool, label: String, pen: Pen, map: &Mapping) -> Option<Rule> {
    let place = map.place;
    let ends = if vertical {
        [(map.x(at), place.bottom), (map.x(at), place.top)]
    } else {
        [(place.left, map.y(at)), (place.right, map.y(at))]
    };
    ends.iter()
        .all(|end| place.grown(0.5).contains(*end))
        .then_some(Rule {
            ends,
            pen,
            label,
            vertical,
        })
}

/// Colors told apart; few enough that neighbors of one color share an element in a vector file.
const LEVELS: f64 = 63.0;

fn item_colors(scale: &ColorScale, theme: &Theme, order: &[usize]) -> Vec<Rgb> {
    let limits = scale.limits();
    let color = |k: &usize| {
        // One value is that of all items: a line may be drawn in pieces.
        let value = scale.values.get(*k).or(match scale.values.as_ref() {
            [only] => Some(only),
            _ => None,
        })?;
        let position = scale.position(limits, *value)?;
        Some(theme.shade(scale.map, (position * LEVELS).round() / LEVELS))
    };
    order
        .iter()
        .map(|k| color(k).unwrap_or(theme.muted))
        .collect()
}

/// A shape's items, and for each the position of its data; a crowd may change the pen.
fn items(
    shape: &Shape,
    map: &Mapping,
    column: f64,
    scale: Option<&ColorScale>,
    pen: &mut Pen,
) -> (Items, Vec<usize>) {
    let place = map.place;
    match shape {
        Shape::Path { x, y } if scale.is_some_and(|s| s.values.len() == x.len() && x.len() > 1) => {
            // A color for each piece; a long line in fewer pieces.
            let stride = (x.len() / 4000).max(1);
            let spots: Vec<(usize, Spot)> = map
                .spots(x, y)
                .enumerate()
                .filter(|(k, _)| k % stride == 0)
                .collect();
            let pairs = spots.iter().zip(spots.iter().skip(1));
            let pieces = pairs.filter_map(|((k, a), (_, b))| {
                let line = clip([*a, *b], &place.grown(0.75)).into_iter().next()?;
                Some((*k, line))
            });
            let (order, lines) = pieces.unzip();
            (Items::Lines(lines), order)
        }
        Shape::Path { x, y } => {
            let parts = clip(map.spots(x, y), &place.grown(0.75));
            let lines: Vec<_> = parts.into_iter().map(|part| thin(part, column)).collect();
            // A line that turns back and forth within every point of paper is finer, so that its course can be seen.
            if lines.iter().map(|line| turns(line)).sum::<usize>() as f64 > 0.5 * place.width() {
                pen.width = pen.width.min(0.8);
            }
            let order = (0..lines.len()).collect();
            (Items::Lines(lines), order)
        }
        Shape::Segments(segments) => {
            let clipped = segments
                .iter()
                .map(|[a, b, c, d]| clip([(map.x(*a), map.y(*b)), (map.x(*c), map.y(*d))], &place));
            let (order, lines) = clipped
                .enumerate()
                .filter_map(|(k, parts)| Some((k, parts.into_iter().next()?)))
                .unzip();
            (Items::Lines(lines), order)
        }
        Shape::Area { x, low, high } => {
            let areas = areas(map, x, low, high, column);
            let order = (0..areas.len()).collect();
            (Items::Areas(areas), order)
        }
        Shape::Ticks { x, y, height } => {
            let seen = map
                .spots(x, y)
                .enumerate()
                .filter(|(_, spot)| place.contains(*spot));
            let (order, spots): (Vec<usize>, Vec<Spot>) = seen.unzip();
            let row = (map.y(0.0) - map.y(*height)).abs();
            let mut tall = row.clamp(1.8, 24.0);
            // Crowds get finer ticks, and let each other shine through, so that density shows.
            let paper = place.width() * place.height();
            let cover = |tall: f64, width: f64| spots.len() as f64 * tall * width / paper;
            if cover(tall, pen.width) > 0.25 {
                (tall, pen.width) = (row.clamp(1.0, 24.0), pen.width.min(0.7));
                pen.alpha *= (0.5 / cover(tall, pen.width)).clamp(0.15, 1.0);
            }
            let tick = |(x, y): &Spot| {
                vec![
                    (*x, (y - tall / 2.0).max(place.top)),
                    (*x, (y + tall / 2.0).min(place.bottom)),
                ]
            };
            (Items::Lines(spots.iter().map(tick).collect()), order)
        }
        Shape::Dots {
            x,
            y,
            radius,
            marker,
        } => {
            let seen = map
                .spots(x, y)
                .enumerate()
                .filter(|(_, spot)| place.grown(0.5).contains(*spot));
            let (order, dots): (Vec<usize>, Vec<Spot>) = seen.unzip();
            // Crowds get smaller dots.
            let size = radius * (1500.0 / (dots.len().max(1) as f64)).sqrt().clamp(0.4, 1.0);
            (Items::Dots(dots, size, *marker), order)
        }
        Shape::Boxes(boxes) => {
            let on_paper = boxes.iter().enumerate().filter_map(|(k, [a, b, c, d])| {
                let low = |v: f64| if v.is_finite() { v } else { place.bottom };
                let (p, q) = ((map.x(*a), low(map.y(*b))), (map.x(*c), map.y(*d)));
                let outside = p.0.max(q.0) < place.left
                    || p.0.min(q.0) > place.right
                    || !(p.0 + q.0 + q.1).is_finite();
                (!outside).then(|| (k, (place.clamp(p), place.clamp(q))))
            });
            let (order, boxes) = on_paper.unzip();
            (Items::Boxes(boxes), order)
        }
        Shape::Arrows { x, y, dx, dy } => (Items::Lines(arrows(map, [x, y, dx, dy])), Vec::new()),
        Shape::Shade {
            from, to, vertical, ..
        } => {
            let (a, b) = if *vertical {
                ((map.x(*from), place.top), (map.x(*to), place.bottom))
            } else {
                ((place.left, map.y(*from)), (place.right, map.y(*to)))
            };
            let seen = (a.0 + a.1 + b.0 + b.1).is_finite();
            let boxes = seen.then(|| (place.clamp(a), place.clamp(b)));
            (Items::Boxes(boxes.into_iter().collect()), Vec::new())
        }
        Shape::Cells { x, y } => {
            let items = scale.map(|scale| {
                let whole = [place.left, place.top, place.width(), place.height()];
                let compact = if map.compact {
                    cells::compact(map, x, y, scale)
                } else {
                    None
                };
                let (at, picture) =
                    compact.unwrap_or_else(|| (whole, cells::picture(map, x, y, scale)));
                Items::Cells(at, picture)
            });
            (items.unwrap_or(Items::Lines(Vec::new())), Vec::new())
        }
        Shape::Rule { .. } | Shape::Note { .. } => (Items::Lines(Vec::new()), Vec::new()),
    }
}

/// How often a line changes between rising and falling.
fn turns(line: &[Spot]) -> usize {
    let rises = line
        .iter()
        .zip(line.iter().skip(1))
        .map(|(a, b)| b.1 - a.1)
        .filter(|rise| *rise != 0.0);
    let mut falling = None;
    let changed = |rise: f64| {
        falling
            .replace(rise > 0.0)
            .is_some_and(|before| before != (rise > 0.0))
    };
    rises.map(changed).filter(|turn| *turn).count()
}

/// The areas between two lines: one for each stretch of finite values.
fn areas(map: &Mapping, x: &Values, low: &Values, high: &Values, column: f64) -> Vec<Vec<Spot>> {
    let mut areas = Vec::new();
    let (mut upper, mut lower): (Vec<Spot>, Vec<Spot>) = (Vec::new(), Vec::new());
    let mut finish = |upper: &mut Vec<Spot>, lower: &mut Vec<Spot>| {
        let (top, bottom) = (
            thin(std::mem::take(upper), column),
            thin(std::mem::take(lower), column),
        );
        if top.len() > 1 {
            areas.push(top.into_iter().chain(bottom.into_iter().rev()).collect());
        }
    };
    for (x, (low, high)) in x.iter().zip(low.iter().zip(high.iter())) {
        let (x, low, high) = (map.x(*x), map.y(*low), map.y(*high));
        if (x + low + high).is_finite() {
            upper.push(map.place.clamp((x, high)));
            lower.push(map.place.clamp((x, low)));
        } else {
            finish(&mut upper, &mut lower);
        }
    }
    finish(&mut upper, &mut lower);
    areas
}

impl Layer {
    /// Number of coordinates that a vector file needs for it.
    pub fn weight(&self) -> usize {
        match &self.items {
            Items::Lines(lines) => lines.iter().map(Vec::len).sum(),
            Items::Areas(areas) => areas.iter().map(Vec::len).sum(),
            Items::Boxes(boxes) => 4 * boxes.len(),
            Items::Dots(dots, ..) => 3 * dots.len(),
            Items::Cells(..) => 0,
        }
    }

    /// How many pieces of it lie in a part of the panel.
    pub fn crowd(&self, part: &Place) -> usize {
        if self.behind {
            return 0;
        }
        let crosses = |line: &Vec<Spot>| {
            let pairs = line.iter().zip(line.iter().skip(1));
            pairs
                .filter(|(a, b)| {
                    clip([**a, **b], part)
                        .first()
                        .is_some_and(|p| p.len() > 1 || part.contains(**a))
                })
                .count()
        };
        let overlaps = |(a, b): &(Spot, Spot)| {
            let (left, right) = (a.0.min(b.0), a.0.max(b.0));
            let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
            left < part.right && right > part.left && top < part.bottom && bottom > part.top
        };
        match &self.items {
            Items::Lines(lines) => lines.iter().map(crosses).sum(),
            Items::Areas(areas) => areas
                .iter()
                .map(|area| area.iter().filter(|p| part.contains(**p)).count())
                .sum(),
            Items::Boxes(boxes) => boxes.iter().filter(|b| overlaps(b)).count(),
            Items::Dots(dots, ..) => dots.iter().filter(|p| part.contains(**p)).count(),
            Items::Cells(..) => usize::MAX / 1024,
        }
    }

    /// Draws it.
    pub fn draw<B: Surface>(&self, canvas: &Canvas<B>) {
        let pen = |k: usize| Pen {
            color: self
                .colors
                .as_ref()
                .and_then(|c| c.get(k))
                .copied()
                .unwrap_or(self.pen.color),
            ..self.pen
        };
        match &self.items {
            Items::Lines(lines) => lines
                .iter()
                .enumerate()
                .for_each(|(k, line)| canvas.line(line, pen(k))),
            Items::Areas(areas) => areas
                .iter()
                .enumerate()
                .for_each(|(k, area)| canvas.polygon(area, pen(k).color, self.pen.alpha)),
            Items::Boxes(boxes) => {
                // A hair of ground between bars.
                let gap = |(a, b): &(Spot, Spot)| {
                    if (b.0 - a.0).abs() > 3.0 {
                        0.3 * (b.0 - a.0).signum()
                    } else {
                        0.0
                    }
                };
                boxes.iter().enumerate().for_each(|(k, (a, b))| {
                    let gap = gap(&(*a, *b));
                    canvas.rectangle(
                        (a.0 + gap, a.1),
                        (b.0 - gap, b.1),
                        pen(k).color,
                        self.pen.alpha,
                    );
                });
            }
            Items::Dots(dots, radius, marker) => {
                for (k, dot) in dots.iter().enumerate() {
                    let look = Pen {
                        color: pen(k).color,
                        ..self.pen
                    };
                    canvas.marker(*marker, *dot, *radius, look, self.ground);
                }
            }
            Items::Cells(at, picture) => canvas.picture(*at, picture),
        }
    }
}
