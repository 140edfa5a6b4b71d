//! Divided differences of the exponential function, as terms.
//!
//! They are the entries of exponentials of triangular matrices: with the rates `a` and `b` of a synaptic current and a membrane, the
//! current's effect after a step is `exp[a, b] = (e^a - e^b)/(a - b)`, and `e^a` where both are equal. Written as above it would be 0/0 for equal
//! rates and inaccurate for close ones. Here every form is accurate for all rates, and no intermediate value is larger than the result.

use crate::algebra::build::{
    apply, call, compare, difference, is_zero, product, quotient, scaled, select, sum,
};
use crate::model::term::{Comparison, Intrinsic, TermId, Terms};

/// Nodes closer together than this use the power series; the quotient would lose digits.
const NEAR: f64 = 0.5;
/// Terms of the power series within [`NEAR`]: the next one is below 1e-17 of the sum.
const NEAR_TERMS: usize = 15;
/// Terms within twice that distance.
const WIDE_TERMS: usize = 20;

/// `exp[n0, n1, …]` for real nodes, in any order, equal or not.
pub fn exponential(terms: &mut Terms, nodes: &[TermId]) -> TermId {
    match *nodes {
        [a, b] if is_zero(terms, a) => return call(terms, Intrinsic::Exprel, b),
        [a, b] if is_zero(terms, b) => return call(terms, Intrinsic::Exprel, a),
        _ => {}
    }
    let sorted = descending(terms, nodes);
    of_sorted(terms, &sorted)
}

/// The nodes from the largest to the smallest, by exchanges of neighbors.
fn descending(terms: &mut Terms, nodes: &[TermId]) -> Vec<TermId> {
    let mut sorted = nodes.to_vec();
    // Equal nodes next to each other need no exchange.
    sorted.sort_unstable();
    for end in (1..sorted.len()).rev() {
        for k in 0..end {
            let (a, b) = (sorted[k], sorted[k + 1]);
            if a != b {
                sorted[k] = apply(terms, Intrinsic::Max, &[a, b]);
                sorted[k + 1] = apply(terms, Intrinsic::Min, &[a, b]);
            }
        }
    }
    sorted
}

fn of_sorted(terms: &mut Terms, nodes: &[TermId]) -> TermId {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return terms.integer(0);
    };
    let order = nodes.len() - 1;
    let (high, low) = (*first, *last);
    if nodes.iter().all(|node| *node == high) {
        let value = call(terms, Intrinsic::Exp, high);
        return scaled(terms, 1.0 / factorial(order), value);
    }
    if order == 1 {
        let gap = difference(terms, low, high);
        let mean = call(terms, Intrinsic::Exprel, gap);
        let scale = call(terms, Intrinsic::Exp, high);
        return product(terms, &[scale, mean]);
    }
    let upper = of_sorted(terms, &nodes[..order]);
    let lower = of_sorted(terms, &nodes[1..]);
    let spread = difference(terms, high, low);
    let rise = difference(terms, upper, lower);
    let far = quotient(terms, rise, spread);
    let below: Vec<TermId> = nodes[1..]
        .iter()
        .map(|node| difference(terms, *node, high))
        .collect();
    let near = series(terms, high, &below, NEAR_TERMS);
    let near_by = near_condition(terms, spread, NEAR);
    select(terms, near_by, near, far)
}

fn near_condition(terms: &mut Terms, distance: TermId, limit: f64) -> TermId {
    let limit = terms.number(limit);
    compare(terms, Comparison::Less, distance, limit)
}

/// `e^center` times the power series of `exp[0, p1, p2, …]` for small `p`: the sum of `h_j(p)/(j + k)!` with the complete homogeneous
/// symmetric polynomials `h_j`.
fn series(terms: &mut Terms, center: TermId, displaced: &[TermId], count: usize) -> TermId {
    let one = terms.integer(1);
    let zero = terms.integer(0);
    let mut polynomials = vec![zero; count];
    if let Some(first) = polynomials.first_mut() {
        *first = one;
    }
    for p in displaced {
        add_variable(terms, &mut polynomials, *p);
    }
    weighted(terms, center, &polynomials, displaced.len())
}

