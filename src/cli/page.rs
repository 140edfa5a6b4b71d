//! `snnc page`: a model, or a playground with the examples, as one HTML file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use super::Exit;
use super::args::PageArgs;
use super::files::{self, Input};
use crate::page::html::{Example, Page, html};
use crate::page::preview::preview;
use crate::record::files::write_whole;
use crate::source::World;

/// Examples of a playground: name and text.
const EXAMPLES: &[(&str, &str)] = &[
    ("lif", include_str!("../../examples/lif.snn")),
    (
        "hodgkin_huxley",
        include_str!("../../examples/hodgkin_huxley.snn"),
    ),
    ("adex", include_str!("../../examples/adex.snn")),
    (
        "firing_patterns",
        include_str!("../../examples/firing_patterns.snn"),
    ),
    (
        "excitability",
        include_str!("../../examples/excitability.snn"),
    ),
    (
        "ornstein_uhlenbeck",
        include_str!("../../examples/ornstein_uhlenbeck.snn"),
    ),
    ("inputs", include_str!("../../examples/inputs.snn")),
    (
        "refractoriness",
        include_str!("../../examples/refractoriness.snn"),
    ),
    (
        "adaptive_threshold",
        include_str!("../../examples/adaptive_threshold.snn"),
    ),
    ("methods", include_str!("../../examples/methods.snn")),
    ("protocol", include_str!("../../examples/protocol.snn")),
];

/// Writes the page.
pub fn page(args: &PageArgs) -> Exit {
    let made = match &args.file {
        Some(file) => files::read(file).map(|input| {
            let out = args.out.clone();
            let out = out.unwrap_or_else(|| PathBuf::from(format!("{}.html", input.stem())));
            (of_model(&input), out)
        }),
        None => {
            let out = args.out.clone();
            let page = playground(
                EXAMPLES
                    .iter()
                    .map(|(name, text)| example(name, text))
                    .collect(),
            );
            Ok((
                page,
                out.unwrap_or_else(|| PathBuf::from("playground.html")),
            ))
        }
    };
    let (page, out) = match made {
        Ok(made) => made,
        Err(complaint) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let page = previewed(page);
    let text = html(&page);
    match write_whole(&out, |file| file.write_all(text.as_bytes())) {
        Ok(()) => {
            super::print(&format!("{} ({} kB)", out.display(), text.len() / 1000));
            if args.open {
                files::open(&out);
            }
            Exit::Success
        }
        Err(error) => {
            super::complain(&error.to_string());
            Exit::Model
        }
    }
}

/// How long a model may take to be run for its first plots. A longer one is run by the page alone.
const PATIENCE: Duration = Duration::from_secs(3);

/// The page with the plots that it shows first, where its model is quick to run.
fn previewed(page: Page) -> Page {
    let (send, receive) = mpsc::channel();
    let model = page.clone();
    // Nobody listens any more where it took too long.
    std::thread::spawn(move || drop(send.send(preview(&model))));
    Page {
        preview: receive.recv_timeout(PATIENCE).ok().flatten(),
        ..page
    }
}

/// The page of one model, with the files that it names.
pub(super) fn of_model(input: &Input) -> Page {
    Page {
        name: input.name.clone(),
        title: title(&input.text).unwrap_or_else(|| input.stem()),
        text: input.text.clone(),
        files: named(input),
        ..Page::default()
    }
}

/// A page with several models to choose from.
pub(super) fn playground(examples: Vec<Example>) -> Page {
    let first = examples.first().cloned();
    let (name, title, text) = match first {
        Some(first) => (first.name, first.title, first.text),
        None => Default::default(),
    };
    Page {
        name,
        title,
        text,
        examples,
        ..Page::default()
    }
}

/// An example of a playground.
pub(super) fn example(name: &str, text: &str) -> Example {
    Example {
        name: format!("{name}.snn"),
        title: title(text).unwrap_or_else(|| name.replace('_', " ")),
        text: text.to_string(),
    }
}

/// The text after `title`.
fn title(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix("title ")?.trim();
        Some(rest.strip_prefix('"')?.strip_suffix('"')?.to_string())
    })
}

/// Texts that stand in quotes and are names of files beside the model, or beside such a file.
fn named(input: &Input) -> BTreeMap<String, String> {
    let world = files::Disk::new();
    let mut found = BTreeMap::new();
    let mut texts = vec![input.text.clone()];
    while let Some(text) = texts.pop() {
        for name in text.split('"').skip(1).step_by(2) {
            let known = Path::new(name).extension().is_some() && !found.contains_key(name);
            if let (true, Ok(bytes)) = (known, world.read(&input.name, name))
                && let Ok(content) = String::from_utf8(bytes)
            {
                texts.push(content.clone());
                found.insert(name.to_string(), content);
            }
        }
    }
    found
}
