//! What figures are drawn on: a plotters back end that also takes pictures, and a canvas over it that works in points.
//!
//! Plotters' coordinates are whole numbers. Both back ends of this folder therefore work in tenths of a point ([`UNIT`]),
//! which a reader cannot tell from exact places, and keep files small.

use plotters::coord::Shift;
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle, Text};
use plotters::prelude::DrawingArea;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, ShapeStyle, TextStyle,
};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use super::theme::Rgb;
use super::trace::dashes;
use crate::figure::shape::Marker;
use crate::figure::style::Dash;

/// Coordinates of a back end per point.
pub const UNIT: f64 = 10.0;

/// Pixels with opacity, row by row from the top, four bytes each.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue, opacity.
    pub rgba: Vec<u8>,
    /// True where its pixels are to be seen as squares when it is stretched.
    pub crisp: bool,
}

/// A plotters back end that takes pictures.
pub trait Surface: DrawingBackend {
    /// True when every shape takes room in a file, so that dense layers should come as pictures.
    const VECTOR: bool;
    /// Draws a picture stretched over a rectangle (left, top, width, height, in back-end coordinates).
    fn picture(&mut self, place: [f64; 4], picture: &Picture);
    /// Writes markup, where there is any.
    fn markup(&mut self, _text: &str) {}
}

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    /// Color.
    pub color: Rgb,
    /// Opacity.
    pub alpha: f64,
    /// Width in points.
    pub width: f64,
    /// Pattern.
    pub dash: Dash,
}

impl Pen {
    /// An unbroken, opaque line.
    pub fn new(color: Rgb, width: f64) -> Pen {
        Pen {
            color,
            alpha: 1.0,
            width,
            dash: Dash::Solid,
        }
    }
}

/// Horizontal alignment of a text to its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Starts there.
    Start,
    /// Is centered there.
    Middle,
    /// Ends there.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Lettering {
    /// Font size in points.
    pub size: f64,
    /// Semi-bold.
    pub bold: bool,
    /// Color.
    pub color: Rgb,
    /// Alignment along the text.
    pub align: Align,
    /// True when the place is the middle of the capitals' height, false when it is on the baseline.
    pub centered: bool,
    /// True for text that reads upward.
    pub upright: bool,
}

/// Draws in points on a plotters area.
pub struct Canvas<'a, B: Surface> {
    area: &'a DrawingArea<B, Shift>,
}

fn coordinate((x, y): (f64, f64)) -> BackendCoord {
    ((x * UNIT).round() as i32, (y * UNIT).round() as i32)
}

fn color(color: Rgb, alpha: f64) -> RGBAColor {
    RGBAColor(color.0, color.1, color.2, alpha)
}

struct PictureElement<'a> {
    place: [f64; 4],
    picture: &'a Picture,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a PictureElement<'_> {
    type Point = BackendCoord;
    type IntoIter = std::iter::Empty<BackendCoord>;
    fn point_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

impl<B: Surface> Drawable<B> for PictureElement<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        backend.picture(self.place.map(|v| v * UNIT), self.picture);
        Ok(())
    }
}

struct MarkupElement<'a>(&'a str);

impl<'a> PointCollection<'a, BackendCoord> for &'a MarkupElement<'_> {
    type Point = BackendCoord;
    type IntoIter = std::iter::Empty<BackendCoord>;
    fn point_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

impl<B: Surface> Drawable<B> for MarkupElement<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        backend.markup(self.0);
        Ok(())
    }
}

