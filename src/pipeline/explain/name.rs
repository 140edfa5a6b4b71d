//! `snnc explain NAME`: where a name is declared, who reads and who writes it.

use super::{one_line, table};
use crate::library::Library;
use crate::library::suggest::did_you_mean;
use crate::names::{Access, Names, SymbolId, keywords};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::File;

/// Everything about a name: `v`, or `lif.v` where there are several.
///
/// # Errors
/// A complaint where the files have no such name.
pub fn name(
    wanted: &str,
    trees: &[(FileId, &File)],
    sources: &SourceMap,
) -> Result<String, String> {
    let names = Names::of(trees, Library::standard());
    let found = names.find(wanted);
    if found.is_empty() {
        return of_language(wanted, &names);
    }
    let texts: Vec<String> = found.iter().map(|id| one(&names, *id, sources)).collect();
    Ok(texts.join("\n"))
}

fn one(names: &Names, id: SymbolId, sources: &SourceMap) -> String {
    let Some(symbol) = names.symbols.get(id) else {
        return String::new();
    };
    let mut out = format!(
        "{}: {}, declared at {}\n",
        symbol.name,
        names.describe(id),
        place(sources, symbol.span)
    );
    let declaration = sources.text(symbol.whole);
    let head = match symbol.kind.is_variable() {
        true => declaration,
        false => declaration.split('{').next().unwrap_or(declaration),
    };
    out.push_str(&format!("    {}\n", one_line(head)));
    if let Some(doc) = &symbol.doc {
        out.push_str(&format!("    {}\n", doc.replace('\n', "\n    ")));
    }
    for (title, accesses) in [
        ("written by", &[Access::Write, Access::Update][..]),
        ("read by", &[Access::Read, Access::Update][..]),
    ] {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for used in names.uses_of(id) {
            if accesses.contains(&used.access) {
                let line = line(sources, used.span);
                let row = vec![place(sources, used.span), used.place.to_string(), line];
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
        if !rows.is_empty() {
            out.push_str(&format!("  {title}\n"));
            out.push_str(
                &table(&rows)
                    .replace("\n  ", "\n    ")
                    .replacen("  ", "    ", 1),
            );
        }
    }
    let uses = names.uses_of(id).count();
    if uses == 1 {
        out.push_str("  used nowhere\n");
    }
    out
}

fn place(sources: &SourceMap, span: Span) -> String {
    let (line, column) = sources.line_column(span);
    format!("{}:{line}:{column}", sources.file(span.file).name)
}

/// The line of a span.
fn line(sources: &SourceMap, span: Span) -> String {
    let text = &sources.file(span.file).text;
    let (before, after) = text
        .split_at_checked(span.start as usize)
        .unwrap_or((text, ""));
    let start = before.rsplit('\n').next().unwrap_or("");
    let end = after.split('\n').next().unwrap_or("");
    format!("{start}{end}").trim().to_string()
}

fn of_language(wanted: &str, names: &Names) -> Result<String, String> {
    let library = Library::standard();
    if let Some(function) = library.function(wanted) {
        return Ok(format!(
            "{}\n    {}\n",
            function.signature.text, function.doc
        ));
    }
    if let Some(constant) = library.constant(wanted) {
        return Ok(format!(
            "{} = {}\n    {}\n",
            constant.name, constant.value, constant.doc
        ));
    }
    if let Some(doc) = library.method_doc(wanted) {
        return Ok(format!("{wanted}: an integration method\n    {doc}\n"));
    }
    if let Some(unit) = library.unit_after_value(wanted) {
        let value = crate::units::display::format_number(unit.scale);
        let si = crate::units::display::si_unit(unit.dimension);
        return Ok(format!("{wanted}: a unit, {value} {si}\n"));
    }
    if let Some((word, doc)) = crate::names::BUILT_IN.iter().find(|row| row.0 == wanted) {
        return Ok(format!("{word}: {doc}\n"));
    }
    if let Some(keyword) = keywords::find(wanted) {
        return Ok(format!("{}\n    {}\n", keyword.form, keyword.doc));
    }
    let known = names.symbols.iter().map(|symbol| symbol.name.as_str());
    let near = did_you_mean(wanted, known);
    let hint = near.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    Err(format!("the model has no name `{wanted}`{hint}"))
}