/// From `h_j` of some variables to those of one more: `H_j = h_j + p H_{j-1}`.
fn add_variable(terms: &mut Terms, polynomials: &mut [TermId], p: TermId) {
    if is_zero(terms, p) {
        return;
    }
    for j in 1..polynomials.len() {
        let carried = product(terms, &[p, polynomials[j - 1]]);
        polynomials[j] = sum(terms, &[polynomials[j], carried]);
    }
}

/// `e^center` times the sum of `h_j/(j + order)!`.
fn weighted(terms: &mut Terms, center: TermId, polynomials: &[TermId], order: usize) -> TermId {
    let parts: Vec<TermId> = polynomials
        .iter()
        .enumerate()
        .map(|(j, h)| scaled(terms, 1.0 / factorial(j + order), *h))
        .collect();
    let total = sum(terms, &parts);
    let scale = call(terms, Intrinsic::Exp, center);
    product(terms, &[scale, total])
}

fn factorial(n: usize) -> f64 {
    (1..=n).map(|k| k as f64).product()
}

/// Two eigenvalues, real or conjugate, given by their mean and the square of their half distance (negative when complex).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pair {
    /// (λ1 + λ2)/2
    pub mean: TermId,
    /// ((λ1 - λ2)/2)²
    pub square: TermId,
}

/// The largest number of further nodes that [`Pair::function`] takes.
pub const PAIR_NODES: usize = 2;

