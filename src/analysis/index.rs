//! Subscripts: positions, slices, lists of positions, masks.

use ndarray::Axis;

use super::value::{Array, describe_shape};

/// One entry between brackets.
#[derive(Clone, PartialEq, Debug)]
pub enum Pick {
    /// One position: the axis disappears.
    At(f64),
    /// Every `step`-th position from `start` on, below `stop`; negative bounds count from the end.
    Slice(Option<f64>, Option<f64>, Option<f64>),
    /// Positions in a list; the axis gets the length of the list.
    List(Vec<f64>),
    /// Positions where a mask holds.
    Mask(Array),
}

/// The positions that a subscript picks along an axis.
///
/// # Errors
/// A sentence, where a position lies outside.
pub fn positions(pick: &Pick, length: usize) -> Result<Vec<usize>, String> {
    match pick {
        Pick::At(at) => Ok(vec![position(*at, length)?]),
        Pick::List(list) => list.iter().map(|at| position(*at, length)).collect(),
        Pick::Mask(mask) if mask.ndim() == 1 && mask.len() == length => Ok((0..length)
            .zip(mask.iter())
            .filter(|(_, chosen)| **chosen != 0.0)
            .map(|(k, _)| k)
            .collect()),
        Pick::Mask(mask) => Err(format!(
            "a mask of {} cannot pick from {length}",
            describe_shape(mask.shape())
        )),
        Pick::Slice(start, stop, step) => slice(*start, *stop, *step, length),
    }
}

fn slice(
    start: Option<f64>,
    stop: Option<f64>,
    step: Option<f64>,
    length: usize,
) -> Result<Vec<usize>, String> {
    let whole = |value: f64| {
        if value.fract() == 0.0 && value.abs() < 9e15 {
            Ok(value as i64)
        } else {
            Err(format!("a bound of a slice is a whole number, not {value}"))
        }
    };
    let n = length as i64;
    let step = step.map_or(Ok(1), whole)?;
    if step == 0 {
        return Err("the step of a slice cannot be 0".to_string());
    }
    let from_end = |k: i64| if k < 0 { k + n } else { k };
    let (first, last) = if step > 0 { (0, n) } else { (n - 1, -1) };
    let start = match start {
        Some(value) => from_end(whole(value)?).clamp(first.min(last), n),
        None => first,
    };
    let stop = match stop {
        Some(value) => from_end(whole(value)?).clamp(-1, n),
        None => last,
    };
    let mut picked = Vec::new();
    let mut k = start;
    while (step > 0 && k < stop) || (step < 0 && k > stop) {
        if let Ok(at) = usize::try_from(k)
            && at < length
        {
            picked.push(at);
        }
        k += step;
    }
    Ok(picked)
}

/// A position, negative ones counted from the end.
///
/// # Errors
/// A sentence, where it is none of an axis of that length.
pub fn position(at: f64, length: usize) -> Result<usize, String> {
    if at.fract() != 0.0 || !at.is_finite() {
        return Err(format!("an index is a whole number, not {at}"));
    }
    let counted = if at < 0.0 { at + length as f64 } else { at };
    if counted >= 0.0 && counted < length as f64 {
        return Ok(counted as usize);
    }
    Err(match length {
        0 => format!("there is no element {at}: the array is empty"),
        _ => format!(
            "there is no element {at}: indices run from 0 to {}",
            length - 1
        ),
    })
}

/// The picked part of an array.
///
/// # Errors
/// A sentence, where there are too many subscripts or a position lies outside.
pub fn pick(array: &Array, picks: &[Pick]) -> Result<Array, String> {
    if let [Pick::Mask(mask)] = picks
        && mask.ndim() > 1
    {
        if mask.shape() != array.shape() {
            return Err(format!(
                "a mask of {} cannot pick from {}",
                describe_shape(mask.shape()),
                describe_shape(array.shape())
            ));
        }
        let chosen = array.iter().zip(mask.iter()).filter(|(_, m)| **m != 0.0);
        return Ok(super::value::vector(chosen.map(|(v, _)| *v).collect()));
    }
    if picks.len() > array.ndim() {
        return Err(format!(
            "{} subscripts for {}",
            picks.len(),
            describe_shape(array.shape())
        ));
    }
    let mut result = array.clone();
    let mut axis = 0;
    for pick in picks {
        let length = result.len_of(Axis(axis));
        let chosen = positions(pick, length)?;
        if let (Pick::At(_), Some(at)) = (pick, chosen.first()) {
            result = result.index_axis(Axis(axis), *at).to_owned();
        } else {
            result = result.select(Axis(axis), &chosen);
            axis += 1;
        }
    }
    Ok(result)
}

