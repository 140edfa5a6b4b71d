//! Figures that move: the times of their frames, and how each panel follows them.

use super::marks::Mark;
use super::{Figure, Panel};
use crate::units::dimension::Dimension;
use crate::units::display::choose;

/// The frames of a figure.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Film {
    /// Time of the simulation at each frame, in seconds.
    pub times: Vec<f64>,
    /// How long all of them are shown, in seconds.
    pub length: f64,
}

/// How a panel follows the frames of its figure.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Motion {
    /// It does not.
    #[default]
    Still,
    /// Its horizontal axis is the time of the simulation: what lies after the time of the frame is hidden.
    Grows,
    /// It has marks of its own in each frame. Those of the panel are what stands when nothing moves.
    Changes(Vec<Vec<Mark>>),
}

impl Film {
    /// What stands above each frame: `t = 12.5 ms`, all in one unit and with the same decimals.
    pub fn labels(&self) -> Vec<String> {
        let largest = self.times.iter().fold(0.0f64, |m, t| m.max(t.abs()));
        let unit = choose(Dimension::TIME, largest);
        let values: Vec<f64> = self.times.iter().map(|t| t / unit.scale).collect();
        let even = |decimals: usize| {
            let power = 10f64.powi(decimals as i32);
            let whole =
                |v: &f64| (v * power - (v * power).round()).abs() < 1e-6 * power.max(v.abs());
            values.iter().all(whole)
        };
        let decimals = (0..3).find(|d| even(*d)).unwrap_or(3);
        let text = |v: &f64| format!("t = {v:.decimals$} {}", unit.pretty());
        values.iter().map(text).collect()
    }
    /// The same film with every so manieth frame, the last included.
    pub fn thinned(&self, stride: usize) -> (Film, Vec<usize>) {
        let count = self.times.len();
        let last = count.saturating_sub(1);
        let kept: Vec<usize> = (0..count)
            .filter(|k| (last - k).is_multiple_of(stride.max(1)))
            .collect();
        let times = kept
            .iter()
            .filter_map(|k| self.times.get(*k).copied())
            .collect();
        let film = Film {
            times,
            length: self.length,
        };
        (film, kept)
    }
}

impl Panel {
    /// The marks that are there in a frame.
    pub fn marks_at(&self, frame: usize) -> &[Mark] {
        match &self.motion {
            Motion::Changes(frames) => frames.get(frame).map_or(&[], Vec::as_slice),
            _ => &self.marks,
        }
    }
}

impl Figure {
    /// The figure with every so manieth frame only.
    pub fn with_frames(&self, stride: usize) -> Figure {
        let Some(film) = &self.film else {
            return self.clone();
        };
        let (film, kept) = film.thinned(stride);
        let mut figure = Figure {
            film: Some(film),
            ..self.clone()
        };
        for panel in &mut figure.panels {
            if let Motion::Changes(frames) = &mut panel.motion {
                *frames = kept
                    .iter()
                    .filter_map(|k| frames.get(*k).cloned())
                    .collect();
            }
        }
        figure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_unit_and_number_of_decimals() {
        let film = |times: &[f64]| Film {
            times: times.to_vec(),
            length: 1.0,
        };
        assert_eq!(
            film(&[0.0, 0.0025, 0.005]).labels(),
            ["t = 0.0 ms", "t = 2.5 ms", "t = 5.0 ms"]
        );
        assert_eq!(
            film(&[0.0, 0.5, 12.0]).labels(),
            ["t = 0.0 s", "t = 0.5 s", "t = 12.0 s"]
        );
        assert_eq!(film(&[0.0, 1.0]).labels(), ["t = 0 ms", "t = 1000 ms"]);
    }

    #[test]
    fn a_thinned_film_keeps_its_end_and_its_length() {
        let film = Film {
            times: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
            length: 2.0,
        };
        let (short, kept) = film.thinned(2);
        assert_eq!(
            (kept, short.times, short.length),
            (vec![1, 3, 5], vec![1.0, 3.0, 5.0], 2.0)
        );
    }
}