impl Pair {
    /// For a 2×2 matrix `A` with these eigenvalues and further real nodes: `α` and `β` with `F(A) = α + β (A - mean)`, where
    /// `F(z) = exp[z, nodes…]`. Nothing for more nodes than [`PAIR_NODES`].
    pub fn function(self, terms: &mut Terms, nodes: &[TermId]) -> Option<(TermId, TermId)> {
        if nodes.len() > PAIR_NODES {
            return None;
        }
        let (real, complex) = (self.real(terms, nodes), self.complex(terms, nodes));
        let zero = terms.number(0.0);
        let oscillates = compare(terms, Comparison::Less, self.square, zero);
        Some((
            select(terms, oscillates, complex.0, real.0),
            select(terms, oscillates, complex.1, real.1),
        ))
    }
    /// `sqrt(max(±square, 0))`
    fn root(self, terms: &mut Terms, sign: f64) -> TermId {
        let zero = terms.number(0.0);
        let square = scaled(terms, sign, self.square);
        let positive = apply(terms, Intrinsic::Max, &[square, zero]);
        call(terms, Intrinsic::Sqrt, positive)
    }
    fn real(self, terms: &mut Terms, nodes: &[TermId]) -> (TermId, TermId) {
        let half = self.root(terms, 1.0);
        let (high, low) = (
            sum(terms, &[self.mean, half]),
            difference(terms, self.mean, half),
        );
        let with = |extra: &[TermId]| [extra, nodes].concat();
        let slope = if nodes.is_empty() {
            // The order of the two is known: no exchange, no series.
            of_sorted(terms, &[high, low])
        } else {
            exponential(terms, &with(&[high, low]))
        };
        let (upper, lower) = (
            exponential(terms, &with(&[high])),
            exponential(terms, &with(&[low])),
        );
        let both = sum(terms, &[upper, lower]);
        (scaled(terms, 0.5, both), slope)
    }
    fn complex(self, terms: &mut Terms, nodes: &[TermId]) -> (TermId, TermId) {
        match *nodes {
            [] => {
                let frequency = self.root(terms, -1.0);
                let scale = call(terms, Intrinsic::Exp, self.mean);
                let (cos, sin) = (
                    call(terms, Intrinsic::Cos, frequency),
                    call(terms, Intrinsic::Sin, frequency),
                );
                let sine = quotient(terms, sin, frequency);
                (
                    product(terms, &[scale, cos]),
                    product(terms, &[scale, sine]),
                )
            }
            [node] => {
                let whole = self.complex(terms, &[]);
                let at_node = call(terms, Intrinsic::Exp, node);
                let far = self.divided(terms, whole, at_node, node);
                let near = self.series(terms, node, &[], NEAR_TERMS);
                let distance = self.distance(terms, node);
                let close = near_condition(terms, distance, NEAR * NEAR);
                let slope = select(terms, close, near, far);
                (self.value_from_slope(terms, whole.1, slope, node), slope)
            }
            [a, b, ..] => {
                // Divide by the farther node last.
                let (from_a, from_b) = (self.distance(terms, a), self.distance(terms, b));
                let a_is_far = compare(terms, Comparison::Greater, from_a, from_b);
                let far_node = select(terms, a_is_far, a, b);
                let near_node = select(terms, a_is_far, b, a);
                let inner = self.complex(terms, &[near_node]);
                let at_nodes = exponential(terms, &[a, b]);
                let far = self.divided(terms, inner, at_nodes, far_node);
                let apart = difference(terms, near_node, far_node);
                let near = self.series(terms, far_node, &[apart], WIDE_TERMS);
                let distance = apply(terms, Intrinsic::Max, &[from_a, from_b]);
                let close = near_condition(terms, distance, NEAR * NEAR);
                let slope = select(terms, close, near, far);
                (
                    self.value_from_slope(terms, inner.1, slope, far_node),
                    slope,
                )
            }
        }
    }
    /// |λ - node|² for complex λ.
    fn distance(self, terms: &mut Terms, node: TermId) -> TermId {
        let apart = difference(terms, self.mean, node);
        let square = product(terms, &[apart, apart]);
        difference(terms, square, self.square)
    }
    /// β of `(G(z) - G(node))/(z - node)` from α and β of `G`.
    fn divided(
        self,
        terms: &mut Terms,
        (value, slope): (TermId, TermId),
        at_node: TermId,
        node: TermId,
    ) -> TermId {
        let apart = difference(terms, self.mean, node);
        let along = product(terms, &[slope, apart]);
        let rise = difference(terms, value, at_node);
        let above = difference(terms, along, rise);
        let distance = self.distance(terms, node);
        quotient(terms, above, distance)
    }
    /// α from β: the imaginary parts of `(z - node) F(z) = G(z) - G(node)` say `α + β (mean - node) = slope of G`.
    fn value_from_slope(
        self,
        terms: &mut Terms,
        outer: TermId,
        slope: TermId,
        node: TermId,
    ) -> TermId {
        let apart = difference(terms, self.mean, node);
        let along = product(terms, &[slope, apart]);
        difference(terms, outer, along)
    }
    /// `exp[λ1, λ2, node, node + p…]` for conjugate λ close to the node, by its power series in λ - node and p.
    fn series(self, terms: &mut Terms, node: TermId, displaced: &[TermId], count: usize) -> TermId {
        let apart = difference(terms, self.mean, node);
        let twice = scaled(terms, 2.0, apart);
        let distance = self.distance(terms, node);
        // Complete homogeneous polynomials of a conjugate pair: h_j = 2 Re(w) h_{j-1} - |w|² h_{j-2}.
        let mut polynomials = vec![terms.integer(1), twice];
        while let [.., before, last] = polynomials[..] {
            if polynomials.len() >= count {
                break;
            }
            let rising = product(terms, &[twice, last]);
            let falling = product(terms, &[distance, before]);
            polynomials.push(difference(terms, rising, falling));
        }
        for p in displaced {
            add_variable(terms, &mut polynomials, *p);
        }
        weighted(terms, node, &polynomials, 2 + displaced.len())
    }
}
