//! Event lists against a plain search.

use super::super::events::events;
use super::{Inputs, mixture, sets};

#[test]
fn lists_hold_the_ascending_indices_of_the_hits() {
    let mut inputs = Inputs(11);
    for isa in sets() {
        for n in [0, 1, 3, 8, 9, 31, 64, 257] {
            let values = mixture(&mut inputs, n);
            let active: Vec<f64> = (0..n)
                .map(|_| f64::from_bits((inputs.next() % 3) << (inputs.next() % 60)))
                .collect();
            let bytes: Vec<u8> = (0..n)
                .map(|_| u8::from(inputs.next().is_multiple_of(5)))
                .collect();
            let collect = |hit: &dyn Fn(usize) -> bool| -> Vec<u32> {
                (0..n)
                    .filter(|&i| hit(i))
                    .map(|i| 1000 + i as u32)
                    .collect()
            };
            let mut list = vec![0; n];
            let events = events(isa);

            let count = events.above(&mut list, 1000, &values, 0.5, None);
            assert_eq!(list[..count], collect(&|i| values[i] > 0.5));
            let count = events.above(&mut list, 1000, &values, 0.5, Some(&active));
            assert_eq!(
                list[..count],
                collect(&|i| values[i] > 0.5 && active[i].to_bits() != 0)
            );
            let count = events.marked(&mut list, 1000, &active);
            assert_eq!(list[..count], collect(&|i| active[i].to_bits() != 0));
            let count = events.marked_bytes(&mut list, 1000, &bytes);
            assert_eq!(list[..count], collect(&|i| bytes[i] != 0));
        }
    }
}
