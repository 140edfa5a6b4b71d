//! Traces on paper: clipped to the panel, thinned to what can be seen.

/// A rectangle on paper, in points; y grows downward.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Place {
    /// Width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }
    /// Height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
    /// True for points inside or on the edge.
    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }
    /// The place grown on all sides.
    pub fn grown(&self, by: f64) -> Place {
        Place {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }
    /// The nearest point inside.
    pub fn clamp(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (
            x.clamp(self.left, self.right),
            y.clamp(self.top, self.bottom),
        )
    }
}

/// The first, lowest, highest and last point of a column, each with its number.
type Picks = [(usize, (f64, f64)); 4];

/// Keeps, of the points in each column of a given width, the first, the last, the highest and the lowest, in their order.
/// What is drawn through them covers the same pixels. Points must come in order of x; runs that do not are left as they are.
pub fn thin(points: Vec<(f64, f64)>, column: f64) -> Vec<(f64, f64)> {
    let ordered = points.is_sorted_by(|a, b| a.0 <= b.0);
    let span = match (points.first(), points.last()) {
        (Some(a), Some(b)) => b.0 - a.0,
        _ => 0.0,
    };
    if !ordered || (points.len() as f64) < 4.0 * (span / column).max(1.0) {
        return points;
    }
    let mut kept = Vec::new();
    let mut group: Option<(f64, Picks)> = None;
    let mut flush = |group: &Picks| {
        let mut picks = *group;
        picks.sort_by_key(|(k, _)| *k);
        let mut last = None;
        for (k, point) in picks {
            if last != Some(k) {
                kept.push(point);
            }
            last = Some(k);
        }
    };
    for (k, point) in points.into_iter().enumerate() {
        let here = (point.0 / column).floor();
        match &mut group {
            Some((at, [_, low, high, last])) if *at == here => {
                if point.1 < low.1.1 {
                    *low = (k, point);
                }
                if point.1 > high.1.1 {
                    *high = (k, point);
                }
                *last = (k, point);
            }
            other => {
                if let Some((_, picks)) = other {
                    flush(picks);
                }
                *other = Some((here, [(k, point); 4]));
            }
        }
    }
    if let Some((_, picks)) = &group {
        flush(picks);
    }
    kept
}

/// The parts of a line that lie inside a place; points that are not finite break it.
pub fn clip(points: impl IntoIterator<Item = (f64, f64)>, place: &Place) -> Vec<Vec<(f64, f64)>> {
    let mut parts: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut part: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    let mut finish = |part: &mut Vec<(f64, f64)>| {
        if !part.is_empty() {
            parts.push(std::mem::take(part));
        }
    };
    for point in points {
        if !(point.0.is_finite() && point.1.is_finite()) {
            finish(&mut part);
            before = None;
            continue;
        }
        match before {
            None if place.contains(point) => part.push(point),
            None => {}
            Some(from) => match segment(from, point, place) {
                Some((a, b)) => {
                    if part.last() != Some(&a) {
                        finish(&mut part);
                        part.push(a);
                    }
                    part.push(b);
                    if b != point {
                        finish(&mut part);
                    }
                }
                None => finish(&mut part),
            },
        }
        before = Some(point);
    }
    finish(&mut part);
    parts
}

/// The part of a segment inside a place (Liang and Barsky).
fn segment(a: (f64, f64), b: (f64, f64), place: &Place) -> Option<((f64, f64), (f64, f64))> {
    if place.contains(a) && place.contains(b) {
        return Some((a, b));
    }
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut from, mut to) = (0.0f64, 1.0f64);
    let edges = [
        (-dx, a.0 - place.left),
        (dx, place.right - a.0),
        (-dy, a.1 - place.top),
        (dy, place.bottom - a.1),
    ];
    for (speed, room) in edges {
        if speed == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if speed < 0.0 {
            from = from.max(room / speed);
        } else {
            to = to.min(room / speed);
        }
    }
    let at = |t: f64, end: (f64, f64)| {
        if t <= 0.0 || t >= 1.0 {
            end
        } else {
            place.clamp((a.0 + t * dx, a.1 + t * dy))
        }
    };
    (from <= to).then(|| (at(from, a), at(to, b)))
}

/// The dashes of a line: pieces of a length with gaps of another between, measured along the line, around its corners.
pub fn dashes(points: &[(f64, f64)], on: f64, off: f64) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = Vec::new();
    let Some(first) = points.first() else {
        return pieces;
    };
    let mut piece = vec![*first];
    let (mut drawing, mut left) = (true, on);
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        let length = (b.0 - a.0).hypot(b.1 - a.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let part = done / length;
            let here = (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1));
            if drawing {
                piece.push(here);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![here];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length - done;
        if drawing {
            piece.push(*b);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        left: 0.0,
        top: 0.0,
        right: 10.0,
        bottom: 10.0,
    };

    #[test]
    fn lines_are_cut_at_the_edges_and_at_gaps() {
        let parts = clip(
            [
                (-5.0, 5.0),
                (5.0, 5.0),
                (5.0, 15.0),
                (8.0, 15.0),
                (8.0, 5.0),
                (f64::NAN, 1.0),
                (1.0, 1.0),
                (2.0, 2.0),
            ],
            &PLACE,
        );
        let expected = vec![
            vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)],
            vec![(8.0, 10.0), (8.0, 5.0)],
            vec![(1.0, 1.0), (2.0, 2.0)],
        ];
        assert_eq!(parts, expected);
        assert!(clip([(-1.0, -1.0), (11.0, -1.0)], &PLACE).is_empty());
        assert!(clip([(-1.0, 9.0), (3.0, 15.0)], &PLACE).is_empty());
    }

    #[test]
    fn dashes_are_even_around_corners() {
        let line = [(0.0, 0.0), (4.0, 0.0), (4.0, 6.0)];
        let expected = vec![vec![(0.0, 0.0), (3.0, 0.0)], vec![(4.0, 1.0), (4.0, 4.0)]];
        assert_eq!(dashes(&line, 3.0, 2.0), expected);
        // However finely a line is divided, its dashes are the same.
        let fine: Vec<(f64, f64)> = (0..=1000).map(|k| (f64::from(k) * 0.01, 0.0)).collect();
        let whole = dashes(&[(0.0, 0.0), (10.0, 0.0)], 1.0, 0.5);
        let ends = |pieces: &[Vec<(f64, f64)>]| -> Vec<(i64, i64)> {
            let place = |p: Option<&(f64, f64)>| p.map_or(0, |p| (p.0 * 1e6).round() as i64);
            pieces
                .iter()
                .map(|p| (place(p.first()), place(p.last())))
                .collect()
        };
        assert_eq!(ends(&dashes(&fine, 1.0, 0.5)), ends(&whole));
    }

    #[test]
    fn thinning_keeps_every_extreme() {
        let points: Vec<(f64, f64)> = (0..100_000)
            .map(|k| (f64::from(k) * 1e-3, f64::from((k * 7919) % 1009)))
            .collect();
        let thinned = thin(points.clone(), 1.0);
        assert!(thinned.len() <= 4 * 101, "{}", thinned.len());
        for column in 0..100 {
            let range = |points: &[(f64, f64)]| {
                let here = points
                    .iter()
                    .filter(|p| p.0.floor() == f64::from(column))
                    .map(|p| p.1);
                here.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| {
                    (l.min(y), h.max(y))
                })
            };
            assert_eq!(range(&points), range(&thinned));
        }
        let few = vec![(0.0, 1.0), (5.0, 2.0)];
        assert_eq!(thin(few.clone(), 1.0), few);
    }
}