// The back ends of this folder cannot fail: their error type has no values. Results of drawing are dropped on that ground.
impl<'a, B: Surface> Canvas<'a, B> {
    /// A canvas over an area whose size is given in tenths of a point.
    pub fn new(area: &'a DrawingArea<B, Shift>) -> Canvas<'a, B> {
        Canvas { area }
    }
    /// A line through points.
    pub fn line(&self, points: &[(f64, f64)], pen: Pen) {
        if points.len() < 2 {
            return;
        }
        let style = ShapeStyle {
            color: color(pen.color, pen.alpha),
            filled: false,
            stroke_width: (pen.width * UNIT).round().max(1.0) as u32,
        };
        // Pixels give pieces of lines round ends, which reach beyond them; straight level or upright lines have none.
        let straight = matches!(points, [a, b] if a.0 == b.0 || a.1 == b.1);
        let ends = if B::VECTOR || straight {
            0.0
        } else {
            pen.width
        };
        let pieces = match pen.dash {
            Dash::Solid => {
                let path: Vec<BackendCoord> = points.iter().map(|p| coordinate(*p)).collect();
                drop(self.area.draw(&PathElement::new(path, style)));
                return;
            }
            Dash::Dashed => dashes(points, (5.0 - ends).max(0.5), 3.5 + ends),
            Dash::Dotted => {
                let dot = pen.width.max(1.0);
                dashes(points, (dot - ends).max(0.2), 2.0 * dot + ends)
            }
        };
        for piece in pieces {
            let mut path: Vec<BackendCoord> = piece.iter().map(|p| coordinate(*p)).collect();
            // A piece with a middle is no straight line: it keeps its round ends, like its neighbors.
            if let ([a, b], true) = (path.as_slice(), ends > 0.0) {
                path = vec![*a, *b, *b];
            }
            drop(self.area.draw(&PathElement::new(path, style)));
        }
    }
    /// A filled area.
    pub fn polygon(&self, points: &[(f64, f64)], fill: Rgb, alpha: f64) {
        let points: Vec<BackendCoord> = points.iter().map(|p| coordinate(*p)).collect();
        drop(self.area.draw(&Polygon::new(points, color(fill, alpha))));
    }
    /// A filled rectangle with two opposite corners.
    pub fn rectangle(&self, a: (f64, f64), b: (f64, f64), fill: Rgb, alpha: f64) {
        drop(self.area.draw(&Rectangle::new(
            [coordinate(a), coordinate(b)],
            color(fill, alpha).filled(),
        )));
    }
    /// A filled circle.
    pub fn dot(&self, center: (f64, f64), radius: f64, fill: Rgb, alpha: f64) {
        drop(self.area.draw(&Circle::new(
            coordinate(center),
            (radius * UNIT).round() as i32,
            color(fill, alpha).filled(),
        )));
    }
    /// A marker of a radius; open ones show the ground inside.
    pub fn marker(&self, marker: Marker, (x, y): (f64, f64), radius: f64, pen: Pen, ground: Rgb) {
        let inner = radius * 0.52;
        let square = |r: f64, fill: Rgb| {
            let r = r * 0.9;
            self.rectangle((x - r, y - r), (x + r, y + r), fill, pen.alpha);
        };
        match marker {
            Marker::Disc => self.dot((x, y), radius, pen.color, pen.alpha),
            Marker::Ring => {
                self.dot((x, y), radius, pen.color, pen.alpha);
                self.dot((x, y), inner, ground, 1.0);
            }
            Marker::Square => square(radius, pen.color),
            Marker::Frame => {
                square(radius, pen.color);
                square(inner, ground);
            }
            Marker::Diamond => {
                let r = radius * 1.25;
                let corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)];
                self.polygon(&corners, pen.color, pen.alpha);
            }
            Marker::Cross => {
                let pen = Pen {
                    width: radius * 0.55,
                    dash: Dash::Solid,
                    ..pen
                };
                self.line(&[(x - radius, y), (x + radius, y)], pen);
                self.line(&[(x, y - radius), (x, y + radius)], pen);
            }
        }
    }
    /// A picture stretched over a rectangle (left, top, width, height).
    pub fn picture(&self, place: [f64; 4], picture: &Picture) {
        drop(self.area.draw(&PictureElement { place, picture }));
    }
    /// Markup of vector files: groups of shapes, how they move. Coordinates in it are in [`UNIT`]s.
    pub fn markup(&self, text: &str) {
        drop(self.area.draw(&MarkupElement(text)));
    }
    /// A line of text.
    pub fn text(&self, at: (f64, f64), text: &str, look: Lettering) {
        if text.is_empty() {
            return;
        }
        let weight = if look.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let turn = if look.upright {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        };
        let horizontal = match look.align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let vertical = if look.centered {
            VPos::Center
        } else {
            VPos::Bottom
        };
        let style = TextStyle {
            font: FontDesc::new(FontFamily::SansSerif, look.size * UNIT, weight).transform(turn),
            color: color(look.color, 1.0).to_backend_color(),
            pos: Pos::new(horizontal, vertical),
        };
        drop(self.area.draw(&Text::new(text, coordinate(at), style)));
    }
}
