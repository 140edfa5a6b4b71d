//! Figures as SVG and PNG: [`svg`](fn@svg) and [`png`](fn@png) draw a [`Figure`] in a [`Theme`].
//!
//! `layout` finds the places, `layers` turns marks into lines and areas in points, `panel` and `legend` draw them on a canvas
//! (`surface`), which is plotters over one of two back ends: `svg` writes a file, `pixels` covers pixels exactly.
//! The typeface is embedded; nothing of the system is used.

mod cells;
mod film;
mod font;
mod layers;
mod layout;
mod legend;
mod looks;
mod panel;
mod pixels;
mod png;
mod surface;
mod svg;
#[cfg(test)]
mod tests;
mod theme;
mod trace;

use plotters::prelude::IntoDrawingArea;

use crate::figure::Figure;
use layout::{HEADING, arrange, fit};
use pixels::{PixelBackend, Pixels};
use png::encode_opaque;
use surface::{Align, Canvas, Lettering, Surface};
use svg::{Svg, SvgBackend};

pub use film::gif;
pub use layout::Size;
pub use theme::Theme;

/// Coordinates of data in one vector file; denser panels become pictures, so that a file stays below a megabyte.
const BUDGET: usize = 90_000;
/// Pixels per point of PNG files, unless another number is wanted: sharp on fine screens and in print at 192 dots per inch.
pub const PNG_SCALE: f64 = 2.0;

/// A figure as an SVG file. One that moves shows its frames in turn, without a script; a file that would be very large leaves frames out.
pub fn svg(figure: &Figure, theme: &Theme, size: Size) -> String {
    if figure.film.is_some() {
        return film::svg(figure, theme, size);
    }
    vector(figure, size, |canvas| draw(canvas, figure, theme, size))
}

/// What is drawn, as an SVG file.
fn vector(figure: &Figure, size: Size, draw: impl FnOnce(&Canvas<SvgBackend>)) -> String {
    let titles = figure.panels.iter().map(|panel| panel.title.as_str());
    let title = std::iter::once(figure.title.as_str())
        .chain(titles)
        .find(|title| !title.is_empty());
    let mut file = Svg::new((size.width, size.height), title.unwrap_or_default());
    let area = SvgBackend::new(&mut file).into_drawing_area();
    draw(&Canvas::new(&area));
    drop(area);
    file.finish()
}

/// A figure as a PNG file with a number of pixels per point; of one that moves, as it stands at the end.
pub fn png(figure: &Figure, theme: &Theme, size: Size, scale: f64) -> Vec<u8> {
    // A picture of more than 2^28 pixels is nobody's figure.
    let scale = scale.clamp(0.1, (268e6 / (size.width * size.height).max(1.0)).sqrt());
    let pixels = |points: f64| (points * scale).round().max(1.0) as usize;
    let mut pixels = Pixels::new(pixels(size.width), pixels(size.height));
    let area = PixelBackend::new(&mut pixels, scale, (0.0, 0.0)).into_drawing_area();
    draw(&Canvas::new(&area), figure, theme, size);
    drop(area);
    encode_opaque(&pixels.picture, scale)
}

fn draw<B: Surface>(canvas: &Canvas<B>, figure: &Figure, theme: &Theme, size: Size) {
    heading(canvas, figure, theme, size);
    let budget = BUDGET / figure.panels.len().max(1);
    for placed in arrange(figure, theme, size) {
        panel::draw(canvas, &placed, theme, budget.max(5_000));
    }
}

/// The ground and the title.
fn heading<B: Surface>(canvas: &Canvas<B>, figure: &Figure, theme: &Theme, size: Size) {
    canvas.rectangle((0.0, 0.0), (size.width, size.height), theme.background, 1.0);
    let look = Lettering {
        size: HEADING,
        bold: true,
        color: theme.ink,
        align: Align::Start,
        centered: true,
        upright: false,
    };
    canvas.text(
        (14.0, 12.0 + HEADING / 2.0),
        &fit(&figure.title, HEADING, true, size.width - 28.0),
        look,
    );
}
