//! Advice: a model that draws random numbers should say with which seed.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::Term;
use crate::model::{GroupKind, Model};
use crate::source::Span;

/// Advises a seed where random numbers are drawn and none is given.
pub fn check(checker: &mut Checker) {
    if checker.model.seed.is_some() || checker.options.seed.is_some() {
        return;
    }
    if let Some(span) = random(&checker.model) {
        checker.report(
            Diagnostic::new(codes::NO_SEED, span, "each run draws other random numbers")
                .label("random numbers are drawn here, and the file gives no seed")
                .note("`seed = 1` at the top of the file makes every run the same"),
        );
    }
}

/// The first population or set of synapses with random numbers; the first of all where only the protocol draws.
fn random(model: &Model) -> Option<Span> {
    let noisy = |owner: &crate::model::Owner| !model.owner_system(*owner).noises.is_empty();
    if let Some(owner) = model.owners().into_iter().find(noisy) {
        return Some(model.owner_span(owner));
    }
    let poisson = |group: &&crate::model::Group| matches!(group.kind, GroupKind::Poisson { .. });
    if let Some(group) = model.groups.iter().find(poisson) {
        return Some(group.span);
    }
    if let Some(input) = model.poisson_inputs.first() {
        return Some(input.span);
    }
    let drawn = model
        .terms
        .iter()
        .any(|term| matches!(term, Term::Random(..)));
    let first = model.owners().into_iter().next()?;
    drawn.then(|| model.owner_span(first))
}
