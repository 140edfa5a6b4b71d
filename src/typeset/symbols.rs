//! Names of variables as symbols: `tau_m` is τ with index m, `gNa` is g with index Na, `x1` is x with index 1.

use super::Math;

/// Greek letters: name, letter.
pub(super) const GREEK: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("phi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Sigma", "Σ"),
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
];

/// Greek letters that names begin with, without a line between: `taum`, `DeltaT`.
const LEADING: &[&str] = &[
    "tau", "alpha", "beta", "sigma", "theta", "lambda", "delta", "Delta", "omega",
];

/// Letters that names of quantities begin with: `gNa`, `EL`, `Vth`, `Iapp`.
const QUANTITIES: &str = "gEIvVCRA";

/// What may follow them: words for which an index is usual.
const INDICES: &[&str] = &[
    "app", "ext", "syn", "inj", "stim", "leak", "rest", "th", "thr", "thres", "reset", "max",
    "min", "inf", "exc", "inh", "pre", "post", "ref", "in", "out", "mem", "tot", "noise",
];

/// A name as a symbol.
pub fn symbol(name: &str) -> Math {
    let mut parts = name.split('_').filter(|part| !part.is_empty());
    let Some(first) = parts.next() else {
        return Math::Word(name.to_string());
    };
    let (base, own) = split(first);
    let mut indices: Vec<Math> = own.map(part).into_iter().collect();
    indices.extend(parts.map(part));
    let base = part(base);
    if indices.is_empty() {
        return base;
    }
    let mut row = Vec::new();
    for (k, index) in indices.into_iter().enumerate() {
        if k > 0 {
            row.push(Math::Sign(","));
        }
        row.push(index);
    }
    let index = match row.len() {
        1 => row.remove(0),
        _ => Math::Row(row),
    };
    Math::Sub(Box::new(base), Box::new(index))
}

/// A name without `_` as its letter and its index.
fn split(name: &str) -> (&str, Option<&str>) {
    if GREEK.iter().any(|row| row.0 == name) {
        return (name, None);
    }
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if digits.len() < name.len() && !digits.is_empty() {
        let short = digits.chars().count() == 1 || GREEK.iter().any(|row| row.0 == digits);
        if short {
            return (digits, name.get(digits.len()..));
        }
    }
    for greek in LEADING {
        if let Some(rest) = name.strip_prefix(greek) {
            return (greek, Some(rest));
        }
    }
    let mut letters = name.chars();
    let first = letters.next().unwrap_or(' ');
    let rest = letters.as_str();
    if !QUANTITIES.contains(first) || rest.is_empty() {
        return (name, None);
    }
    let single = rest.chars().count() == 1;
    let capital = rest.chars().next().is_some_and(char::is_uppercase) && rest.chars().count() <= 4;
    match single || capital || INDICES.contains(&rest) {
        true => (name.get(..first.len_utf8()).unwrap_or(name), Some(rest)),
        false => (name, None),
    }
}

/// One part of a name.
fn part(text: &str) -> Math {
    if let Some(row) = GREEK.iter().find(|row| row.0 == text) {
        return Math::Letter(row.1.to_string());
    }
    if text.chars().all(|c| c.is_ascii_digit()) {
        return Math::Number(text.to_string());
    }
    match text.chars().count() {
        1 => Math::Letter(text.to_string()),
        _ => Math::Word(text.to_string()),
    }
}
