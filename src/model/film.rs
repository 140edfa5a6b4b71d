//! What of a figure moves: panels over time grow, all others are drawn anew from values as they are in each frame.

use super::Model;
use super::array::Kind;
use super::figure::{FigureSpec, Ink, Look, PanelSpec, Plotted, Series};

/// The largest number of frames of a figure.
pub const MOST_FRAMES: usize = 600;

impl Series {
    /// Positions of the plotted expressions that it is drawn from.
    pub fn values(&self) -> Vec<usize> {
        let at = |plotted: &Option<Plotted>| plotted.as_ref().map(|plotted| plotted.at);
        match self {
            Series::Lines { .. } | Series::Raster { .. } | Series::Rate { .. } => Vec::new(),
            Series::Curve { y, x, .. } => {
                [y.0].into_iter().chain(x.as_ref().map(|x| x.0)).collect()
            }
            Series::Pair {
                first, second, x, ..
            } => [first.at, second.at].into_iter().chain(at(x)).collect(),
            Series::Histogram { values, edges, .. } => {
                [values.at].into_iter().chain(at(edges)).collect()
            }
            Series::Image { values, x, y, .. } => {
                [values.at].into_iter().chain(at(x)).chain(at(y)).collect()
            }
            Series::Weights {
                values, pre, post, ..
            } => vec![values.at, pre.at, post.at],
            Series::Phase {
                window,
                trajectories,
                nullclines,
                vectors,
                fixed_points,
                ..
            } => {
                let pairs = trajectories.iter().chain(nullclines).flatten();
                let single = vectors.iter().chain(fixed_points);
                [*window]
                    .into_iter()
                    .chain(pairs.copied())
                    .chain(single.copied())
                    .collect()
            }
        }
    }
    /// The plotted expression that stands to the right, where there is one.
    fn across(&self) -> Option<usize> {
        match self {
            Series::Curve { x, .. } => x.as_ref().map(|x| x.0),
            Series::Pair { x, .. } | Series::Image { x, .. } => x.as_ref().map(|x| x.at),
            _ => None,
        }
    }
}

impl Model {
    /// True where the horizontal axis of a panel is the time of the simulation.
    pub fn over_time(&self, panel: &PanelSpec) -> bool {
        panel.series.iter().any(|series| match series {
            Series::Lines { .. } | Series::Raster { .. } | Series::Rate { .. } => true,
            _ => series
                .across()
                .and_then(|at| self.plotted.get(at))
                .is_some_and(|x| matches!(x.kind, Kind::SampleTimes(_) | Kind::RateTimes(_))),
        })
    }
    /// Positions of the plotted expressions that a figure needs in each of its frames, in order.
    pub fn moving(&self, figure: &FigureSpec) -> Vec<usize> {
        let panels = figure.panels.iter().filter(|panel| !self.over_time(panel));
        let by_values = |look: &Look| match &look.color {
            Some(Ink::By(values)) => Some(values.at),
            _ => None,
        };
        let positions = panels.flat_map(|panel| {
            let series = panel.series.iter().flat_map(Series::values);
            series.chain(panel.looks.iter().filter_map(by_values))
        });
        let mut positions: Vec<usize> = positions.collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}
