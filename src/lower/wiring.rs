//! Which neurons are connected: what [`super::connect`] finds out and the program is made for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::projection::Endpoint;
use crate::model::{Model, Owner, ProjectionId};
use crate::runtime::sorted::Sorted;

/// The synapses of one projection, in order of their numbers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Wired {
    /// Index of the source, as given to the projection.
    pub pre: Arc<[u32]>,
    /// Index of the target.
    pub post: Arc<[u32]>,
    /// The synapses in order of delivery, where nothing else is needed of them; `pre` and `post` are empty then.
    pub sorted: Option<Arc<Sorted>>,
}

/// The synapses of all projections that are connected.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Wiring {
    /// By projection.
    pub projections: BTreeMap<ProjectionId, Wired>,
}

impl Wiring {
    /// Number of synapses of a projection, if it is connected.
    pub fn size(&self, projection: ProjectionId) -> Option<usize> {
        self.projections.get(&projection).map(Wired::len)
    }
    /// Number of elements of one side of a projection, if that is known.
    pub fn side(&self, model: &Model, side: &Endpoint) -> Option<usize> {
        let all = match side.owner {
            Owner::Group(group) => model.groups.get(group)?.size,
            Owner::Projection(projection) => self.size(projection)?,
        };
        Some(side.last.min(all).saturating_sub(side.first))
    }
}

impl Wired {
    /// Number of synapses.
    pub fn len(&self) -> usize {
        match &self.sorted {
            Some(sorted) => sorted.synapses,
            None => self.pre.len(),
        }
    }
    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// For each synapse, how many synapses have the same entry in `side`.
    pub fn degrees(side: &[u32]) -> Vec<u32> {
        let size = side.iter().max().map_or(0, |last| *last as usize + 1);
        let mut counts = vec![0u32; size];
        for entry in side {
            if let Some(count) = counts.get_mut(*entry as usize) {
                *count += 1;
            }
        }
        let of = |entry: &u32| counts.get(*entry as usize).copied().unwrap_or(0);
        side.iter().map(of).collect()
    }
    /// For each synapse, how many earlier ones connect the same pair.
    pub fn copies(&self) -> Vec<u32> {
        let pair = |synapse: usize| (self.pre.get(synapse), self.post.get(synapse));
        let mut order: Vec<usize> = (0..self.pre.len()).collect();
        order.sort_by_key(|synapse| pair(*synapse));
        let mut copies = vec![0; order.len()];
        let mut before = None;
        let mut count = 0;
        for synapse in order {
            count = if before == Some(pair(synapse)) {
                count + 1
            } else {
                0
            };
            before = Some(pair(synapse));
            if let Some(slot) = copies.get_mut(synapse) {
                *slot = count;
            }
        }
        copies
    }
}

#[cfg(test)]
mod tests {
    use super::Wired;

    #[test]
    fn degrees_and_copies_are_counted() {
        let wired = Wired {
            pre: vec![2, 0, 1, 0, 2].into(),
            post: vec![0, 1, 1, 1, 0].into(),
            sorted: None,
        };
        assert_eq!(Wired::degrees(&wired.pre), [2, 2, 1, 2, 2]);
        assert_eq!(Wired::degrees(&wired.post), [2, 3, 3, 3, 2]);
        assert_eq!(wired.copies(), [0, 0, 0, 1, 1]);
    }
}
