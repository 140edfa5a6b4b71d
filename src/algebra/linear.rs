//! Linear forms and small matrices of terms.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::build::{difference, is_zero, negate, product, quotient, select, sum};
use super::substitute::contains;
use crate::model::term::{Term, TermId, Terms};

/// A linear form: `coefficients · symbols + rest`, none of which contains a symbol.
#[derive(Clone, PartialEq, Debug)]
pub struct LinearForm {
    /// One coefficient per symbol, in the order asked for.
    pub coefficients: Vec<TermId>,
    /// What is left.
    pub rest: TermId,
}

/// True when a term contains one of these leaves.
pub fn depends_on(terms: &Terms, id: TermId, symbols: &[TermId]) -> bool {
    let leaves: Vec<Term> = symbols
        .iter()
        .map(|symbol| terms.get(*symbol).clone())
        .collect();
    contains(terms, id, &mut |term| leaves.contains(term))
}

/// Leaves that terms are to be linear in.
#[derive(Clone, Debug)]
pub struct Symbols {
    list: Vec<TermId>,
    places: HashMap<TermId, usize>,
}

impl Symbols {
    /// These leaves, in this order.
    pub fn new(list: &[TermId]) -> Symbols {
        Symbols {
            list: list.to_vec(),
            places: list.iter().zip(0..).map(|(s, k)| (*s, k)).collect(),
        }
    }
    /// The term as a linear form; nothing when it is not linear in the leaves.
    pub fn collect(&self, terms: &mut Terms, id: TermId) -> Option<LinearForm> {
        let met = self.occurring(terms, id);
        let inner: Vec<TermId> = met
            .iter()
            .filter_map(|k| self.list.get(*k))
            .copied()
            .collect();
        let form = gather(terms, id, &inner, &mut HashMap::new())?;
        let zero = terms.integer(0);
        let mut coefficients = vec![zero; self.list.len()];
        for (k, coefficient) in met.into_iter().zip(form.coefficients) {
            if let Some(place) = coefficients.get_mut(k) {
                *place = coefficient;
            }
        }
        Some(LinearForm {
            coefficients,
            rest: form.rest,
        })
    }
    /// Positions of the leaves that a term contains, in order. Large systems are sparse: most equations have few of the states.
    fn occurring(&self, terms: &Terms, id: TermId) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                found.extend(self.places.get(&next));
                open.extend(terms.children(next));
            }
        }
        found.into_iter().collect()
    }
}

/// The term as a linear form in some leaves (variables, noise symbols); nothing when it is not linear in them.
pub fn collect(terms: &mut Terms, id: TermId, symbols: &[TermId]) -> Option<LinearForm> {
    Symbols::new(symbols).collect(terms, id)
}

/// [`collect`] with the forms of shared parts at hand.
fn gather(
    terms: &mut Terms,
    id: TermId,
    symbols: &[TermId],
    known: &mut HashMap<TermId, Option<LinearForm>>,
) -> Option<LinearForm> {
    if let Some(form) = known.get(&id) {
        return form.clone();
    }
    let form = form_of(terms, id, symbols, known);
    known.insert(id, form.clone());
    form
}

fn form_of(
    terms: &mut Terms,
    id: TermId,
    symbols: &[TermId],
    known: &mut HashMap<TermId, Option<LinearForm>>,
) -> Option<LinearForm> {
    let zero = terms.integer(0);
    if let Some(position) = symbols.iter().position(|symbol| *symbol == id) {
        let one = terms.integer(1);
        let mut coefficients = vec![zero; symbols.len()];
        coefficients[position] = one;
        return Some(LinearForm {
            coefficients,
            rest: zero,
        });
    }
    if !depends_on(terms, id, symbols) {
        return Some(LinearForm {
            coefficients: vec![zero; symbols.len()],
            rest: id,
        });
    }
    match terms.get(id).clone() {
        Term::Sum(items) => {
            let forms: Option<Vec<LinearForm>> = items
                .iter()
                .map(|item| gather(terms, *item, symbols, known))
                .collect();
            let forms = forms?;
            Some(combine(symbols.len(), &mut |part| {
                let parts: Vec<TermId> = forms.iter().map(part).collect();
                sum(terms, &parts)
            }))
        }
        Term::Product(items) => {
            let (with, without): (Vec<TermId>, Vec<TermId>) = items
                .iter()
                .partition(|item| depends_on(terms, **item, symbols));
            let [one] = with.as_slice() else {
                return None;
            };
            let form = gather(terms, *one, symbols, known)?;
            Some(combine(symbols.len(), &mut |part| {
                let mut factors = without.clone();
                factors.push(part(&form));
                product(terms, &factors)
            }))
        }
        Term::Select(condition, then, otherwise) => {
            if depends_on(terms, condition, symbols) {
                return None;
            }
            let then = gather(terms, then, symbols, known)?;
            let otherwise = gather(terms, otherwise, symbols, known)?;
            Some(combine(symbols.len(), &mut |part| {
                select(terms, condition, part(&then), part(&otherwise))
            }))
        }
        _ => None,
    }
}

