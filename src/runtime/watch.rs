//! Watching for values that are not finite or absurdly large.

use super::setup::{Setup, Watch};
use crate::backend::image::Image;
use crate::units::dimension::Dimension;

/// Values beyond this are taken for an overflow in the making.
pub const LARGEST: f64 = 1e50;

/// A value that ended a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    /// Owner of the variable.
    pub owner: String,
    /// The variable.
    pub variable: String,
    /// The element.
    pub element: usize,
    /// The value.
    pub value: f64,
    /// Dimension of the value.
    pub dimension: Dimension,
    /// Time of the step that produced it; where that could not be found out, of the last step before it was noticed.
    pub time: f64,
    /// Where the step could not be found out: the time of the last step after which all was well.
    pub after: Option<f64>,
}

/// The first watched value that is out of bounds; `time` and `after` are left at zero and nothing.
pub(super) fn scan(setup: &Setup, image: &Image) -> Option<Fault> {
    setup.watch.iter().find_map(|watch| {
        let column = setup.program.layout.column(watch.column);
        let bad = |element: &usize| {
            let value = image.get(column, *element);
            value.is_nan() || value.abs() > LARGEST
        };
        let element = (0..column.len).find(bad)?;
        Some(fault(watch, element, image.get(column, element)))
    })
}

fn fault(watch: &Watch, element: usize, value: f64) -> Fault {
    Fault {
        owner: watch.owner.clone(),
        variable: watch.variable.clone(),
        element,
        value,
        dimension: watch.dimension,
        time: 0.0,
        after: None,
    }
}
