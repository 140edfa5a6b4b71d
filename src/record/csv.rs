//! CSV: one file per table, readable units in the column names, one row per sample or per spike.
//!
//! A column has the usual unit of its dimension (`v_mV`, `t_ms`), whatever its values are, so that a script that reads the
//! file finds the same names after every run. Times are written with twelve digits, values with as many as they need.

use std::io::{self, BufWriter, Write};

use super::{Format, OutputFile, RateTable, Recording, SpikeTable, StateTable};
use crate::units::dimension::Dimension;
use crate::units::display::{DisplayUnit, choose, column_name};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "csv",
    about: "comma-separated text, one file per table, units in the column names",
    files,
};

fn files(recording: &Recording) -> Vec<OutputFile<'_>> {
    let mut files = Vec::new();
    for table in &recording.states {
        files.push(OutputFile {
            name: format!("{}_states.csv", table.name),
            write: Box::new(|out| write_states(table, out)),
        });
    }
    for table in &recording.spikes {
        files.push(OutputFile {
            name: format!("{}_{}s.csv", table.population, table.event),
            write: Box::new(|out| write_spikes(table, out)),
        });
    }
    for table in &recording.rates {
        files.push(OutputFile {
            name: format!("{}_rate.csv", table.population),
            write: Box::new(|out| write_rate(table, out)),
        });
    }
    files
}

/// Every table as text, with its file name.
pub fn texts(recording: &Recording) -> Vec<(String, String)> {
    let text = |file: OutputFile<'_>| {
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        let _ = (file.write)(&mut bytes);
        (file.name, String::from_utf8_lossy(&bytes).into_owned())
    };
    files(recording).into_iter().map(text).collect()
}

fn usual(dimension: Dimension) -> DisplayUnit {
    choose(dimension, 0.0)
}

/// Time in ms; 0.013700000000000002 s is 13.7.
fn time(seconds: f64) -> f64 {
    let milliseconds = seconds * 1e3;
    format!("{milliseconds:.11e}")
        .parse()
        .unwrap_or(milliseconds)
}

fn write_states(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    write!(out, "t_ms")?;
    let mut columns = Vec::new();
    for column in &table.columns {
        let unit = usual(column.dimension);
        let name = column_name(&column.name, &unit);
        for (element, values) in column.elements.iter().zip(&column.values) {
            write!(out, ",{name}[{element}]")?;
            columns.push((values.iter(), unit.clone()));
        }
    }
    writeln!(out)?;
    for t in &table.t {
        write!(out, "{}", time(*t))?;
        for (values, unit) in &mut columns {
            match values.next() {
                Some(value) => write!(out, ",{}", unit.convert(*value))?,
                None => write!(out, ",")?,
            }
        }
        writeln!(out)?;
    }
    out.flush()
}

fn write_spikes(table: &SpikeTable, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    write!(out, "t_ms,neuron")?;
    let mut columns = Vec::new();
    for column in &table.extra {
        let unit = usual(column.dimension);
        write!(out, ",{}", column_name(&column.name, &unit))?;
        columns.push((column.values.iter(), unit));
    }
    writeln!(out)?;
    for (t, i) in table.t.iter().zip(&table.i) {
        write!(out, "{},{i}", time(*t))?;
        for (values, unit) in &mut columns {
            match values.next() {
                Some(value) => write!(out, ",{}", unit.convert(*value))?,
                None => write!(out, ",")?,
            }
        }
        writeln!(out)?;
    }
    out.flush()
}

fn write_rate(table: &RateTable, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    writeln!(out, "t_ms,rate_Hz")?;
    for (t, rate) in table.t.iter().zip(&table.rate) {
        writeln!(out, "{},{rate}", time(*t))?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::record::sample;

    fn text(name: &str) -> String {
        let recording = sample::recording();
        let files = files(&recording);
        let file = files.iter().find(|f| f.name == name).unwrap();
        let mut bytes = Vec::new();
        (file.write)(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn states_have_a_column_per_element() {
        let text = text("lif_states.csv");
        let mut lines = text.lines();
        assert_eq!(lines.next().unwrap(), "t_ms,v_mV[0],v_mV[7],m[7]");
        let rows: Vec<Vec<f64>> = lines
            .map(|l| l.split(',').map(|f| f.parse().unwrap()).collect())
            .collect();
        let recording = sample::recording();
        let (table, v) = recording.state("lif", "v").unwrap();
        for (k, row) in rows.iter().enumerate() {
            assert!((row[0] / 1e3 - table.t[k]).abs() <= 1e-12 * table.t[k]);
            for (cell, element) in [(row[1], 0), (row[2], 7)] {
                let value = v.of(element).unwrap()[k];
                // One rounding on the way out and one on the way back.
                let same = cell / 1e3 == value
                    || (cell / 1e3 - value).abs() <= 2.0 * f64::EPSILON * value.abs();
                assert!(
                    same || (cell.is_nan() && value.is_nan()),
                    "{cell} mV for {value} V"
                );
            }
        }
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1][3], 0.1 + 0.2);
    }

    #[test]
    fn spikes_are_one_per_row() {
        let expected = "t_ms,neuron,v_mV\n13.7,3,-49.9\n13.7,4,-49.8\n20,0,-49.7\n27.4,3,-49.6\n";
        assert_eq!(text("lif_spikes.csv"), expected);
        assert_eq!(text("lif_rate.csv"), "t_ms,rate_Hz\n0,0\n0.1,1000\n0.2,0\n");
    }
}
