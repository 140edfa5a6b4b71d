//! Figures that move: the panels of each frame, with one set of axes and colors for all.

use super::{Data, Frames};
use crate::figure::axis::Range;
use crate::figure::film::{Film, Motion};
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::{Color, ColorScale};
use crate::figure::{Figure, Panel};
use crate::model::figure::{FigureSpec, FilmSpec, PanelSpec};

/// Frames per second, unless the film says how long it is.
const PACE: f64 = 20.0;

impl Data<'_> {
    /// Makes a figure move; one of fewer than two frames stands still.
    pub(super) fn film(
        &self,
        figure: &mut Figure,
        spec: &FigureSpec,
        film: &FilmSpec,
        frames: &Frames,
    ) {
        if frames.times.len() < 2 {
            return;
        }
        let count = frames.times.len() as f64;
        let length = film.length.unwrap_or((count / PACE).clamp(2.0, 30.0));
        for (panel, spec) in figure.panels.iter_mut().zip(&spec.panels) {
            if self.model.over_time(spec) {
                panel.motion = Motion::Grows;
            } else {
                self.changes(panel, spec, frames);
            }
        }
        figure.film = Some(Film {
            times: frames.times.clone(),
            length,
        });
    }

    fn changes(&self, panel: &mut Panel, spec: &PanelSpec, frames: &Frames) {
        let at = |k: usize| Data {
            now: frames.values.get(k),
            ..*self
        };
        let moments = || (0..frames.values.len()).map(at);
        // Bins are the same in all frames.
        let spans = moments().filter_map(|data| data.histogram_range(&spec.series));
        let span = spans.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)));
        let mut all: Vec<Vec<Mark>> = moments()
            .map(|data| data.panel_over(spec, span).marks)
            .collect();
        if span.is_some() {
            panel.marks = self.panel_over(spec, span).marks;
        }
        let number = all
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or(0)
            .max(panel.marks.len());
        for k in 0..number {
            let of_frames = all.iter().filter_map(|marks| marks.get(k));
            let scales = of_frames.chain(panel.marks.get(k)).filter_map(Mark::scale);
            let mut limits: Option<(f64, f64)> = None;
            for (low, high) in scales.filter_map(range) {
                let (l, h) = limits.unwrap_or((low, high));
                limits = Some((l.min(low), h.max(high)));
            }
            let Some(limits) = limits else { continue };
            let marks = all.iter_mut().filter_map(|marks| marks.get_mut(k));
            marks
                .chain(panel.marks.get_mut(k))
                .for_each(|mark| set(mark, limits));
        }
        panel.motion = Motion::Changes(all);
    }
}

/// The ends of a scale of colors, where there is a value or a limit.
fn range(scale: &ColorScale) -> Option<(f64, f64)> {
    let data = Range::of(scale.values.iter().copied());
    let fixed = scale.low.is_some() && scale.high.is_some();
    (fixed || !data.is_empty()).then(|| scale.limits())
}

fn set(mark: &mut Mark, (low, high): (f64, f64)) {
    let scale = match (&mut mark.color, &mut mark.kind) {
        (Color::By(scale), _) => scale,
        (_, Kind::Image(image)) => &mut image.scale,
        _ => return,
    };
    (scale.low, scale.high) = (Some(low), Some(high));
}
