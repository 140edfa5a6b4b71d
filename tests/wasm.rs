//! Whole models as WebAssembly, run by wasmi: the same recordings, bit for bit, as the interpreter without a fused multiply-add.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "common/wasm.rs"]
mod wasm;

use snnc::backend::Backend;
use snnc::backend::interp::Unfused;
use snnc::check::options::CheckOptions;
use snnc::pipeline::{Compilation, Executor};
use snnc::record::Recording;
use snnc::runtime::simulation::{Control, Outcome, Simulation};

/// Seconds simulated of each model.
const DURATION: f64 = 0.02;

/// How the first stretch of a model ends, its protocol left out, and what it records. What a protocol would have set is missing, so a model may
/// fail: then it has to fail alike.
fn recorded(name: &str, text: &str, backend: &dyn Backend) -> (String, Recording) {
    let world = common::Files(common::root().join("examples"));
    let mut compilation = Compilation::new(&world);
    let checked = compilation.check(name, text, &CheckOptions::default());
    let checked = checked.unwrap_or_else(|| panic!("{name} has errors"));
    let lowered = compilation.lower(&checked, Executor::Unfused, None, 1);
    let setup = lowered.unwrap().setup;
    let code = backend.compile(&setup.program).unwrap();
    let mut simulation = Simulation::new(setup, code, 1);
    let outcome = simulation.run(DURATION, &mut Control::default());
    (format!("{outcome:?}"), simulation.into_recording())
}

/// All bits of a recording, any NaN alike.
fn bits(recording: &Recording) -> Vec<u64> {
    let one = |value: &f64| match value.is_nan() {
        true => f64::NAN.to_bits(),
        false => value.to_bits(),
    };
    let mut out = Vec::new();
    for table in &recording.states {
        out.extend(table.t.iter().map(one));
        let columns = table.columns.iter().flat_map(|column| &column.values);
        out.extend(columns.flatten().map(one));
    }
    for table in &recording.spikes {
        out.extend(table.t.iter().map(one));
        out.extend(table.i.iter().map(|i| u64::from(*i)));
    }
    for table in &recording.rates {
        out.extend(table.rate.iter().map(one));
    }
    out
}

#[test]
fn examples_give_the_same_bits_as_the_interpreter() {
    let folder = common::root().join("examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "snn") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        // Larger images take long to copy for each call.
        if text.contains("synapses ") {
            continue;
        }
        let (ending, wanted) = recorded(&name, &text, &Unfused);
        for wide in [false, true] {
            let (found_ending, found) = recorded(&name, &text, &wasm::Wasm { wide, fused: false });
            assert_eq!(found_ending, ending, "{name}, two at a time: {wide}");
            assert_eq!(bits(&found), bits(&wanted), "{name}, two at a time: {wide}");
        }
        seen += usize::from(ending == format!("{:?}", Outcome::Finished));
    }
    assert!(seen > 8, "{seen}");
}
