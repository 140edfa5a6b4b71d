//! Tests of the standard library: it loads without a word, knows Brian2's names and no others, and means what it says.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::model::term::Type;
use crate::source::SourceMap;
use crate::units::dimension::Rational;

/// What is wrong with some library text, after the standard library.
fn complaints(text: &str) -> Vec<String> {
    let mut sink = Sink::new();
    let mut library = Library::standard().clone();
    let file = SourceMap::default().add("test.snn", text);
    let tree = crate::syntax::parse(file, text, &mut sink);
    library.extend(&tree, text, &mut sink);
    let diagnostics = sink.finish();
    diagnostics.into_iter().map(|d| d.message).collect()
}

#[test]
fn the_standard_library_loads_without_a_word() {
    let mut sink = Sink::new();
    let library = Library::load(STANDARD, &mut sink);
    let said: Vec<String> = sink
        .finish()
        .into_iter()
        .map(|d| {
            let place = d.span().map(|s| library.sources().line_column(s));
            format!("{:?} {} {:?}", place, d.message, d.labels)
        })
        .collect();
    assert_eq!(said, Vec::<String>::new());
    assert!(library.functions().count() > 30);
}

#[test]
#[ignore = "a measurement"]
fn time_to_load() {
    let start = std::time::Instant::now();
    let n = 100;
    for _ in 0..n {
        let mut sink = Sink::new();
        let library = Library::load(STANDARD, &mut sink);
        assert!(library.functions().count() > 30);
    }
    println!("{:?} per load", start.elapsed() / n);
}

#[test]
fn the_names_are_those_of_brian2() {
    let library = Library::standard();
    let mut names = library.units().plain_names();
    assert!(names.iter().all(|name| library.plain_unit(name).is_some()));
    names.sort();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before, "two units share a name");
    // 1710 in Brian2, and mS, which is missing there by a slip.
    assert_eq!(names.len(), 1711);
    for absent in [
        "V", "A", "F", "S", "s", "m", "g", "M", "minute", "cmetre", "litre2", "kkelvin", "hour",
        "h", "", "2", "metre4",
    ] {
        assert_eq!(library.plain_unit(absent), None, "{absent}");
    }
}

#[test]
fn units_have_their_values() {
    let library = Library::standard();
    for (name, scale, base) in [
        ("mV", 1e-3, "volt"),
        ("mvolt", 1e-3, "volt"),
        ("umetre2", 1e-12, "metre2"),
        ("msecond3", 1e-9, "second3"),
        ("um2", 1e-12, "metre2"),
        ("cm3", 1e-6, "metre3"),
        ("gram", 1e-3, "kilogram"),
        ("kgram", 1.0, "kilogram"),
        ("litre", 1e-3, "metre3"),
        ("dalitre", 1e-2, "metre3"),
        ("molar", 1e3, "mmolar"),
        ("mM", 1.0, "mmolar"),
        ("uM", 1e-3, "mmolar"),
        ("Hz", 1.0, "becquerel"),
        ("Mohm", 1e6, "ohm"),
        ("mS", 1e-3, "siemens"),
        ("ymole", 1e-24, "mol"),
        ("Ykatal", 1e24, "katal"),
    ] {
        let value = library.plain_unit(name).unwrap();
        assert_eq!(value.scale, scale, "{name}");
        assert_eq!(
            value.dimension,
            library.plain_unit(base).unwrap().dimension,
            "{name}"
        );
    }
}

