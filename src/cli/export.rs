//! `snnc export`: a model as a script of another simulator.

use super::args::{ExportArgs, Simulator};
use super::{Exit, check};
use crate::brian2;
use crate::record::files::write_whole;
use crate::syntax::ast::File;

/// Prints or writes the script.
pub fn export(args: &ExportArgs) -> Exit {
    let script = check::checked(&args.file, &args.model, |compilation, checked| {
        let sources = &compilation.sources;
        let trees = check::trees(sources);
        let trees: Vec<&File> = trees.iter().collect();
        match args.to {
            Simulator::Brian2 => brian2::export(&checked, &trees, sources),
        }
    });
    let script = match script {
        Ok(script) => script,
        Err(exit) => return exit,
    };
    let left: Vec<&str> = script
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("# not translated: "))
        .collect();
    for what in &left {
        super::complain(&format!("not translated: {what}"));
    }
    if !left.is_empty() {
        super::complain("the script stops with an error where that stands");
    }
    match &args.out {
        None => super::print(&script),
        Some(path) => {
            if let Err(error) = write_whole(path, |out| out.write_all(script.as_bytes())) {
                super::complain(&error.to_string());
                return Exit::Model;
            }
        }
    }
    Exit::Success
}
