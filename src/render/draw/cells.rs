//! Images on paper: a grid of values as a picture of the panel.

use super::layers::Mapping;
use super::surface::Picture;
use super::theme::map_color;
use crate::figure::axis::AxisView;
use crate::figure::style::ColorScale;

/// Pixels of an image per point of paper.
const DENSITY: f64 = 2.0;
/// An image as a picture of the whole panel. A pixel that covers several cells shows their mean; outside the image it is clear.
pub fn picture(
    map: &Mapping,
    x: (f64, f64),
    y: (f64, f64),
    columns: usize,
    scale: &ColorScale,
) -> Picture {
    let rows = scale.values.len().checked_div(columns).unwrap_or(0);
    let pixels = |points: f64| (points * DENSITY).round().max(1.0) as usize;
    let (width, height) = (pixels(map.place.width()), pixels(map.place.height()));
    let across = cells_of(&map.view.x, x, columns, width);
    let mut down = cells_of(&map.view.y, y, rows, height);
    // Pixels run from the top, rows from below.
    down.reverse();
    let limits = scale.limits();
    let mut rgba = Vec::with_capacity(width * height * 4);
    let mut above: Option<(std::ops::Range<usize>, usize)> = None;
    for row in down {
        let start = rgba.len();
        match &above {
            // Rows of pixels inside one row of cells are copies.
            Some((same, from)) if *same == row => rgba.extend_from_within(*from..*from + width * 4),
            _ => {
                for column in &across {
                    let mean = mean_of(scale, columns, &row, column);
                    let color = mean
                        .and_then(|value| ColorScale::position(limits, value))
                        .map(|p| map_color(scale.map, p));
                    rgba.extend(color.map_or([0; 4], |(r, g, b)| [r, g, b, 255]));
                }
            }
        }
        above = Some((row, start));
    }
    Picture {
        width,
        height,
        rgba,
    }
}

/// The cells that each pixel along an axis covers.
fn cells_of(
    axis: &AxisView,
    edges: (f64, f64),
    count: usize,
    pixels: usize,
) -> Vec<std::ops::Range<usize>> {
    let cell = |pixel: usize| {
        (axis.value(pixel as f64 / pixels as f64) - edges.0) / (edges.1 - edges.0) * count as f64
    };
    let limit = count as f64;
    (0..pixels)
        .map(|pixel| {
            let (a, b) = (cell(pixel), cell(pixel + 1));
            let (low, high) = (a.min(b), a.max(b));
            let middle = (low + high) / 2.0;
            if !(middle >= 0.0 && middle < limit) {
                return 0..0;
            }
            if high - low <= 1.0 {
                return middle as usize..middle as usize + 1;
            }
            low.max(0.0).floor() as usize..high.min(limit).ceil() as usize
        })
        .collect()
}

fn mean_of(
    scale: &ColorScale,
    columns: usize,
    rows: &std::ops::Range<usize>,
    cells: &std::ops::Range<usize>,
) -> Option<f64> {
    let mut sum = 0.0;
    let mut count = 0u32;
    for row in rows.clone() {
        for value in scale
            .values
            .get(row * columns + cells.start..row * columns + cells.end)
            .unwrap_or_default()
        {
            if !value.is_nan() {
                sum += value;
                count += 1;
            }
        }
    }
    (count > 0).then(|| sum / f64::from(count))
}