#[test]
fn symbols_are_units_only_behind_a_value() {
    let library = Library::standard();
    for (name, scale, unit) in [
        ("s", 1.0, "second"),
        ("V", 1.0, "volt"),
        ("kOhm", 1e3, "ohm"),
        ("MΩ", 1e6, "ohm"),
        ("µm", 1e-6, "metre"),
        ("fF", 1e-15, "farad"),
        ("M", 1e3, "molar"),
        ("kg", 1.0, "gram"),
        ("mL", 1e-6, "litre"),
        ("cd", 1.0, "candle"),
        ("Pa", 1.0, "pascal"),
        ("T", 1.0, "tesla"),
        ("min", 60.0, "minute"),
        ("h", 3600.0, "hour"),
        ("minute", 60.0, "minute"),
        ("mV", 1e-3, "volt"),
    ] {
        let value = library
            .unit_after_value(name)
            .unwrap_or_else(|| panic!("{name}"));
        assert_eq!((value.scale, value.unit.as_str()), (scale, unit), "{name}");
    }
    for absent in ["x", "Ms2", "mmV", "kmin", "", "v"] {
        assert_eq!(library.unit_after_value(absent), None, "{absent}");
    }
    // A symbol with a prefix means one thing only, or the unit whose symbol it is as a whole.
    let mut names = library.units().symbol_names();
    names.sort();
    let twice = names.windows(2).filter(|pair| pair[0] == pair[1]);
    let twice: Vec<&str> = twice.map(|pair| pair[0].as_str()).collect();
    assert_eq!(twice, ["Pa", "cd"]);
}

#[test]
fn units_in_declarations_are_those_of_brian2() {
    let table = include_str!("../../tests/reference/table_units.json");
    let table: serde_json::Value = serde_json::from_str(table).unwrap();
    let rows = table["expected"]["unit_strings"].as_array().unwrap();
    assert!(rows.len() >= 30);
    for row in rows {
        let unit = row["unit"].as_str().unwrap();
        // Parentheses around an exponent are allowed here.
        let accepted = row["accepted"].as_bool().unwrap() || unit == "second**(-1)";
        let found = declared_in(unit);
        assert_eq!(found.is_ok(), accepted, "{unit}: {found:?}");
        let Ok(found) = found else { continue };
        if let Some(dimensions) = row["dimensions"].as_str() {
            assert_eq!(found.dimension, parse_dimension(dimensions), "{unit}");
        }
        let ty = match row["type"].as_str().unwrap_or("float") {
            "boolean" => Type::Boolean,
            "integer" => Type::Integer,
            _ => Type::Float,
        };
        assert_eq!(found.ty, ty, "{unit}");
    }
}

/// The declared unit of a parameter with this unit text.
fn declared_in(unit: &str) -> Result<Declared, UnitProblem> {
    let text = format!("neuron X {{\n x : {unit}\n}}\n");
    let mut sink = Sink::new();
    let file = SourceMap::default().add("test.snn", text.as_str());
    let tree = crate::syntax::parse(file, &text, &mut sink);
    for item in &tree.items {
        if let ast::ItemKind::Definition(definition) = &item.kind
            && let Some(member) = definition.members.first()
            && let ast::MemberKind::Parameter(parameter) = &member.kind
        {
            return Library::standard().declared_unit(&parameter.unit);
        }
    }
    Err(UnitProblem::Unread)
}

/// `m^2 kg s^-3 A^-1`, `s^-0.5`, `1`
fn parse_dimension(text: &str) -> Dimension {
    let mut dimension = Dimension::NONE;
    for part in text.split(' ').filter(|part| *part != "1") {
        let (symbol, power) = part.split_once('^').unwrap_or((part, "1"));
        let base = ["m", "kg", "s", "A", "K", "mol", "cd"];
        let position = base.iter().position(|b| *b == symbol).unwrap();
        dimension.0[position] = Rational::approximate(power.parse().unwrap()).unwrap();
    }
    dimension
}

#[test]
fn only_unscaled_units_are_declared() {
    let library = Library::standard();
    let expected = "amp ampere candle lumen coulomb farad gray sievert henry hertz Hz becquerel joule katal kelvin kilogram \
        kilogramme kgram kgramme klitre kliter lux metre meter mmolar mM mole mol newton ohm pascal radian steradian second siemens \
        tesla volt watt weber";
    let mut expected: Vec<&str> = expected.split_whitespace().collect();
    let names = library.units().plain_names();
    let mut found: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| matches!(library.declaration_unit(name), Declarable::Yes(_)))
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let write = |name: &str| match library.declaration_unit(name) {
        Declarable::Scaled { write }
        | Declarable::Suffix { write }
        | Declarable::Symbol { write }
        | Declarable::DimensionName { write } => write,
        other => format!("{other:?}"),
    };
    for (name, text) in [
        ("mV", "volt"),
        ("cm", "metre"),
        ("gram", "kilogram"),
        ("liter", "meter^3"),
        ("meter2", "meter^2"),
        ("um2", "metre^2"),
        ("V", "volt"),
        ("Voltage", "volt"),
        ("voltt", "Unknown"),
    ] {
        assert_eq!(write(name), text, "{name}");
    }
}

