//! Keeping the weights of synapses while these are made: one for all as long as there is no other.

use super::rows::Kept;

/// Keeps the weights of the positions from `first` on, the last ones so far.
pub(super) fn keep_all(kept: &mut Option<Kept>, first: usize, weights: &[f64], single: bool) {
    let rounded = |weight: &f64| match single {
        true => f64::from(*weight as f32),
        false => *weight,
    };
    let Some(one) = weights.first().map(rounded) else {
        return;
    };
    if let Kept::Same(same) = kept.get_or_insert(Kept::Same(one)) {
        let same = *same;
        let alike = |weight: &f64| rounded(weight).to_bits() == same.to_bits();
        if weights.iter().all(alike) {
            return;
        }
        *kept = Some(match single {
            true => Kept::Single(vec![same as f32; first]),
            false => Kept::Double(vec![same; first]),
        });
    }
    match kept {
        Some(Kept::Double(all)) => all.extend_from_slice(weights),
        Some(Kept::Single(all)) => all.extend(weights.iter().map(|weight| *weight as f32)),
        Some(Kept::Same(_)) | None => {}
    }
}

/// Keeps the weight of a position: one for all as long as there is no other. `all` is the number of positions.
#[inline]
pub(super) fn keep(
    kept: &mut Option<Kept>,
    position: usize,
    all: usize,
    weight: f64,
    single: bool,
) {
    let weight = match single {
        true => f64::from(weight as f32),
        false => weight,
    };
    match kept {
        None => *kept = Some(Kept::Same(weight)),
        Some(Kept::Same(same)) if same.to_bits() == weight.to_bits() => {}
        Some(Kept::Same(same)) => {
            let mut grown = match single {
                true => Kept::Single(vec![*same as f32; all]),
                false => Kept::Double(vec![*same; all]),
            };
            set(&mut grown, position, weight);
            *kept = Some(grown);
        }
        Some(each) => set(each, position, weight),
    }
}

#[inline]
fn set(kept: &mut Kept, position: usize, weight: f64) {
    match kept {
        Kept::Same(_) => {}
        Kept::Double(weights) => match weights.get_mut(position) {
            Some(slot) => *slot = weight,
            None => weights.push(weight),
        },
        Kept::Single(weights) => match weights.get_mut(position) {
            Some(slot) => *slot = weight as f32,
            None => weights.push(weight as f32),
        },
    }
}
