//! `snnc check --convergence`: runs a model with dt and with dt/2, and says whether dt is short enough.

use std::path::Path;

use super::files::{self, Disk};
use super::run::simulate;
use super::{Exit, machine, values};
use crate::check::options::CheckOptions;
use crate::pipeline::convergence::{compare, record_spikes, stochastic};
use crate::pipeline::experiment::{Ending, Experiment};
use crate::pipeline::{Built, Checked, Compilation, Executor};

/// Compares; the exit status says whether dt is fine.
pub fn convergence(path: &Path, options: &CheckOptions) -> Exit {
    let input = match files::read(path) {
        Ok(input) => input,
        Err(complaint) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let prepare = |refine: u32| -> Result<(Checked, Built, u64), Exit> {
        let world = Disk::new();
        let mut compilation = Compilation::new(&world);
        let options = CheckOptions {
            refine,
            ..options.clone()
        };
        let checked = compilation.check(&input.name, &input.text, &options);
        let built = checked.and_then(|mut checked| {
            record_spikes(&mut checked.model);
            // Both runs draw the same initial values and connections.
            let seed = checked.model.seed.unwrap_or(1);
            let available = machine::available_memory();
            let built = compilation.build(&checked, Executor::Fastest, available, seed)?;
            Some((checked, built, seed))
        });
        let diagnostics = std::mem::take(&mut compilation.sink).finish();
        built.ok_or_else(|| {
            files::show(&compilation.sources, &diagnostics, false);
            values::blame(&diagnostics, &compilation.sources)
        })
    };
    let ((coarse, first, seed), (fine, second, _)) = match (prepare(1), prepare(2)) {
        (Ok(coarse), Ok(fine)) => (coarse, fine),
        (Err(exit), _) | (_, Err(exit)) => return exit,
    };
    let run = |checked, built, seed| -> Result<Experiment<'_>, Exit> {
        let mut experiment = Experiment::new(checked, built, seed, None);
        match simulate(&mut experiment, false, false) {
            Ending::Complete => Ok(experiment),
            Ending::Interrupted(_) => Err(Exit::Interrupted),
            Ending::Failed(diagnostic) => {
                let world = Disk::new();
                let mut compilation = Compilation::new(&world);
                compilation.sources.add(&input.name, &input.text);
                files::show(&compilation.sources, &[*diagnostic], false);
                Err(Exit::Model)
            }
        }
    };
    let other = stochastic(&coarse.model).map(|_| run(&coarse, &first, seed.wrapping_add(1)));
    let compared = match (
        run(&coarse, &first, seed),
        run(&fine, &second, seed),
        other.transpose(),
    ) {
        (Ok(coarse), Ok(fine), Ok(other)) => compare(&coarse, &fine, other.as_ref()),
        (Err(exit), ..) | (_, Err(exit), _) | (_, _, Err(exit)) => return exit,
    };
    super::print(&format!("{}: {}", input.name, compared.text()));
    match compared.is_fine() {
        true => Exit::Success,
        false => Exit::Model,
    }
}