#[test]
fn units_are_suggested() {
    let library = Library::standard();
    for (typed, meant) in [
        ("mv", Some("mV")),
        ("Mv", Some("mV")),
        ("msec", Some("ms")),
        ("sec", Some("s")),
        ("millivolts", Some("mV")),
        ("microsiemens", Some("uS")),
        ("na", Some("nA")),
        ("hz", Some("Hz")),
        ("khz", Some("kHz")),
        ("seconds", Some("s")),
        ("ohms", Some("Ohm")),
        ("megaohm", Some("MOhm")),
        ("mvol", Some("mvolt")),
        ("vlot", Some("volt")),
        ("banana", None),
        ("foo", None),
    ] {
        assert_eq!(library.suggest_unit(typed).as_deref(), meant, "{typed}");
    }
    let twin = |name: &str| suggest::small_twin(&library.unit_after_value(name).unwrap(), name);
    assert_eq!(twin("MV").as_deref(), Some("mV"));
    assert_eq!(twin("MOhm"), None);
    assert_eq!(twin("MHz"), None);
}

#[test]
fn declarations_that_contradict_themselves_are_refused() {
    for (text, part) in [
        (
            "dimension Twice = Length*Time\ndimension Twice = Length*Time\n",
            "declared twice",
        ),
        (
            "dimension Odd = Length*Time = Length/Time\n",
            "do not agree",
        ),
        ("dimension Eighth\n", "seven base dimensions"),
        ("dimension Odd = Lenght^2\n", "no dimension `Lenght`"),
        ("unit shake : Time = 10 nV\n", "does not have its dimension"),
        ("unit volt : Voltage\n", "cannot have the name"),
        (
            "unit shake : Time = 10 ns symbol s\n",
            "cannot have the name",
        ),
        ("unit shake : Time = 10 ns prefixes q\n", "no prefix"),
        ("unit shake : Time = 10 ns color red\n", "no property"),
        ("constant pi = 3\n", "taken"),
        ("constant v0 = w + 1\n", "are expected here"),
        ("function exp(x: 1) -> 1 = x\n", "taken"),
        (
            "function f(x: Time) -> Time = x**2\n",
            "does not have the dimension",
        ),
        ("function f(x: D) -> D = x + 1 ms\n", "different dimensions"),
        ("function f(x: D) -> E = x\n", "no parameter has"),
        ("function f(x: 1) -> 1 = f(x - 1)\n", "no function `f`"),
        ("function f(x: 1) -> 1 = y\n", "no `y`"),
        (
            "function f(x: 1) -> 1 { intrinsic wobble }\n",
            "no intrinsic",
        ),
        ("function f(x: 1) -> 1 { intrinsic atan2 }\n", "takes 2"),
        ("function f(x: 1) -> 1\n", "needs either"),
        (
            "function f(x: D) -> D = 2*x { derivative x }\n",
            "does not have the dimension",
        ),
        (
            "function f(x: 1, y: 1) -> 1 = x*y { derivative y }\n",
            "one derivative for each",
        ),
        ("function f(x: Time) -> 1 = exp(x)\n", "does not fit"),
    ] {
        let said = complaints(text);
        assert!(
            said.iter().any(|line| line.contains(part)),
            "{text}: {said:?}"
        );
    }
}

#[test]
fn a_file_may_add_to_the_library() {
    let text = "unit shake : Time = 10 nsecond symbol sh\nconstant lag = 3 ms\nfunction twice(x: D) -> D = 2*x { example twice(1 mV) == 2 mV }\n";
    assert_eq!(complaints(text), Vec::<String>::new());
}
