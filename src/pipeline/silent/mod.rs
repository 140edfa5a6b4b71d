//! Why a population did not spike: how near it came to its threshold, where its equations lead, what input it would take, and what reached it.

mod arriving;
mod case;
mod rest;
mod sources;

use super::experiment::Experiment;
use crate::model::{GroupId, GroupKind};
use case::Case;

/// Sentences for the report; the most telling first.
pub(super) fn reasons(experiment: &Experiment<'_>, id: GroupId) -> Vec<String> {
    let group = &experiment.checked.model.groups[id];
    match &group.kind {
        GroupKind::Neurons => neurons(experiment, id),
        GroupKind::Poisson { rates } => sources::poisson(experiment, id, *rates),
        GroupKind::Generator { times, period, .. } => sources::given(experiment, times, *period),
    }
}

fn neurons(experiment: &Experiment<'_>, id: GroupId) -> Vec<String> {
    let arriving = arriving::reasons(experiment, id);
    let mut sentences = Case::sentences(experiment, id, !arriving.is_empty());
    sentences.extend(arriving);
    sentences
}

/// Where the equations of a population would lead without its threshold, where that is known.
pub(super) fn leads_to(experiment: &Experiment<'_>, id: GroupId) -> Option<String> {
    Case::leads_to(experiment, id)
}
