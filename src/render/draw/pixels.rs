//! The plotters back end for pixels, with exact coverage at every edge.
//!
//! Plotters' own bitmap back end leaves wide lines jagged; here lines are drawn by their distance to each pixel's center, glyphs
//! and areas by exact coverage, and upright or level lines snap to whole pixels, so that axes and spikes are crisp.

use std::convert::Infallible;

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::font;
use super::surface::{Picture, Surface, UNIT};

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// Pixels and a scratch mask for lines.
pub struct Pixels {
    /// What is drawn.
    pub picture: Picture,
    mask: Vec<u8>,
}

impl Pixels {
    /// Transparent pixels.
    pub fn new(width: usize, height: usize) -> Pixels {
        let picture = Picture {
            width,
            height,
            rgba: vec![0; width * height * 4],
            crisp: false,
        };
        Pixels {
            picture,
            mask: Vec::new(),
        }
    }

    /// Mixes a color into a pixel.
    fn blend(&mut self, x: usize, y: usize, color: (u8, u8, u8), alpha: f32) {
        let start = (y * self.picture.width + x) * 4;
        if let Some([r, g, b, a]) = self.picture.rgba.get_mut(start..start + 4) {
            blend((r, g, b, a), color, alpha);
        }
    }

    /// Mixes a color into a row from one column up to another.
    fn span(&mut self, y: usize, from: usize, to: usize, color: (u8, u8, u8), alpha: f32) {
        let start = y * self.picture.width;
        let to = to.min(self.picture.width);
        if from >= to {
            return;
        }
        let Some(row) = self
            .picture
            .rgba
            .get_mut((start + from) * 4..(start + to) * 4)
        else {
            return;
        };
        if alpha >= 0.999 {
            let solid = [color.0, color.1, color.2, 255];
            row.chunks_exact_mut(4)
                .for_each(|pixel| pixel.copy_from_slice(&solid));
        } else {
            for pixel in row.chunks_exact_mut(4) {
                if let [r, g, b, a] = pixel {
                    blend((r, g, b, a), color, alpha);
                }
            }
        }
    }

    /// A filled rectangle with exact coverage at its edges.
    fn rectangle(&mut self, [x0, y0, x1, y1]: [f32; 4], color: (u8, u8, u8), alpha: f32) {
        let (width, height) = (self.picture.width as f32, self.picture.height as f32);
        let (x0, x1) = (x0.min(x1).clamp(0.0, width), x0.max(x1).clamp(0.0, width));
        let (y0, y1) = (y0.min(y1).clamp(0.0, height), y0.max(y1).clamp(0.0, height));
        if x1 <= x0 || y1 <= y0 {
            return;
        }
        let (first, last) = (x0.floor() as usize, x1.ceil() as usize);
        let overlap = |cell: usize, low: f32, high: f32| {
            (high.min(cell as f32 + 1.0) - low.max(cell as f32)).clamp(0.0, 1.0)
        };
        for y in y0.floor() as usize..y1.ceil() as usize {
            let row = alpha * overlap(y, y0, y1);
            let (inner, outer) = (x0.ceil() as usize, x1.floor() as usize);
            if inner > outer {
                self.blend(first, y, color, row * (x1 - x0));
                continue;
            }
            if first < inner {
                self.blend(first, y, color, row * overlap(first, x0, x1));
            }
            self.span(y, inner, outer, color, row);
            if outer < last {
                self.blend(outer, y, color, row * overlap(outer, x0, x1));
            }
        }
    }

