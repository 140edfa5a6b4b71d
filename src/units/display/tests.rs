//! Readable units for the values that models have.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;

fn named(name: &str) -> Dimension {
    TABLE.iter().find(|row| row.name == name).unwrap().dimension
}

#[test]
fn values_print_in_readable_units() {
    for (value, name, text) in [
        (-0.05, "voltage", "-50 mV"),
        (-0.05000065410980928, "voltage", "-50.0007 mV"),
        (0.0137, "time", "13.7 ms"),
        (1.2, "time", "1.2 s"),
        (1.2e-9, "current", "1.2 nA"),
        (0.0, "current", "0 nA"),
        (0.0, "voltage", "0 mV"),
        (0.99999999e-3, "voltage", "1 mV"),
        (2e8, "resistance", "200 Mohm"),
        (1200.0, "conductance per area", "120 mS/cm^2"),
        (0.01, "capacitance per area", "1 uF/cm^2"),
        (1.0, "concentration", "1 mM"),
        (1e-4, "concentration", "100 nM"),
        (2e-5, "length", "20 um"),
        (2e-10, "area", "200 um^2"),
        (f64::NAN, "voltage", "nan mV"),
        (f64::INFINITY, "voltage", "inf mV"),
        (1e-24, "voltage", "1e-15 nV"),
    ] {
        assert_eq!(
            format_quantity(value, named(name)),
            text,
            "{value} as {name}"
        );
    }
    assert_eq!(format_quantity(1e-12, Dimension::NONE), "1e-12");
    assert_eq!(format_quantity(0.1 + 0.2, Dimension::NONE), "0.3");
    assert_eq!(format_number(1234567.0), "1.23457e6");
}

#[test]
fn an_axis_keeps_its_unit() {
    assert_eq!(choose(Dimension::TIME, 1.0).label, "ms");
    assert_eq!(choose(Dimension::TIME, 2.0).label, "s");
    assert_eq!(choose(named("frequency"), 4000.0).label, "Hz");
    assert_eq!(choose(named("frequency"), 20_000.0).label, "kHz");
    assert_eq!(
        choose(named("voltage"), 0.0),
        DisplayUnit {
            label: "mV".into(),
            scale: 1e-3
        }
    );
}

#[test]
fn compounds_are_built_from_known_units() {
    let volt = named("voltage");
    let per_root_second = Dimension::TIME.pow(Rational::new(-1, 2).unwrap()).unwrap();
    for (d, si, shown) in [
        (volt / Dimension::TIME, "volt/second", "mV/ms"),
        (named("current") / Dimension::TIME, "ampere/second", "nA/ms"),
        (volt * volt, "volt^2", "mV^2"),
        (volt.inverse(), "1/volt", "1/mV"),
        (per_root_second, "1/second^(1/2)", "1/ms^(1/2)"),
        (volt * per_root_second, "volt/second^(1/2)", "mV/ms^(1/2)"),
        (
            volt * named("mass") * named("temperature"),
            "kg^2 m^2 s^-3 A^-1 K",
            "kg^2 m^2 s^-3 A^-1 K",
        ),
    ] {
        assert_eq!(
            (si_unit(d).as_str(), choose(d, 0.0).label.as_str()),
            (si, shown)
        );
    }
    let unit = choose(named("current") / Dimension::TIME, 3e-6);
    assert_eq!((unit.label.as_str(), unit.scale), ("nA/ms", 1e-6));
    assert_eq!(si_symbol(named("capacitance per area")).label, "F/m^2");
    assert_eq!(si_symbol(volt).label, "V");
    assert_eq!(describe_dimension(volt), "voltage (volt)");
    assert_eq!(describe_dimension(Dimension::NONE), "a pure number");
}

#[test]
fn labels_have_a_typeset_and_a_column_form() {
    for (label, pretty, column) in [
        ("uF/cm^2", "µF/cm²", "x_uF_per_cm2"),
        ("Mohm", "MΩ", "x_Mohm"),
        ("ohm*cm", "Ω·cm", "x_ohm_cm"),
        ("um", "µm", "x_um"),
        ("kg m^2 s^-3 A^-1", "kg m² s⁻³ A⁻¹", "x_kg_m2_sm3_Am1"),
        ("", "", "x"),
    ] {
        let unit = DisplayUnit {
            label: label.into(),
            scale: 1.0,
        };
        assert_eq!(
            (unit.pretty().as_str(), column_name("x", &unit).as_str()),
            (pretty, column)
        );
    }
}

#[test]
fn every_dimension_stands_once_and_ladders_fall() {
    for (k, row) in TABLE.iter().enumerate() {
        assert!(
            TABLE[k + 1..]
                .iter()
                .all(|other| other.dimension != row.dimension),
            "{} twice",
            row.name
        );
        assert!(
            row.ladder
                .windows(2)
                .all(|pair| pair[0].scale > pair[1].scale),
            "{}",
            row.name
        );
        assert!(row.usual < row.ladder.len(), "{}", row.name);
    }
}
