//! NPZ: every column of a recording as a NumPy array in one file, in SI units and bit for bit.
//!
//! `f = numpy.load("recording.npz")` gives `f["lif.t_s"]`, `f["lif.v_V"]` (element by time), `f["lif.v.elements"]`,
//! `f["lif.spikes.t_s"]`, `f["lif.spikes.i"]`, `f["lif.rate.rate_Hz"]`.

use std::io::{self, Seek, Write};

use npyz::{NpyWriter, WriteOptions, WriterBuilder};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Format, OutputFile, Recording};
use crate::units::dimension::Dimension;
use crate::units::display::{column_name, si_symbol};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "npz",
    about: "NumPy arrays in one file, SI units, exact",
    files,
};

fn files(recording: &Recording) -> Vec<OutputFile<'_>> {
    vec![OutputFile {
        name: "recording.npz".to_string(),
        write: Box::new(|out| write_npz(recording, out)),
    }]
}

struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Archive<W> {
    fn array<T, I>(&mut self, name: &str, shape: &[usize], values: I) -> io::Result<()>
    where
        T: npyz::AutoSerialize + Copy,
        I: IntoIterator<Item = T>,
    {
        let shape: Vec<u64> = shape.iter().map(|n| *n as u64).collect();
        let bytes = shape.iter().product::<u64>() * std::mem::size_of::<T>() as u64;
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .large_file(bytes > 0xF000_0000);
        self.zip.start_file(format!("{name}.npy"), options)?;
        let mut writer: NpyWriter<T, _> = WriteOptions::new()
            .default_dtype()
            .shape(&shape)
            .writer(&mut self.zip)
            .begin_nd()?;
        writer.extend(values)?;
        writer.finish()
    }
}

fn key(owner: &str, name: &str, dimension: Dimension) -> String {
    format!("{owner}.{}", column_name(name, &si_symbol(dimension)))
}

fn write_npz(recording: &Recording, out: &mut dyn Write) -> io::Result<()> {
    let mut archive = Archive {
        zip: ZipWriter::new_stream(io::BufWriter::new(out)),
    };
    for table in &recording.states {
        archive.array(
            &key(&table.name, "t", Dimension::TIME),
            &[table.t.len()],
            table.t.iter().copied(),
        )?;
        for column in &table.columns {
            let elements = format!("{}.{}.elements", table.name, column.name);
            archive.array(
                &elements,
                &[column.elements.len()],
                column.elements.iter().copied(),
            )?;
            let shape = [column.elements.len(), table.t.len()];
            // A run that stopped in the middle of a block leaves no hole: rows have one length.
            let row = |values: &'_ Vec<f64>| -> Vec<f64> {
                let missing = table.t.len().saturating_sub(values.len());
                values
                    .iter()
                    .copied()
                    .take(table.t.len())
                    .chain(std::iter::repeat_n(f64::NAN, missing))
                    .collect()
            };
            archive.array(
                &key(&table.name, &column.name, column.dimension),
                &shape,
                column.values.iter().flat_map(row),
            )?;
        }
    }
    for table in &recording.spikes {
        let owner = format!("{}.{}s", table.population, table.event);
        archive.array(
            &key(&owner, "t", Dimension::TIME),
            &[table.t.len()],
            table.t.iter().copied(),
        )?;
        archive.array(
            &format!("{owner}.i"),
            &[table.i.len()],
            table.i.iter().copied(),
        )?;
        archive.array(
            &format!("{owner}.step"),
            &[table.step.len()],
            table.step.iter().copied(),
        )?;
        for column in &table.extra {
            archive.array(
                &key(&owner, &column.name, column.dimension),
                &[column.values.len()],
                column.values.iter().copied(),
            )?;
        }
    }
    for table in &recording.rates {
        let owner = format!("{}.rate", table.population);
        archive.array(
            &key(&owner, "t", Dimension::TIME),
            &[table.t.len()],
            table.t.iter().copied(),
        )?;
        archive.array(
            &key(&owner, "rate", Dimension::TIME.inverse()),
            &[table.rate.len()],
            table.rate.iter().copied(),
        )?;
    }
    archive.zip.finish()?.into_inner().flush()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{Cursor, Read};

    use super::*;
    use crate::record::sample;

    #[test]
    fn arrays_come_back_bit_for_bit() {
        let recording = sample::recording();
        let mut bytes = Vec::new();
        write_npz(&recording, &mut bytes).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<String> = zip
            .file_names()
            .map(|name| name.unwrap().to_string())
            .collect();
        let expected = [
            "lif.t_s.npy",
            "lif.v.elements.npy",
            "lif.v_V.npy",
            "lif.m.elements.npy",
            "lif.m.npy",
            "lif.spikes.t_s.npy",
            "lif.spikes.i.npy",
            "lif.spikes.step.npy",
            "lif.spikes.v_V.npy",
            "lif.rate.t_s.npy",
            "lif.rate.rate_Hz.npy",
        ];
        assert_eq!(names, expected);
        let mut read = |name: &str| {
            let mut file = zip.by_name(name).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let npy = npyz::NpyFile::new(Cursor::new(read("lif.v_V.npy"))).unwrap();
        assert_eq!(npy.shape(), [2, 3]);
        let values: Vec<f64> = npy.into_vec().unwrap();
        let (_, v) = recording.state("lif", "v").unwrap();
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&values), bits(&v.values.concat()));
        let i: Vec<u32> = npyz::NpyFile::new(Cursor::new(read("lif.spikes.i.npy")))
            .unwrap()
            .into_vec()
            .unwrap();
        assert_eq!(i, [3, 4, 0, 3]);
    }
}