    fn disc(&mut self, (cx, cy): (f32, f32), radius: f32, color: (u8, u8, u8), alpha: f32) {
        let reach = radius + 0.5;
        let (columns, rows) = (
            range(cx - reach, cx + reach, self.picture.width),
            range(cy - reach, cy + reach, self.picture.height),
        );
        for y in rows {
            for x in columns.clone() {
                let (dx, dy) = (x as f32 + 0.5 - cx, y as f32 + 0.5 - cy);
                let cover = (reach - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
                if cover > 0.0 {
                    self.blend(x, y, color, alpha * cover);
                }
            }
        }
    }

    /// A line through points. All its pieces together cover each pixel once, so that joints and crossings are no darker.
    fn stroke(&mut self, points: &[(f32, f32)], width: f32, color: (u8, u8, u8), alpha: f32) {
        // A line thinner than a pixel is a paler line of one pixel.
        let (radius, alpha) = if width < 1.0 {
            (0.5, alpha * width)
        } else {
            (width / 2.0, alpha)
        };
        let (columns, rows) = (self.picture.width, self.picture.height);
        if self.mask.len() != columns * rows {
            self.mask = vec![0; columns * rows];
        }
        let mut touched = vec![(usize::MAX, 0usize); rows];
        for (p, q) in points.iter().zip(points.iter().skip(1)) {
            cover_segment(&mut self.mask, columns, &mut touched, (*p, *q), radius);
        }
        for (y, (from, to)) in touched
            .into_iter()
            .enumerate()
            .filter(|(_, (from, to))| from < to)
        {
            let (start, end) = (y * columns + from, y * columns + to);
            let pair = (
                self.mask.get_mut(start..end),
                self.picture.rgba.get_mut(start * 4..end * 4),
            );
            let (Some(mask), Some(row)) = pair else {
                continue;
            };
            // Most of a row is bare: sixteen pixels are passed at once.
            for (covers, pixels) in mask.chunks_mut(16).zip(row.chunks_mut(64)) {
                if <[u8; 16]>::try_from(&*covers).is_ok_and(|c| u128::from_ne_bytes(c) == 0) {
                    continue;
                }
                for (cover, pixel) in covers.iter_mut().zip(pixels.chunks_exact_mut(4)) {
                    if *cover > 0 {
                        if let [r, g, b, a] = pixel {
                            blend((r, g, b, a), color, alpha * f32::from(*cover) / 255.0);
                        }
                        *cover = 0;
                    }
                }
            }
        }
    }

    /// Fills what a closure outlines, relative to the place it is given; the outline lies within the bounds.
    fn fill(
        &mut self,
        bounds: [f32; 4],
        color: (u8, u8, u8),
        alpha: f32,
        outline: impl FnOnce(&mut Rasterizer, (f32, f32)),
    ) {
        let [x0, y0, x1, y1] = bounds;
        let (left, top) = (x0.floor() - 1.0, y0.floor() - 1.0);
        // The rasterizer wants the whole outline inside, also where that is beside the picture; an outline without end has no inside.
        let (width, height) = ((x1 - left).ceil() + 2.0, (y1 - top).ceil() + 1.0);
        let seen = x1 >= 0.0
            && y1 >= 0.0
            && x0 <= self.picture.width as f32
            && y0 <= self.picture.height as f32;
        let endless = width * height >= 1e8 || (width * height).is_nan();
        if !seen || endless {
            return;
        }
        let mut rasterizer = Rasterizer::new(width as usize, height as usize);
        outline(&mut rasterizer, (left, top));
        let (columns, rows) = (self.picture.width as i64, self.picture.height as i64);
        rasterizer.for_each_pixel_2d(|x, y, cover| {
            let (x, y) = (i64::from(x) + left as i64, i64::from(y) + top as i64);
            if cover > 0.002 && (0..columns).contains(&x) && (0..rows).contains(&y) {
                self.blend(x as usize, y as usize, color, alpha * cover.min(1.0));
            }
        });
    }
}

/// Whole pixels that touch the stretch between two places, inside `0..limit`.
fn range(low: f32, high: f32, limit: usize) -> std::ops::Range<usize> {
    // A cast cuts towards 0, which for places on paper is down, and takes no call on any processor.
    let low = low.max(0.0) as usize;
    let high = if high < 0.0 {
        0
    } else {
        (high as usize + 1).min(limit)
    };
    low.min(high)..high
}

fn blend((r, g, b, a): (&mut u8, &mut u8, &mut u8, &mut u8), color: (u8, u8, u8), alpha: f32) {
    if *a == 255 {
        // On opaque ground, in whole numbers.
        let part = (alpha * 256.0 + 0.5) as i32;
        let mix = |old: u8, new: u8| {
            (i32::from(old) + (((i32::from(new) - i32::from(old)) * part + 128) >> 8)) as u8
        };
        (*r, *g, *b) = (mix(*r, color.0), mix(*g, color.1), mix(*b, color.2));
        return;
    }
    let under = f32::from(*a) / 255.0 * (1.0 - alpha);
    let total = alpha + under;
    if total <= 0.0 {
        return;
    }
    let part = alpha / total;
    let mix =
        |old: u8, new: u8| (f32::from(old) + (f32::from(new) - f32::from(old)) * part + 0.5) as u8;
    (*r, *g, *b, *a) = (
        mix(*r, color.0),
        mix(*g, color.1),
        mix(*b, color.2),
        (total * 255.0 + 0.5) as u8,
    );
}

/// Marks in a mask how far each pixel is covered by a segment with round ends; notes the touched columns of each row.
fn cover_segment(
    mask: &mut [u8],
    columns: usize,
    touched: &mut [(usize, usize)],
    (p, q): ((f32, f32), (f32, f32)),
    radius: f32,
) {
    let reach = radius + 0.5;
    let (dx, dy) = (q.0 - p.0, q.1 - p.1);
    let length2 = dx * dx + dy * dy;
    let inverse = if length2 > 0.0 {
        length2.sqrt().recip()
    } else {
        0.0
    };
    let (left, right) = (p.0.min(q.0) - reach, p.0.max(q.0) + reach);
    for y in range(p.1.min(q.1) - reach, p.1.max(q.1) + reach, touched.len()) {
        let center = y as f32 + 0.5;
        // Where the strip of this line crosses the row.
        let (mut from, mut to) = (left, right);
        if dy.abs() > 1e-3 {
            let middle = p.0 + (center - p.1) * dx / dy;
            let half = reach * (1.0 + (dx / dy) * (dx / dy)).sqrt();
            (from, to) = (from.max(middle - half), to.min(middle + half));
        }
        let cells = range(from - 0.5, to + 0.5, columns);
        let (Some(bounds), Some(row)) = (
            touched.get_mut(y),
            mask.get_mut(y * columns..(y + 1) * columns),
        ) else {
            continue;
        };
        if cells.is_empty() {
            continue;
        }
        *bounds = (bounds.0.min(cells.start), bounds.1.max(cells.end));
        let vy = center - p.1;
        let mut vx = cells.start as f32 + 0.5 - p.0;
        for cover in row.get_mut(cells).unwrap_or_default() {
            let along = vx * dx + vy * dy;
            let distance = if along <= 0.0 {
                (vx * vx + vy * vy).sqrt()
            } else if along >= length2 {
                ((vx - dx) * (vx - dx) + (vy - dy) * (vy - dy)).sqrt()
            } else {
                (vx * dy - vy * dx).abs() * inverse
            };
            let here = (reach - distance).clamp(0.0, 1.0);
            *cover = (*cover).max((here * 255.0 + 0.5) as u8);
            vx += 1.0;
        }
    }
}

/// A plotters back end that draws into pixels.
pub struct PixelBackend<'a> {
    pixels: &'a mut Pixels,
    /// Pixels per back-end coordinate.
    scale: f64,
    /// The back-end coordinate of the first pixel.
    origin: (f64, f64),
}

