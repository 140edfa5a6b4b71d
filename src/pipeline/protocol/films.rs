//! Frames of figures that move: what is drawn, as it is at that moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Halt, Machine};
use crate::analysis::value::Array;
use crate::model::film::MOST_FRAMES;

/// Values that the frames of a figure may hold together; half a gigabyte.
const MOST_VALUES: usize = 64 << 20;

/// The frames of a figure.
#[derive(Clone, PartialEq, Debug)]
pub struct Shots {
    /// Position of the figure in the model.
    pub figure: usize,
    /// Time between frames: a whole number of steps.
    pub interval: f64,
    /// Time of each.
    pub times: Vec<f64>,
    /// The plotted expressions that change, by their positions, for each frame. Equal values are kept once.
    pub values: Vec<BTreeMap<usize, Option<Arc<Array>>>>,
    /// True where frames were left out, because they are too many or too large.
    pub cut: bool,
    /// Values kept so far.
    held: usize,
}

impl Machine<'_> {
    /// Begins the films of the model.
    pub(super) fn begin_films(&mut self) {
        let dt = self.simulation.shortest_step().unwrap_or(self.model.dt);
        let figures = self.model.figures.iter().enumerate();
        let films = figures.filter_map(|(figure, spec)| {
            Some(Shots {
                figure,
                interval: (spec.film?.interval / dt).round().max(1.0) * dt,
                times: Vec::new(),
                values: Vec::new(),
                cut: false,
                held: 0,
            })
        });
        self.notes.films = films.collect();
    }

    /// Takes the frames that are due.
    pub(super) fn take_frames(&mut self, now: f64, near: f64) -> Result<(), Halt> {
        for k in 0..self.notes.films.len() {
            let due = self.notes.films.get(k).is_some_and(|shots| {
                let nearest = (now / shots.interval).round() * shots.interval;
                (nearest - now).abs() <= near
            });
            if due {
                self.take_frame(k, now, near)?;
            }
        }
        Ok(())
    }

    /// Ends the films of the model with what there is at the end.
    pub(super) fn end_films(&mut self) -> Result<(), Halt> {
        let dt = self.simulation.shortest_step().unwrap_or(self.model.dt);
        let now = self.simulation.time();
        for k in 0..self.notes.films.len() {
            self.take_frame(k, now, super::advance::SAME * dt)?;
        }
        Ok(())
    }

    fn take_frame(&mut self, k: usize, now: f64, near: f64) -> Result<(), Halt> {
        let model = self.model;
        let Some(shots) = self.notes.films.get_mut(k) else {
            return Ok(());
        };
        if shots
            .times
            .last()
            .is_some_and(|last| (last - now).abs() <= near)
        {
            return Ok(());
        }
        if shots.times.len() >= MOST_FRAMES || shots.held > MOST_VALUES {
            shots.cut = true;
            return Ok(());
        }
        let Some(spec) = model.figures.get(shots.figure) else {
            return Ok(());
        };
        // Frames draw no random numbers of the protocol: those are the same with and without them.
        let draws = self.draws;
        let mut values = BTreeMap::new();
        for position in model.moving(spec) {
            let Some(expr) = model.plotted.get(position) else {
                continue;
            };
            let value = self.plotted(expr).map_err(Halt::Failed)?;
            values.insert(position, value.map(Arc::new));
            self.draws = draws;
        }
        if let Some(shots) = self.notes.films.get_mut(k) {
            if let Some(before) = shots.values.last() {
                for (position, value) in &mut values {
                    if let Some(same) = before.get(position).filter(|old| *old == value) {
                        value.clone_from(same);
                    } else {
                        shots.held += value.as_ref().map_or(0, |array| array.len());
                    }
                }
            }
            shots.times.push(now);
            shots.values.push(values);
        }
        Ok(())
    }
}
