//! What a run leaves behind: tables of samples and spikes, each column with a name, a dimension and a time base.
//!
//! Values are SI. Nothing here knows of plots or of the network that was run. A file format is a file of this folder that
//! turns a [`Recording`] into [`OutputFile`]s, and a row of [`FORMATS`].

pub mod csv;
#[cfg(feature = "cli")]
pub mod files;
#[cfg(feature = "cli")]
pub mod npz;
pub mod summary;

use std::io::{self, Write};

use crate::units::dimension::Dimension;

/// Everything recorded in a run.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recording {
    /// Sampled variables.
    pub states: Vec<StateTable>,
    /// Spikes and other events.
    pub spikes: Vec<SpikeTable>,
    /// Population rates.
    pub rates: Vec<RateTable>,
}

impl Recording {
    /// True if both have the same tables, with the same columns.
    pub fn is_like(&self, other: &Recording) -> bool {
        let states = |recording: &Recording| -> Vec<_> {
            let tables = recording.states.iter();
            let columns = |table: &StateTable| -> Vec<_> {
                let columns = table.columns.iter();
                columns
                    .map(|column| (column.name.clone(), column.elements.clone()))
                    .collect()
            };
            tables
                .map(|table| (table.name.clone(), columns(table)))
                .collect()
        };
        let spikes = |recording: &Recording| -> Vec<_> {
            let tables = recording.spikes.iter();
            tables
                .map(|table| {
                    (
                        table.population.clone(),
                        table.event.clone(),
                        table.extra.len(),
                    )
                })
                .collect()
        };
        let rates = |recording: &Recording| -> Vec<_> {
            let tables = recording.rates.iter();
            tables.map(|table| table.population.clone()).collect()
        };
        states(self) == states(other)
            && spikes(self) == spikes(other)
            && rates(self) == rates(other)
    }
    /// Drops what was recorded before a time (s).
    pub fn forget(&mut self, before: f64) {
        for table in &mut self.states {
            let first = table.t.partition_point(|t| *t < before);
            table.t.drain(..first);
            let columns = table.columns.iter_mut();
            for values in columns.flat_map(|column| &mut column.values) {
                values.drain(..first.min(values.len()));
            }
        }
        for table in &mut self.spikes {
            let first = table.t.partition_point(|t| *t < before);
            table.t.drain(..first);
            table.i.drain(..first);
            table.step.drain(..first);
            for column in &mut table.extra {
                column.values.drain(..first.min(column.values.len()));
            }
        }
        for table in &mut self.rates {
            let first = table.t.partition_point(|t| *t < before);
            table.t.drain(..first);
            table.rate.drain(..first);
        }
    }
    /// The column of a population's variable, with its time base.
    pub fn state(&self, population: &str, variable: &str) -> Option<(&StateTable, &StateColumn)> {
        let tables = self
            .states
            .iter()
            .filter(|table| table.population == population);
        tables
            .into_iter()
            .find_map(|table| Some((table, table.column(variable)?)))
    }
    /// A population's spikes (`event` is `spike`) or other events.
    pub fn events(&self, population: &str, event: &str) -> Option<&SpikeTable> {
        self.spikes
            .iter()
            .find(|table| table.population == population && table.event == event)
    }
    /// A population's rate.
    pub fn rate(&self, population: &str) -> Option<&RateTable> {
        self.rates
            .iter()
            .find(|table| table.population == population)
    }
}

/// Variables of one population sampled at the same times.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct StateTable {
    /// Name of the table, unique in a recording; part of file names.
    pub name: String,
    /// Population (or projection) sampled.
    pub population: String,
    /// Sample times (s).
    pub t: Vec<f64>,
    /// Variables.
    pub columns: Vec<StateColumn>,
}

impl StateTable {
    /// The column of a variable.
    pub fn column(&self, variable: &str) -> Option<&StateColumn> {
        self.columns.iter().find(|column| column.name == variable)
    }
}

/// One variable of some elements.
#[derive(Clone, PartialEq, Debug)]
pub struct StateColumn {
    /// Name of the variable.
    pub name: String,
    /// Its dimension.
    pub dimension: Dimension,
    /// Index of each recorded element in its population.
    pub elements: Vec<u32>,
    /// Values (SI): `values[k]` are the samples of element `elements[k]`, one per time of the table.
    pub values: Vec<Vec<f64>>,
}

impl StateColumn {
    /// An empty column with room for a number of samples.
    pub fn new(
        name: impl Into<String>,
        dimension: Dimension,
        elements: Vec<u32>,
        samples: usize,
    ) -> StateColumn {
        let values = elements
            .iter()
            .map(|_| Vec::with_capacity(samples))
            .collect();
        StateColumn {
            name: name.into(),
            dimension,
            elements,
            values,
        }
    }
    /// Appends samples as a run makes them: `block` holds all elements of the first time, then of the next.
    pub fn append(&mut self, block: &[f64]) {
        let width = self.elements.len();
        if width == 0 {
            return;
        }
        // Tiles of 8 x 8 values keep both sides of the transposition in the cache.
        for rows in block.chunks(8 * width) {
            for (k, column) in self.values.iter_mut().enumerate() {
                column.extend(rows.iter().skip(k).step_by(width));
            }
        }
    }
    /// The samples of an element by its index in the population.
    pub fn of(&self, element: u32) -> Option<&[f64]> {
        let position = self.elements.iter().position(|e| *e == element)?;
        self.values.get(position).map(Vec::as_slice)
    }
}