impl<'a> PixelBackend<'a> {
    /// Draws with a number of pixels per point; the first pixel lies at a place given in points.
    pub fn new(pixels: &'a mut Pixels, scale: f64, origin: (f64, f64)) -> PixelBackend<'a> {
        PixelBackend {
            pixels,
            scale: scale / UNIT,
            origin: (origin.0 * UNIT, origin.1 * UNIT),
        }
    }
    fn place(&self, at: BackendCoord) -> (f32, f32) {
        (
            ((f64::from(at.0) - self.origin.0) * self.scale) as f32,
            ((f64::from(at.1) - self.origin.1) * self.scale) as f32,
        )
    }
}

/// The pixels of a thin upright or level line: whole ones, so that it is crisp.
fn snapped(p: (f32, f32), q: (f32, f32), width: f32) -> [f32; 4] {
    let thick = width.round().max(1.0);
    if p.0 == q.0 {
        let left = (p.0 - thick / 2.0).round();
        [left, p.1.min(q.1), left + thick, p.1.max(q.1)]
    } else {
        let top = (p.1 - thick / 2.0).round();
        [p.0.min(q.0), top, p.0.max(q.0), top + thick]
    }
}

impl DrawingBackend for PixelBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let size = |pixels: usize, origin: f64| (origin + pixels as f64 / self.scale).ceil() as u32;
        (
            size(self.pixels.picture.width, self.origin.0),
            size(self.pixels.picture.height, self.origin.1),
        )
    }
    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }
    fn present(&mut self) -> Done {
        Ok(())
    }
    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Done {
        let (x, y) = self.place(at);
        let side = self.scale as f32;
        self.pixels
            .rectangle([x, y, x + side, y + side], color.rgb, color.alpha as f32);
        Ok(())
    }
    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        self.draw_path([from, to], style)
    }
    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        let (p, q) = (self.place(a), self.place(b));
        if fill {
            let color = style.color();
            self.pixels
                .rectangle([p.0, p.1, q.0, q.1], color.rgb, color.alpha as f32);
            return Ok(());
        }
        self.draw_path([a, (b.0, a.1), b, (a.0, b.1), a], style)
    }
    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        let color = style.color();
        let (alpha, width) = (
            color.alpha as f32,
            style.stroke_width() as f32 * self.scale as f32,
        );
        let points: Vec<(f32, f32)> = path.into_iter().map(|p| self.place(p)).collect();
        match points.as_slice() {
            [p, q] if p.0 == q.0 || p.1 == q.1 => {
                self.pixels
                    .rectangle(snapped(*p, *q, width), color.rgb, alpha)
            }
            points => self.pixels.stroke(points, width, color.rgb, alpha),
        }
        Ok(())
    }
    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Done {
        let (color, radius) = (style.color(), radius as f32 * self.scale as f32);
        let center = self.place(center);
        if fill {
            self.pixels
                .disc(center, radius, color.rgb, color.alpha as f32);
            return Ok(());
        }
        let around = (0..=48).map(|k| (k as f32 * std::f32::consts::TAU / 48.0).sin_cos());
        let points: Vec<(f32, f32)> = around
            .map(|(s, c)| (center.0 + radius * c, center.1 + radius * s))
            .collect();
        self.pixels.stroke(
            &points,
            style.stroke_width() as f32 * self.scale as f32,
            color.rgb,
            color.alpha as f32,
        );
        Ok(())
    }
    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        let corners: Vec<(f32, f32)> = corners.into_iter().map(|p| self.place(p)).collect();
        let color = style.color();
        self.pixels.fill(
            bounds(corners.iter().copied()),
            color.rgb,
            color.alpha as f32,
            |rasterizer, (left, top)| {
                let shift = |p: &(f32, f32)| point(p.0 - left, p.1 - top);
                for (p, q) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                    rasterizer.draw_line(shift(p), shift(q));
                }
            },
        );
        Ok(())
    }
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        let (size, bold) = (
            style.size() * self.scale,
            matches!(style.style(), FontStyle::Bold),
        );
        let anchor = style.anchor();
        let along = font::width(text, size, bold)
            * match anchor.h_pos {
                HPos::Left => 0.0,
                HPos::Center => -0.5,
                HPos::Right => -1.0,
            };
        let down = size
            * font::CAP_HEIGHT
            * match anchor.v_pos {
                VPos::Top => 1.0,
                VPos::Center => 0.5,
                VPos::Bottom => 0.0,
            };
        let upward = matches!(style.transform(), FontTransform::Rotate270);
        let (x, y) = self.place(at);
        let color = style.color();
        for glyph in font::place(text, size, bold) {
            let put = |p: Point| {
                let (u, v) = (
                    (along + glyph.at + f64::from(p.x) * glyph.scale) as f32,
                    (down - f64::from(p.y) * glyph.scale) as f32,
                );
                if upward {
                    (x + v, y - u)
                } else {
                    (x + u, y + v)
                }
            };
            let points = glyph.outline.curves.iter().flat_map(|curve| match curve {
                ab_glyph::OutlineCurve::Line(a, b) => [put(*a), put(*b), put(*b), put(*b)],
                ab_glyph::OutlineCurve::Quad(a, b, c) => [put(*a), put(*b), put(*c), put(*c)],
                ab_glyph::OutlineCurve::Cubic(a, b, c, d) => [put(*a), put(*b), put(*c), put(*d)],
            });
            self.pixels.fill(
                bounds(points),
                color.rgb,
                color.alpha as f32,
                |rasterizer, (left, top)| {
                    let put = |p: &Point| {
                        let (x, y) = put(*p);
                        point(x - left, y - top)
                    };
                    for curve in &glyph.outline.curves {
                        match curve {
                            ab_glyph::OutlineCurve::Line(a, b) => {
                                rasterizer.draw_line(put(a), put(b))
                            }
                            ab_glyph::OutlineCurve::Quad(a, b, c) => {
                                rasterizer.draw_quad(put(a), put(b), put(c))
                            }
                            ab_glyph::OutlineCurve::Cubic(a, b, c, d) => {
                                rasterizer.draw_cubic(put(a), put(b), put(c), put(d))
                            }
                        }
                    }
                },
            );
        }
        Ok(())
    }
}

