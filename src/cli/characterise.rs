//! `snnc characterise`: what a neuron is like.

use std::path::Path;

use super::args::CharacteriseArgs;
use super::files::{self, Disk};
use super::{Exit, values};
use crate::figure::Figure;
use crate::pipeline::characterise::figures::figure;
use crate::pipeline::characterise::subject::{Wanted, isolate, of_standard, standard};
use crate::pipeline::characterise::{characterise as watch, text};
use crate::record::files::write_whole;
use crate::render::draw::{self, Size, Theme};

/// Characterises a neuron of a file, or a standard model.
pub fn characterise(args: &CharacteriseArgs) -> Exit {
    let (wanted, options) = match (text_of(&args.model), values::options(&args.values)) {
        (Ok((file, text)), Ok(options)) => (
            Wanted {
                file,
                text,
                name: args.name.clone(),
                input: args.input.clone(),
                element: args.neuron,
            },
            options,
        ),
        (Err(complaint), _) | (_, Err(complaint)) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let world = Disk::new();
    let found = isolate(&world, &wanted, &options).and_then(watch);
    let character = match found {
        Ok(character) => character,
        Err(why) => {
            super::complain(&why);
            return Exit::Model;
        }
    };
    super::print(&text::text(&character));
    match &args.out {
        Some(folder) => write(&[figure(&character)], folder),
        None => Exit::Success,
    }
}

/// Name and text of a model: a file, or a standard model.
pub fn text_of(model: &Path) -> Result<(String, String), String> {
    match standard(&model.to_string_lossy()).filter(|_| !model.exists()) {
        Some(model) => Ok((format!("<{}>", model.name), of_standard(model))),
        None => files::read(model).map(|input| (input.name, input.text)),
    }
}

/// Writes figures as SVG and PNG.
pub fn write(figures: &[Figure], folder: &Path) -> Exit {
    for figure in figures {
        let words = figure
            .title
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let name = words.collect::<Vec<_>>().join("-").to_lowercase();
        let size = Size::of(figure);
        let svg = draw::svg(figure, &Theme::LIGHT, size);
        let png = draw::png(figure, &Theme::LIGHT, size, draw::PNG_SCALE);
        for (ending, bytes) in [("svg", svg.into_bytes()), ("png", png)] {
            let path = folder.join(format!("{name}.{ending}"));
            if let Err(error) = write_whole(&path, |out| out.write_all(&bytes)) {
                super::complain(&error.to_string());
                return Exit::Model;
            }
            super::print(&format!("wrote {}", path.display()));
        }
    }
    Exit::Success
}