/// Looks one part of a form up: a coefficient, or the rest.
type Part<'a> = &'a dyn Fn(&LinearForm) -> TermId;

/// Builds a form from a rule for each of its parts; the rule is given the way to look that part up in other forms.
fn combine(count: usize, rule: &mut dyn FnMut(Part<'_>) -> TermId) -> LinearForm {
    LinearForm {
        coefficients: (0..count)
            .map(|k| rule(&|form| form.coefficients[k]))
            .collect(),
        rest: rule(&|form| form.rest),
    }
}

/// A square matrix of terms, row by row.
pub type Matrix = Vec<Vec<TermId>>;

/// `x' = matrix x + rest` for a list of right-hand sides; nothing when one of them is not linear.
pub fn system(
    terms: &mut Terms,
    right_hand_sides: &[TermId],
    symbols: &[TermId],
) -> Option<(Matrix, Vec<TermId>)> {
    let mut matrix = Vec::new();
    let mut rest = Vec::new();
    let symbols = Symbols::new(symbols);
    for rhs in right_hand_sides {
        let form = symbols.collect(terms, *rhs)?;
        matrix.push(form.coefficients);
        rest.push(form.rest);
    }
    Some((matrix, rest))
}

/// The determinant, by expansion along the rows; products with a literal 0 vanish.
pub fn determinant(terms: &mut Terms, matrix: &[Vec<TermId>]) -> TermId {
    let columns: Vec<usize> = (0..matrix.len()).collect();
    minor(terms, matrix, &columns)
}

fn minor(terms: &mut Terms, rows: &[Vec<TermId>], columns: &[usize]) -> TermId {
    let Some((row, below)) = rows.split_first() else {
        return terms.integer(1);
    };
    let mut parts = Vec::new();
    for (k, column) in columns.iter().enumerate() {
        let entry = row[*column];
        if is_zero(terms, entry) {
            continue;
        }
        let others: Vec<usize> = columns.iter().copied().filter(|c| c != column).collect();
        let inner = minor(terms, below, &others);
        let part = product(terms, &[entry, inner]);
        parts.push(if k % 2 == 0 {
            part
        } else {
            negate(terms, part)
        });
    }
    sum(terms, &parts)
}

/// The solution of `matrix x = rest` by Cramer's rule. The divisor is the determinant: the caller makes sure that it is not 0.
pub fn solve(terms: &mut Terms, matrix: &[Vec<TermId>], rest: &[TermId]) -> Vec<TermId> {
    let whole = determinant(terms, matrix);
    (0..matrix.len())
        .map(|column| {
            let replaced: Matrix = matrix
                .iter()
                .zip(rest)
                .map(|(row, right)| {
                    let mut row = row.clone();
                    row[column] = *right;
                    row
                })
                .collect();
            let part = determinant(terms, &replaced);
            quotient(terms, part, whole)
        })
        .collect()
}

/// a - b for equal shapes.
pub fn subtract(terms: &mut Terms, a: &[TermId], b: &[TermId]) -> Vec<TermId> {
    a.iter()
        .zip(b)
        .map(|(a, b)| difference(terms, *a, *b))
        .collect()
}
