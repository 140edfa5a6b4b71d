//! `snnc import`: a script of another simulator as a model.

use super::args::{ImportArgs, Simulator};
use super::{Exit, files};
use crate::brian2;
use crate::diagnostic::Sink;
use crate::record::files::write_whole;
use crate::source::SourceMap;
use crate::syntax::{format, parse};

/// Prints or writes the model.
pub fn import(args: &ImportArgs) -> Exit {
    let input = match files::read(&args.file) {
        Ok(input) => input,
        Err(complaint) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let imported = match args.from {
        Simulator::Brian2 => brian2::import(&input.text),
    };
    if imported.left > 0 {
        let statements = if imported.left == 1 {
            "statement is"
        } else {
            "statements are"
        };
        super::complain(&format!(
            "{} {statements} not translated; see the comments in the model",
            imported.left
        ));
    }
    // In the standard style, where all of it can be read.
    let mut sources = SourceMap::default();
    let id = sources.add(input.name, imported.text.clone());
    let mut sink = Sink::new();
    let tree = parse(id, &imported.text, &mut sink);
    let text = match sink.has_errors() {
        true => imported.text,
        false => format(&imported.text, &tree),
    };
    match &args.out {
        None => super::print(&text),
        Some(path) => {
            if let Err(error) = write_whole(path, |out| out.write_all(text.as_bytes())) {
                super::complain(&error.to_string());
                return Exit::Model;
            }
        }
    }
    Exit::Success
}
