//! "Did you mean": the known name closest to an unknown one.

use strsim::osa_distance;

use super::Library;
use super::units::PREFIXES;

/// Names that users of other tools try, and what they are called here.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("acos", "arccos"),
    ("asin", "arcsin"),
    ("atan", "arctan"),
    ("atan2", "arctan2"),
    ("ceiling", "ceil"),
    ("fabs", "abs"),
    ("false", "False"),
    ("heav", "heaviside"),
    ("infinity", "inf"),
    ("ln", "log"),
    ("loge", "log"),
    ("logistic", "sigmoid"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("normal", "randn"),
    ("normrnd", "randn"),
    ("random", "rand"),
    ("square_root", "sqrt"),
    ("true", "True"),
    ("uniform", "rand"),
];

/// The candidate that a reader probably meant by `name`; nothing when none is close.
///
/// A candidate that differs only in upper and lower case comes first, then the nearest by typing errors: one for names of up to five
/// characters, a third of the length above. Among equals the one with the longer common beginning wins, then the first, so put the
/// most local names first.
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = name.chars().count();
    let other = OTHER_NAMES
        .iter()
        .find(|(tried, _)| *tried == name)
        .map(|(_, here)| *here);
    let lower = name.to_lowercase();
    let mut best: Option<((usize, usize), &str)> = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let rank = if other == Some(candidate) {
            (0, 0)
        } else if candidate.to_lowercase() == lower {
            (1, 0)
        } else {
            let size = candidate.chars().count();
            let limit = match length.min(size) {
                0..=1 => 0,
                2..=5 => 1,
                n => n / 3,
            };
            // Each typing error changes the length by at most one.
            if length.abs_diff(size) > limit {
                continue;
            }
            let distance = osa_distance(&lower, &candidate.to_lowercase());
            // A typing error in a name of two characters keeps its first one: `v` and `x` are not alike.
            let first_kept = candidate.chars().next() == name.chars().next();
            if distance == 0 || distance > limit || (length <= 2 && !first_kept) {
                continue;
            }
            let common = candidate.chars().zip(name.chars());
            let common = common.take_while(|(a, b)| a == b).count();
            (1 + distance, usize::MAX - common)
        };
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// See [`Library::suggest_unit`].
pub(super) fn unit(library: &Library, name: &str) -> Option<String> {
    /// Words for units, in small letters and without a plural `s`, with the symbol.
    const WORDS: &[(&str, &str)] = &[
        ("sec", "s"),
        ("second", "s"),
        ("v", "V"),
        ("volt", "V"),
        ("a", "A"),
        ("amp", "A"),
        ("ampere", "A"),
        ("siemen", "S"),
        ("mho", "S"),
        ("farad", "F"),
        ("ohm", "Ohm"),
        ("hz", "Hz"),
        ("hertz", "Hz"),
        ("metre", "m"),
        ("meter", "m"),
        ("gram", "g"),
        ("liter", "L"),
        ("litre", "L"),
        ("molar", "M"),
        ("mole", "mol"),
    ];
    // Case first: the prefixes of the field, in the order of their use.
    let known = |text: &str| library.unit_after_value(text).is_some();
    let lower = name.to_lowercase();
    let usual = ["m", "u", "n", "p", "k", "", "M", "G", "f"];
    let symbols = library.units().rows().iter().flat_map(|row| &row.symbols);
    let symbols: Vec<&String> = symbols.collect();
    for prefix in usual {
        for symbol in &symbols {
            let text = format!("{prefix}{symbol}");
            if text != name && text.to_lowercase() == lower && known(&text) {
                return Some(text);
            }
        }
    }
    // A unit in words, with its prefix short or in full.
    let stems = [lower.as_str(), lower.strip_suffix('s').unwrap_or(&lower)];
    for stem in stems {
        for prefix in PREFIXES {
            let short = prefix.text.to_lowercase();
            for written in [prefix.name, prefix.text, short.as_str()] {
                let rest = stem.strip_prefix(written);
                let word = rest.and_then(|rest| WORDS.iter().find(|(word, _)| *word == rest));
                if let Some((_, symbol)) = word {
                    let text = format!("{}{symbol}", prefix.text);
                    if text != name && known(&text) {
                        return Some(text);
                    }
                }
            }
        }
    }
    let names = library.units().rows().iter().flat_map(|row| {
        let prefixed = |name: &String| {
            let usual = row.prefixes.iter().filter(|p| usual.contains(&p.text));
            usual
                .map(|p| format!("{}{name}", p.text))
                .collect::<Vec<_>>()
        };
        let names = std::iter::once(&row.name).chain(&row.also);
        names.flat_map(prefixed).collect::<Vec<_>>()
    });
    let names: Vec<String> = names.collect();
    did_you_mean(name, names.iter().map(String::as_str)).map(str::to_string)
}

/// The unit that a prefix in capitals was probably meant for: `mV` for `MV`. Nothing where mega is usual, as in `MOhm` and `MHz`.
pub fn small_twin(value: &super::units::UnitValue, name: &str) -> Option<String> {
    const RARELY_MEGA: [&str; 7] = [
        "volt", "amp", "second", "siemens", "farad", "metre", "molar",
    ];
    let twin = name.strip_prefix('M').map(|rest| format!("m{rest}"))?;
    (value.prefix.text == "M" && RARELY_MEGA.contains(&value.unit.as_str())).then_some(twin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names = [
            "v",
            "tau",
            "gNa",
            "gK",
            "El",
            "threshold",
            "I_ext",
            "exp",
            "log",
            "arcsin",
        ];
        for (typed, meant) in [
            ("Tau", Some("tau")),
            ("taau", Some("tau")),
            ("gna", Some("gNa")),
            ("treshold", Some("threshold")),
            ("Iext", Some("I_ext")),
            ("ln", Some("log")),
            ("asin", Some("arcsin")),
            ("el", Some("El")),
            ("w", None),
            ("x", None),
            ("weight", None),
            ("gCa", Some("gNa")),
        ] {
            assert_eq!(did_you_mean(typed, names), meant, "{typed}");
        }
    }
}