/// Writes values into the picked part of an array, stretching them to its shape.
///
/// # Errors
/// A sentence, where a position lies outside or the values do not fit.
pub fn put(array: &mut Array, picks: &[Pick], values: &Array) -> Result<(), String> {
    let misfit = |wanted: &[usize]| {
        format!(
            "{} for {}",
            describe_shape(values.shape()),
            describe_shape(wanted)
        )
    };
    if let [Pick::Mask(mask)] = picks
        && mask.ndim() > 1
        && mask.shape() == array.shape()
    {
        let count = mask.iter().filter(|m| **m != 0.0).count();
        let values = values
            .broadcast(ndarray::IxDyn(&[count]))
            .ok_or_else(|| misfit(&[count]))?;
        let places = array
            .iter_mut()
            .zip(mask.iter())
            .filter(|(_, m)| **m != 0.0);
        for ((place, _), value) in places.zip(values.iter()) {
            *place = *value;
        }
        return Ok(());
    }
    if picks.len() > array.ndim() {
        return Err(format!(
            "{} subscripts for {}",
            picks.len(),
            describe_shape(array.shape())
        ));
    }
    let mut lists = Vec::new();
    let mut shape = Vec::new();
    for (k, length) in array.shape().iter().enumerate() {
        match picks.get(k) {
            Some(pick) => {
                let list = positions(pick, *length)?;
                if !matches!(pick, Pick::At(_)) {
                    shape.push(list.len());
                }
                lists.push(list);
            }
            None => {
                shape.push(*length);
                lists.push((0..*length).collect());
            }
        }
    }
    let values = values
        .broadcast(ndarray::IxDyn(&shape))
        .ok_or_else(|| misfit(&shape))?;
    let mut counters = vec![0usize; lists.len()];
    for value in values.iter() {
        let place: Vec<usize> = counters
            .iter()
            .zip(&lists)
            .map(|(c, list)| list.get(*c).copied().unwrap_or(0))
            .collect();
        if let Some(slot) = array.get_mut(ndarray::IxDyn(&place)) {
            *slot = *value;
        }
        for (counter, list) in counters.iter_mut().zip(&lists).rev() {
            *counter += 1;
            if *counter < list.len() {
                break;
            }
            *counter = 0;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::analysis::value::{elements, shaped, vector};

    fn counting(shape: &[usize]) -> Array {
        let count = shape.iter().product::<usize>();
        shaped(shape, (0..count).map(|k| k as f64).collect()).unwrap()
    }

    #[test]
    fn slices_are_those_of_python() {
        let of = |a, b, c| positions(&Pick::Slice(a, b, c), 5).unwrap();
        assert_eq!(of(None, None, None), [0, 1, 2, 3, 4]);
        assert_eq!(of(Some(1.0), Some(-1.0), None), [1, 2, 3]);
        assert_eq!(of(None, None, Some(-2.0)), [4, 2, 0]);
        assert_eq!(of(Some(3.0), Some(99.0), None), [3, 4]);
        assert_eq!(of(Some(4.0), Some(2.0), None), [0; 0]);
        assert!(positions(&Pick::At(5.0), 5).is_err());
        assert_eq!(positions(&Pick::At(-5.0), 5).unwrap(), [0]);
    }

    #[test]
    fn rows_columns_and_masks_are_picked() {
        let a = counting(&[2, 3]);
        let all = Pick::Slice(None, None, None);
        assert_eq!(
            elements(&pick(&a, &[Pick::At(1.0)]).unwrap()),
            [3.0, 4.0, 5.0]
        );
        assert_eq!(
            elements(&pick(&a, &[all.clone(), Pick::At(-1.0)]).unwrap()),
            [2.0, 5.0]
        );
        let mask = a.mapv(|x| f64::from(u8::from(x > 3.5)));
        assert_eq!(
            elements(&pick(&a, &[Pick::Mask(mask)]).unwrap()),
            [4.0, 5.0]
        );
        assert!(pick(&a, &[all.clone(), all.clone(), all]).is_err());
    }

    #[test]
    fn values_are_put_where_they_were_picked() {
        let mut a = counting(&[2, 3]);
        let all = Pick::Slice(None, None, None);
        put(&mut a, &[all, Pick::At(1.0)], &vector(vec![-1.0, -2.0])).unwrap();
        assert_eq!(elements(&a), [0.0, -1.0, 2.0, 3.0, -2.0, 5.0]);
        assert!(put(&mut a, &[Pick::At(0.0)], &vector(vec![1.0, 2.0])).is_err());
        put(&mut a, &[Pick::At(0.0)], &vector(vec![7.0])).unwrap();
        assert_eq!(elements(&a), [7.0, 7.0, 7.0, 3.0, -2.0, 5.0]);
    }
}
