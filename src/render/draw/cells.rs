//! Images on paper: a grid of values as a picture of the panel.

use super::layers::Mapping;
use super::surface::Picture;
use super::theme::map_color;
use crate::figure::Values;
use crate::figure::axis::AxisView;
use crate::figure::style::ColorScale;

/// Pixels of an image per point of paper.
const DENSITY: f64 = 2.0;
/// An image of even cells as a picture with a pixel for each, and its place (left, top, width, height); nothing where cells differ in size,
/// leave the panel, or are smaller than pixels.
pub fn compact(
    map: &Mapping,
    x: &Values,
    y: &Values,
    scale: &ColorScale,
) -> Option<([f64; 4], Picture)> {
    let even = |axis: &AxisView, edges: &Values, points: f64| {
        let places: Vec<f64> = edges.iter().map(|edge| axis.position(*edge)).collect();
        let (first, last) = (*places.first()?, *places.last()?);
        let count = places.len() - 1;
        let step = (last - first) / count as f64;
        let regular =
            |(k, place): (usize, &f64)| (place - first - k as f64 * step).abs() < 1e-3 * step;
        let fits = first >= -1e-6 && last <= 1.0 + 1e-6 && points * step >= 1.0;
        (fits && places.iter().enumerate().all(regular)).then_some((first, last, count))
    };
    let place = map.place;
    let (left, right, columns) = even(&map.view.x, x, place.width())?;
    let (bottom, top, rows) = even(&map.view.y, y, place.height())?;
    let limits = scale.limits();
    let mut rgba = Vec::with_capacity(columns * rows * 4);
    for row in (0..rows).rev() {
        for value in scale.values.get(row * columns..(row + 1) * columns)? {
            let position = scale.position(limits, *value);
            let color = position.map(|p| map_color(scale.map, p));
            rgba.extend(color.map_or([0; 4], |(r, g, b)| [r, g, b, 255]));
        }
    }
    let rectangle = [
        place.left + left * place.width(),
        place.bottom - top * place.height(),
        (right - left) * place.width(),
        (top - bottom) * place.height(),
    ];
    let picture = Picture {
        width: columns,
        height: rows,
        rgba,
        crisp: true,
    };
    Some((rectangle, picture))
}

/// An image as a picture of the whole panel. A pixel that covers several cells shows their mean; outside the image it is clear.
pub fn picture(map: &Mapping, x: &Values, y: &Values, scale: &ColorScale) -> Picture {
    let columns = x.len().saturating_sub(1);
    let pixels = |points: f64| (points * DENSITY).round().max(1.0) as usize;
    let (width, height) = (pixels(map.place.width()), pixels(map.place.height()));
    let across = cells_of(&map.view.x, x, width);
    let mut down = cells_of(&map.view.y, y, height);
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
                        .and_then(|value| scale.position(limits, value))
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
        crisp: false,
    }
}

/// The cells that each pixel along an axis covers.
fn cells_of(axis: &AxisView, edges: &Values, pixels: usize) -> Vec<std::ops::Range<usize>> {
    let count = edges.len().saturating_sub(1);
    let falling = edges.first() > edges.last();
    // Where a value lies among the edges, in cells from the first.
    let cell = |pixel: f64| {
        let value = axis.value(pixel / pixels as f64);
        let after = edges.partition_point(|edge| {
            if falling {
                *edge > value
            } else {
                *edge <= value
            }
        });
        let Some(before) = after.checked_sub(1) else {
            return -1.0;
        };
        match (edges.get(before), edges.get(after)) {
            (Some(a), Some(b)) => before as f64 + (value - a) / (b - a),
            _ => count as f64 + 1.0,
        }
    };
    let limit = count as f64;
    (0..pixels)
        .map(|pixel| {
            let (a, b) = (cell(pixel as f64), cell(pixel as f64 + 1.0));
            let (low, high) = (a.min(b), a.max(b));
            let middle = cell(pixel as f64 + 0.5);
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
