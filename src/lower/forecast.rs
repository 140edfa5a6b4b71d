//! How much memory a model will take, before anything is allocated.

use crate::model::protocol::{Action, Recorded};
use crate::model::{GroupKind, Model, Owner, VariableKind};

/// Memory of one thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Share {
    /// What: `lif`, or `samples of lif`.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
}

/// Bytes per group, signal and recording of states, in model order. Recorded spikes cannot be known and are left out.
pub fn forecast(model: &Model) -> Vec<Share> {
    let mut shares = Vec::new();
    for (id, group) in model.groups.iter_enumerated() {
        let mut each = 0u64;
        let mut once = 0u64;
        for variable in model.variables.iter() {
            let Owner::Group(owner) = variable.owner else {
                continue;
            };
            let stored = match &variable.kind {
                VariableKind::State | VariableKind::Stored => true,
                VariableKind::Subexpression {
                    constant_over_dt, ..
                } => *constant_over_dt,
                VariableKind::Linked { index, .. } => index.is_some(),
                VariableKind::Temporary
                | VariableKind::Remote { .. }
                | VariableKind::Aggregate { .. } => false,
            };
            if owner == id && stored {
                let bytes = super::context::elem(variable.ty).size() as u64;
                if variable.shared {
                    once += bytes;
                } else {
                    each += bytes;
                }
            }
        }
        let lists = u64::from(super::spikes(group)) + group.events.len() as u64;
        let given = match &group.kind {
            GroupKind::Generator { times, .. } => 12 * times.len() as u64,
            _ => 0,
        };
        let size = group.size as u64;
        shares.push(Share {
            name: group.name.clone(),
            bytes: size.saturating_mul(each + 4 * lists) + once + given,
        });
    }
    for signal in model.signals.iter() {
        shares.push(Share {
            name: signal.name.clone(),
            bytes: 8 * signal.values.len() as u64,
        });
    }
    let duration: f64 = model
        .protocol
        .iter()
        .map(|action| match action {
            Action::Run { duration, .. } => *duration,
            _ => 0.0,
        })
        .sum();
    for record in &model.records {
        let (group, rows, interval) = match &record.what {
            Recorded::States {
                group,
                variables,
                elements,
                every,
                ..
            } => (
                *group,
                variables.len() as u64 * elements.len() as u64,
                *every,
            ),
            Recorded::Rate { slice } => (slice.group, 1, None),
            Recorded::Spikes { .. } | Recorded::Synapses { .. } => continue,
        };
        let dt = model.groups.get(group).and_then(|group| group.dt);
        let interval = interval.or(dt).unwrap_or(model.dt);
        let samples = (duration / interval).ceil().max(0.0) as u64;
        shares.push(Share {
            name: format!("samples of {}", record.name),
            bytes: samples.saturating_mul(8 * rows + 8),
        });
    }
    shares
}
