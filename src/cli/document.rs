//! `snnc report`: a model as a document.

use std::path::PathBuf;

use super::args::{DocumentFormat, ReportArgs};
use super::{Exit, check, files};
use crate::document::{describe, html, latex, markdown};
use crate::record::files::write_whole;
use crate::syntax::ast::File;

/// Writes the document.
pub fn document(args: &ReportArgs) -> Exit {
    let name = args
        .file
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let written = check::checked(&args.file, &args.model, |compilation, checked| {
        let sources = &compilation.sources;
        let trees = check::trees(sources);
        let trees: Vec<&File> = trees.iter().collect();
        let document = describe(&checked, &trees, sources, &name);
        match args.format {
            DocumentFormat::Html => html(&document),
            DocumentFormat::Markdown => markdown(&document),
            DocumentFormat::Latex => latex(&document),
        }
    });
    let text = match written {
        Ok(text) => text,
        Err(exit) => return exit,
    };
    let ending = match args.format {
        DocumentFormat::Html => "html",
        DocumentFormat::Markdown => "md",
        DocumentFormat::Latex => "tex",
    };
    let stem = args
        .file
        .file_stem()
        .map_or_else(|| "model".into(), |stem| stem.to_string_lossy());
    let stem = if stem == "-" { "model".into() } else { stem };
    let path = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{stem}-report.{ending}")));
    if path.as_os_str() == "-" {
        super::print(&text);
        return Exit::Success;
    }
    if let Err(error) = write_whole(&path, |out| out.write_all(text.as_bytes())) {
        super::complain(&error.to_string());
        return Exit::Model;
    }
    super::print(&format!("wrote {}", path.display()));
    if args.open {
        files::open(&path);
    }
    Exit::Success
}
