//! `snnc fmt`: the one standard style.

use super::Exit;
use super::args::FmtArgs;
use super::files::{self, Input};
use crate::diagnostic::Sink;
use crate::record::files::write_whole;
use crate::source::SourceMap;
use crate::syntax::{format, parse};

/// Formats files in place; standard input is printed formatted. A file with syntax errors is left alone.
pub fn fmt(args: &FmtArgs) -> Exit {
    let mut exit = Exit::Success;
    for path in &args.files {
        let input = match files::read(path) {
            Ok(input) => input,
            Err(complaint) => {
                super::complain(&complaint);
                return Exit::Usage;
            }
        };
        match one(args, &input) {
            Exit::Success => {}
            other => exit = other,
        }
    }
    exit
}

fn one(args: &FmtArgs, input: &Input) -> Exit {
    let mut sources = SourceMap::default();
    let id = sources.add(input.name.clone(), input.text.clone());
    let mut sink = Sink::new();
    let file = parse(id, &input.text, &mut sink);
    if sink.has_errors() {
        files::show(&sources, &sink.finish(), false);
        return Exit::Model;
    }
    let formatted = format(&input.text, &file);
    match &input.path {
        _ if args.check && formatted != input.text => {
            super::complain(&format!("`{}` is not formatted", input.name));
            Exit::Model
        }
        _ if args.check => Exit::Success,
        None => {
            super::print(&formatted);
            Exit::Success
        }
        Some(path) if formatted != input.text => {
            match write_whole(path, |out| out.write_all(formatted.as_bytes())) {
                Ok(()) => Exit::Success,
                Err(error) => {
                    super::complain(&error.to_string());
                    Exit::Model
                }
            }
        }
        Some(_) => Exit::Success,
    }
}
