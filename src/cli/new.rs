//! `snnc new`: a first model to start from.

use std::fs::OpenOptions;
use std::io::Write;

use super::Exit;
use super::args::NewArgs;
use crate::library::models::{MODELS, find};
use crate::library::suggest::did_you_mean;

const FIRST: &str = include_str!("new.snn");

/// Writes the file; an existing one is never overwritten.
pub fn new(args: &NewArgs) -> Exit {
    let text = match &args.model {
        None => FIRST.to_string(),
        Some(name) => match find(name) {
            // A synapse needs neurons around it: those of its example.
            Some(model) => model
                .example()
                .unwrap_or_else(|| from_model(model.name, model.definition())),
            None => {
                let near = did_you_mean(name, MODELS.iter().map(|m| m.name));
                let hint = near.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
                super::complain(&format!("there is no standard model `{name}`.{hint}"));
                return Exit::Usage;
            }
        },
    };
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&args.file);
    match created.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {
            let file = args.file.display();
            super::print(&format!(
                "wrote {file}; run it with: snnc run {file} --open"
            ));
            Exit::Success
        }
        Err(error) => {
            super::complain(&format!("cannot write `{}`: {error}", args.file.display()));
            Exit::Usage
        }
    }
}

fn from_model(name: &str, definition: &str) -> String {
    format!(
        "title \"A first look at {definition}\"\n\n\
         use {name}                      # snnc models {name} shows its equations and parameters\n\n\
         neurons cells[1] of {definition} {{\n}}\n\n\
         run 200 ms\n\n\
         plot \"Spikes\": raster(cells)\n"
    )
}
