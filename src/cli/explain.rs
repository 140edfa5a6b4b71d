//! `snnc explain`: the page of a diagnostic code, or how a model is understood.

use std::path::Path;

use super::args::ExplainArgs;
use super::{Exit, check, files};
use crate::diagnostic::Sink;
use crate::diagnostic::codes::TABLE;
use crate::library::suggest::did_you_mean;
use crate::pipeline::{Compilation, explain as tell};
use crate::source::FileId;
use crate::syntax::ast::File;
use crate::syntax::parse;

/// What can be asked about a model as a whole.
const TOPICS: &[&str] = &["schedule", "units", "method"];

/// Prints the page of a code, all codes with their titles, or what is asked about a model.
pub fn explain(args: &ExplainArgs) -> Exit {
    match (&args.what, &args.file) {
        (None, _) => {
            let lines = TABLE
                .iter()
                .map(|row| format!("{}  {}\n", row.code, row.title));
            super::print(&lines.collect::<String>());
            Exit::Success
        }
        (Some(code), None) => code_page(code),
        (Some(topic), Some(file)) if TOPICS.contains(&topic.as_str()) => {
            let told = check::checked(file, &args.model, |compilation, checked| {
                let sources = &compilation.sources;
                match topic.as_str() {
                    "schedule" => tell::schedule(&checked, sources),
                    "method" => tell::method(&checked),
                    _ => {
                        let tree = compilation.tree.as_ref().map(|(_, tree)| tree);
                        tree.map_or_else(String::new, |tree| tell::units(&checked, tree, sources))
                    }
                }
            });
            match told {
                Ok(text) => {
                    super::print(&text);
                    Exit::Success
                }
                Err(exit) => exit,
            }
        }
        (Some(name), Some(file)) => of_name(name, file),
    }
}

fn code_page(code: &str) -> Exit {
    if TOPICS.contains(&code) {
        super::complain(&format!(
            "give a model as well: `snnc explain {code} model.snn`"
        ));
        return Exit::Usage;
    }
    let wanted = code.trim().to_uppercase();
    if let Some(row) = TABLE.iter().find(|row| row.code.as_str() == wanted) {
        super::print(row.page);
        return Exit::Success;
    }
    let near = did_you_mean(&wanted, TABLE.iter().map(|row| row.code.as_str()));
    let hint = near.map_or_else(String::new, |name| format!(" Did you mean {name}?"));
    super::complain(&format!(
        "there is no code `{code}`.{hint} `snnc explain` lists all codes; a name is explained with its model, as in `snnc explain {code} model.snn`"
    ));
    Exit::Usage
}

/// A name is explained in models with errors, too.
fn of_name(name: &str, file: &Path) -> Exit {
    let input = match files::read(file) {
        Ok(input) => input,
        Err(complaint) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let world = files::Disk::new();
    let mut compilation = Compilation::new(&world);
    let _ = compilation.check(&input.name, &input.text, &Default::default());
    let Some((root, tree)) = compilation.tree.take() else {
        return Exit::Model;
    };
    let sources = &compilation.sources;
    let others: Vec<(FileId, File)> = sources
        .iter()
        .filter(|(id, _)| *id != root)
        .map(|(id, source)| (id, parse(id, &source.text, &mut Sink::new())))
        .collect();
    let trees: Vec<(FileId, &File)> = std::iter::once((root, &tree))
        .chain(others.iter().map(|(id, tree)| (*id, tree)))
        .collect();
    match tell::name(name, &trees, sources) {
        Ok(text) => {
            super::print(&text);
            Exit::Success
        }
        Err(complaint) => {
            super::complain(&complaint);
            Exit::Usage
        }
    }
}
