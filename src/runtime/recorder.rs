//! Filling the tables of a recording while steps run. Samples are gathered in blocks, which are faster to file than single ones.

use super::plan::ListColumns;
use crate::backend::image::Image;
use crate::kir::layout::Column;
use crate::record::Recording;

/// Samples of a table are filed when so many values have gathered.
const BLOCK: usize = 4096;

/// Samples that were not filed yet.
#[derive(Default)]
pub(super) struct Gathered {
    /// Per table, per column.
    values: Vec<Vec<Vec<f64>>>,
}

/// Entries of a list now.
pub(super) fn entries<'i>(
    image: &'i Image,
    list: &'i ListColumns,
) -> impl Iterator<Item = u32> + 'i {
    let count = image.load(&list.count, 0) as usize;
    (0..count.min(list.items.len)).map(|k| image.load(&list.items, k) as u32)
}

impl Gathered {
    /// Takes one sample of each column.
    pub fn sample(
        &mut self,
        recording: &mut Recording,
        table: usize,
        columns: &[(Column, Vec<u32>)],
        image: &Image,
        time: f64,
    ) {
        if self.values.len() <= table {
            self.values.resize_with(table + 1, Vec::new);
        }
        let (Some(gathered), Some(states)) =
            (self.values.get_mut(table), recording.states.get_mut(table))
        else {
            return;
        };
        gathered.resize_with(columns.len(), Vec::new);
        states.t.push(time);
        for (k, (column, elements)) in columns.iter().enumerate() {
            let Some(block) = gathered.get_mut(k) else {
                continue;
            };
            block.extend(elements.iter().map(|e| image.get(column, *e as usize)));
            if block.len() >= BLOCK
                && let Some(filed) = states.columns.get_mut(k)
            {
                filed.append(block);
                block.clear();
            }
        }
    }
    /// Files what is left.
    pub fn finish(&mut self, recording: &mut Recording) {
        for (states, gathered) in recording.states.iter_mut().zip(&mut self.values) {
            for (column, block) in states.columns.iter_mut().zip(gathered) {
                column.append(block);
                block.clear();
            }
        }
    }
}

/// Records the entries of a list that lie in a range.
pub(super) fn events(
    recording: &mut Recording,
    table: usize,
    image: &Image,
    list: &ListColumns,
    range: std::ops::Range<u32>,
    columns: &[Column],
    (time, step): (f64, i64),
) {
    let Some(table) = recording.spikes.get_mut(table) else {
        return;
    };
    for entry in entries(image, list).filter(|entry| range.contains(entry)) {
        table.i.push(entry - range.start);
        table.t.push(time);
        table.step.push(step as u64);
        for (extra, column) in table.extra.iter_mut().zip(columns) {
            extra.values.push(image.get(column, entry as usize));
        }
    }
}

/// Records the rate of the entries in a range: their number per element and second.
pub(super) fn rate(
    recording: &mut Recording,
    table: usize,
    image: &Image,
    list: &ListColumns,
    range: std::ops::Range<u32>,
    (time, dt): (f64, f64),
) {
    let Some(table) = recording.rates.get_mut(table) else {
        return;
    };
    let size = f64::from(range.end - range.start);
    let count = entries(image, list)
        .filter(|entry| range.contains(entry))
        .count();
    table.t.push(time);
    table.rate.push(count as f64 / (dt * size));
}

/// Drops everything recorded after a time.
pub(super) fn cut(recording: &mut Recording, time: f64) {
    for table in &mut recording.states {
        let keep = table.t.partition_point(|t| *t <= time);
        table.t.truncate(keep);
        for column in &mut table.columns {
            for values in &mut column.values {
                values.truncate(keep);
            }
        }
    }
    for table in &mut recording.spikes {
        let keep = table.t.partition_point(|t| *t <= time);
        table.i.truncate(keep);
        table.t.truncate(keep);
        table.step.truncate(keep);
        for extra in &mut table.extra {
            extra.values.truncate(keep);
        }
    }
    for table in &mut recording.rates {
        let keep = table.t.partition_point(|t| *t <= time);
        table.t.truncate(keep);
        table.rate.truncate(keep);
    }
}
