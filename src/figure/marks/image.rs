//! A grid of values as colors.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;
use crate::figure::style::ColorScale;

/// Cells between edges, row by row from the lower left, with a color bar.
#[derive(Clone, PartialEq, Debug)]
pub struct Image {
    /// Edges of the columns (SI), one more than columns, in rising or falling order.
    pub x: Values,
    /// Edges of the rows (SI).
    pub y: Values,
    /// The values and how they become colors.
    pub scale: ColorScale,
}

impl Image {
    /// Equal cells: `columns` in a row, as many rows as there are values for.
    pub fn even(x: (f64, f64), y: (f64, f64), columns: usize, scale: ColorScale) -> Image {
        let rows = scale.values.len().checked_div(columns).unwrap_or(0);
        let spread = |(low, high): (f64, f64), count: usize| {
            let at = |k: usize| low + (high - low) * k as f64 / count.max(1) as f64;
            (0..=count).map(at).collect()
        };
        Image {
            x: spread(x, columns),
            y: spread(y, rows),
            scale,
        }
    }
    /// Edges around middles, half way to the neighbors: of equal ratios where the middles have such.
    pub fn edges(middles: &[f64]) -> Values {
        let (Some(first), Some(last)) = (middles.first(), middles.last()) else {
            return Vec::new().into();
        };
        let pairs = || middles.iter().zip(middles.iter().skip(1));
        let positive = middles.iter().all(|v| *v > 0.0);
        let ratio = pairs().map(|(a, b)| b / a).next().unwrap_or(1.0);
        let ratios = |(a, b): (&f64, &f64)| (b / a / ratio - 1.0).abs() < 1e-6;
        let even = pairs().map(|(a, b)| b - a).next().unwrap_or(1.0);
        let equal = |(a, b): (&f64, &f64)| ((b - a) / even - 1.0).abs() < 1e-6;
        if middles.len() > 2 && positive && pairs().all(ratios) && !pairs().all(equal) {
            let half = ratio.sqrt();
            let inner = middles.iter().map(|middle| middle * half);
            return std::iter::once(first / half).chain(inner).collect();
        }
        let (before, after) = match middles.len() {
            1 => (0.5, 0.5),
            _ => (
                pairs().next().map_or(0.5, |(a, b)| (b - a) / 2.0),
                pairs().next_back().map_or(0.5, |(a, b)| (b - a) / 2.0),
            ),
        };
        std::iter::once(first - before)
            .chain(pairs().map(|(a, b)| (a + b) / 2.0))
            .chain([last + after])
            .collect()
    }
}

impl Body for Image {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of(self.x.iter().copied()),
            y: Range::of(self.y.iter().copied()),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Cells {
            x: self.x.clone(),
            y: self.y.clone(),
        }]
    }
    fn count(&self) -> usize {
        self.scale.values.len()
    }
    fn key(&self) -> Key {
        Key::Box
    }
    fn scale(&self) -> Option<&ColorScale> {
        Some(&self.scale)
    }
    fn note(&self) -> String {
        format!("{} columns", self.x.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_lie_between_middles() {
        assert_eq!(
            Image::edges(&[1.0, 2.0, 3.0]).to_vec(),
            [0.5, 1.5, 2.5, 3.5]
        );
        assert_eq!(Image::edges(&[4.0]).to_vec(), [3.5, 4.5]);
        assert_eq!(Image::edges(&[3.0, 2.0]).to_vec(), [3.5, 2.5, 1.5]);
        let decades = Image::edges(&[1.0, 4.0, 16.0]);
        assert_eq!(decades.to_vec(), [0.5, 2.0, 8.0, 32.0]);
    }
}
