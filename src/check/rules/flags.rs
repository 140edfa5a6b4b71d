//! Flags of equations: which may stand where.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::Owner;
use crate::syntax::ast::{Flag, Ident, MemberKind};

/// What the flags of a line say.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Accepted {
    /// `shared`
    pub shared: bool,
    /// `constant`
    pub constant: bool,
    /// `unless refractory`
    pub unless_refractory: bool,
}

/// Kinds of lines with the flags that they take.
type Table = &'static [(&'static str, &'static [&'static str])];

/// In a neuron.
const NEURONS: Table = &[
    ("a differential equation", &["unless refractory"]),
    ("a subexpression", &["shared", "constant over dt"]),
    ("a parameter", &["constant", "shared", "linked"]),
];

/// In a synapse.
const SYNAPSES: Table = &[
    ("a differential equation", &["event-driven", "clock-driven"]),
    ("a subexpression", &["shared", "constant over dt", "summed"]),
    ("a parameter", &["constant", "shared", "linked"]),
];

/// Checks the flags of a line; those that do not fit are reported.
pub fn accept(checker: &mut Checker, owner: Owner, kind: &MemberKind, given: &[Flag]) -> Accepted {
    let (table, others, where_others) = match owner {
        Owner::Group(_) => (NEURONS, SYNAPSES, "synapses"),
        Owner::Projection(_) => (SYNAPSES, NEURONS, "neurons"),
    };
    let row = match kind {
        MemberKind::Differential(_) => 0,
        MemberKind::Subexpression(_) => 1,
        _ => 2,
    };
    let Some((what, allowed)) = table.get(row) else {
        return Accepted::default();
    };
    let mut accepted = Accepted::default();
    for (position, flag) in given.iter().enumerate() {
        let name = flag.name.as_str();
        if given
            .iter()
            .take(position)
            .any(|other| other.name == flag.name)
        {
            checker.report(
                Diagnostic::new(
                    codes::FLAG,
                    flag.span,
                    format!("the flag `{name}` is given twice"),
                )
                .label("given again here"),
            );
            continue;
        }
        if !allowed.contains(&name) {
            refuse(
                checker,
                flag,
                (what, allowed),
                (table, others, where_others),
            );
            continue;
        }
        match name {
            "shared" => accepted.shared = true,
            "constant" => accepted.constant = true,
            "unless refractory" => accepted.unless_refractory = true,
            _ => {}
        }
    }
    if let Some(linked) = given
        .iter()
        .find(|flag| flag.name == "linked" && given.len() > 1)
    {
        checker.report(
            Diagnostic::new(codes::FLAG, linked.span, "`linked` stands alone")
                .label("the other flags belong to the variable that is linked to"),
        );
    }
    accepted
}

/// Reports a line of a synapse that gives a variable of the neurons a value, `g_post = …`, without the flag `summed`: the flag is
/// misspelled, or it is missing.
pub fn lacks_summed(
    checker: &mut Checker,
    owner: Owner,
    kind: &MemberKind,
    name: &Ident,
    given: &[Flag],
) -> bool {
    let of_neurons = name.name.ends_with("_pre") || name.name.ends_with("_post");
    let line = matches!(kind, MemberKind::Subexpression(_));
    if !(matches!(owner, Owner::Projection(_)) && line && of_neurons) {
        return false;
    }
    accept(checker, owner, kind, given);
    let known = |flag: &Flag| {
        SYNAPSES
            .iter()
            .any(|(_, flags)| flags.contains(&flag.name.as_str()))
    };
    if given.iter().all(known) {
        let message = format!(
            "`{}` belongs to the neurons, and a synapse writes to it with `(summed)`",
            name.name
        );
        checker.report(
            Diagnostic::new(codes::FLAG, name.span, message)
                .label("this line needs the flag `(summed)` after its unit")
                .note("the values of all synapses of a neuron are added up in every step"),
        );
    }
    true
}

fn refuse(
    checker: &mut Checker,
    flag: &Flag,
    (what, allowed): (&str, &[&str]),
    (table, others, where_others): (Table, Table, &str),
) {
    let name = flag.name.as_str();
    let list = allowed
        .iter()
        .map(|flag| format!("`{flag}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let elsewhere = table.iter().find(|(_, flags)| flags.contains(&name));
    let all = table.iter().chain(others);
    let all = all.flat_map(|(_, flags)| flags.iter().copied());
    let diagnostic = if let Some((other, _)) = elsewhere {
        Diagnostic::new(
            codes::FLAG,
            flag.span,
            format!("`{name}` is a flag of {other}, not of {what}"),
        )
        .label(format!("{what} takes {list}"))
    } else if others.iter().any(|(_, flags)| flags.contains(&name)) {
        Diagnostic::new(
            codes::FLAG,
            flag.span,
            format!("`{name}` is a flag of {where_others}"),
        )
        .label(format!("{what} takes {list}"))
    } else {
        let diagnostic =
            Diagnostic::new(codes::FLAG, flag.span, format!("there is no flag `{name}`"));
        match did_you_mean(name, all) {
            Some(near) => diagnostic.suggest(flag.span, near),
            None => diagnostic.label(format!("{what} takes {list}")),
        }
    };
    checker.report(diagnostic);
}