fn bounds(points: impl IntoIterator<Item = (f32, f32)>) -> [f32; 4] {
    let start = [
        f32::INFINITY,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NEG_INFINITY,
    ];
    points.into_iter().fold(start, |[x0, y0, x1, y1], (x, y)| {
        [x0.min(x), y0.min(y), x1.max(x), y1.max(y)]
    })
}

impl Surface for PixelBackend<'_> {
    const VECTOR: bool = false;

    fn picture(&mut self, [left, top, width, height]: [f64; 4], picture: &Picture) {
        let (x0, y0) = (
            (left - self.origin.0) * self.scale,
            (top - self.origin.1) * self.scale,
        );
        let (w, h) = (
            (width * self.scale).max(1e-9),
            (height * self.scale).max(1e-9),
        );
        let target = (self.pixels.picture.width, self.pixels.picture.height);
        let source = |target: usize, start: f64, size: f64, count: usize| {
            let part = (target as f64 + 0.5 - start) / size;
            (0.0..1.0)
                .contains(&part)
                .then(|| ((part * count as f64) as usize).min(count.saturating_sub(1)))
        };
        for y in range(y0 as f32, (y0 + h) as f32, target.1) {
            let Some(row) = source(y, y0, h, picture.height) else {
                continue;
            };
            for x in range(x0 as f32, (x0 + w) as f32, target.0) {
                let Some(column) = source(x, x0, w, picture.width) else {
                    continue;
                };
                let start = (row * picture.width + column) * 4;
                if let Some([r, g, b, a]) = picture.rgba.get(start..start + 4) {
                    self.pixels.blend(x, y, (*r, *g, *b), f32::from(*a) / 255.0);
                }
            }
        }
    }
}