/// Events of one population in order of time.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SpikeTable {
    /// Population.
    pub population: String,
    /// Name of the event, `spike` unless custom.
    pub event: String,
    /// Number of neurons of the population.
    pub size: u32,
    /// Neuron of each event.
    pub i: Vec<u32>,
    /// Time of each event (s).
    pub t: Vec<f64>,
    /// Step of the clock of each event.
    pub step: Vec<u64>,
    /// Variables recorded with each event.
    pub extra: Vec<EventColumn>,
}

impl SpikeTable {
    /// Number of events per neuron.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0u64; self.size as usize];
        for i in &self.i {
            if let Some(count) = counts.get_mut(*i as usize) {
                *count += 1;
            }
        }
        counts
    }
}

/// A variable recorded with each event.
#[derive(Clone, PartialEq, Debug)]
pub struct EventColumn {
    /// Name of the variable.
    pub name: String,
    /// Its dimension.
    pub dimension: Dimension,
    /// One value (SI) per event.
    pub values: Vec<f64>,
}

/// The rate of a population.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RateTable {
    /// Population.
    pub population: String,
    /// Sample times (s).
    pub t: Vec<f64>,
    /// Spikes per neuron and second at each time (Hz).
    pub rate: Vec<f64>,
}

/// A file to be written: its name and what writes its content.
pub struct OutputFile<'a> {
    /// Name without folder.
    pub name: String,
    /// Writes the whole content.
    pub write: Writer<'a>,
}

/// Writes the content of a file; an error ends the writing.
pub type Writer<'a> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + 'a>;

/// A file format for recordings.
pub struct Format {
    /// Name as given to `--format`.
    pub name: &'static str,
    /// One line for the help.
    pub about: &'static str,
    /// The files that hold a recording.
    pub files: for<'a> fn(&'a Recording) -> Vec<OutputFile<'a>>,
}

/// All formats.
pub const FORMATS: &[Format] = &[
    csv::FORMAT,
    #[cfg(feature = "cli")]
    npz::FORMAT,
];

/// The format of a name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

#[cfg(test)]
pub(crate) mod sample {
    //! A small recording with values that do not come out even, for the tests of the formats.

    use super::*;
    use crate::units::dimension::Rational;

    /// The dimension of voltage.
    pub fn volt() -> Dimension {
        let e = |num| Rational { num, den: 1 };
        Dimension([e(2), e(1), e(-3), e(-1), e(0), e(0), e(0)])
    }

    /// Two neurons, three samples, four spikes, three rates.
    pub fn recording() -> Recording {
        let mut v = StateColumn::new("v", volt(), vec![0, 7], 3);
        v.append(&[-0.065, -0.05000065410980928, -0.1 / 3.0, 1e-300]);
        v.append(&[f64::NAN, f64::INFINITY]);
        let mut m = StateColumn::new("m", Dimension::NONE, vec![7], 3);
        m.append(&[0.1, 0.1 + 0.2, 1.0]);
        Recording {
            states: vec![StateTable {
                name: "lif".into(),
                population: "lif".into(),
                t: vec![0.0, 1e-4, 2.0 * 1e-4],
                columns: vec![v, m],
            }],
            spikes: vec![SpikeTable {
                population: "lif".into(),
                event: "spike".into(),
                size: 10,
                i: vec![3, 4, 0, 3],
                t: vec![0.0137, 0.0137, 0.02, 137.0 * 2e-4],
                step: vec![137, 137, 200, 274],
                extra: vec![EventColumn {
                    name: "v".into(),
                    dimension: volt(),
                    values: vec![-0.0499, -0.0498, -0.0497, -0.0496],
                }],
            }],
            rates: vec![RateTable {
                population: "lif".into(),
                t: vec![0.0, 1e-4, 2e-4],
                rate: vec![0.0, 1000.0, 0.0],
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn samples_arrive_in_blocks_and_are_found_by_element() {
        let recording = sample::recording();
        let (table, v) = recording.state("lif", "v").unwrap();
        assert_eq!(v.of(0).unwrap().get(..2).unwrap(), [-0.065, -0.1 / 3.0]);
        assert_eq!(v.of(7).unwrap().len(), table.t.len());
        assert_eq!(v.of(1), None);
        assert_eq!(
            recording.events("lif", "spike").unwrap().counts(),
            [1, 0, 0, 2, 1, 0, 0, 0, 0, 0]
        );
    }

    #[test]
    fn long_blocks_keep_their_order() {
        let mut column = StateColumn::new("x", Dimension::NONE, (0..5).collect(), 0);
        let block: Vec<f64> = (0..500).map(f64::from).collect();
        column.append(&block);
        assert!((0..5u32).all(|e| {
            let expected: Vec<f64> = (0..100).map(|k| f64::from(5 * k + e)).collect();
            column.of(e).unwrap() == expected
        }));
    }

    #[test]
    fn formats_are_found_by_name() {
        assert!(
            FORMATS
                .iter()
                .all(|f| format(f.name).is_some_and(|g| g.about == f.about))
        );
        assert!(format("tiff").is_none());
    }
}
