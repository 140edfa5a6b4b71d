//! The structure of the source tree, as a table that is checked: layers, owners of foreign crates, file sizes, module docs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which half of the house a module belongs to. The halves meet in the bridges only.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Half {
    Language,
    Machine,
    Both,
}
use Half::{Both, Language, Machine};

/// (row, half, modules): a module imports only from smaller rows, and never from the other half.
const LAYERS: &[(u32, Half, &[&str])] = &[
    (0, Both, &["index", "table"]),
    (1, Both, &["source"]),
    (2, Both, &["diagnostic", "units"]),
    (2, Machine, &["kir"]),
    (3, Language, &["syntax"]),
    (3, Both, &["analysis"]),
    (3, Machine, &["backend", "record"]),
    (4, Language, &["model", "typeset"]),
    (4, Machine, &["runtime", "figure"]),
    (5, Language, &["library"]),
    (6, Language, &["algebra", "names"]),
    (7, Language, &["check", "numerics"]),
    (8, Both, &["lower", "plot"]),
    (9, Both, &["pipeline", "render", "manual"]),
    (10, Both, &["lsp", "brian2", "page", "document"]),
    (11, Both, &["cli", "fuzz"]),
];

/// Foreign crates and the only places that may name them.
const OWNERS: &[(&str, &[&str])] = &[
    ("pest", &["syntax/"]),
    ("pest_derive", &["syntax/"]),
    ("cranelift_codegen", &["backend/native"]),
    ("cranelift_frontend", &["backend/native"]),
    ("cranelift_jit", &["backend/native"]),
    ("cranelift_module", &["backend/native"]),
    ("cranelift_native", &["backend/native"]),
    ("plotters", &["render/"]),
    ("png", &["render/"]),
    ("wasm_encoder", &["backend/wasm"]),
    ("wasmprinter", &["pipeline/emit"]),
    ("miette", &["render/terminal"]),
    ("npyz", &["record/"]),
    ("zip", &["record/"]),
    ("csv", &["record/"]),
    ("ndarray", &["analysis/", "pipeline/protocol"]),
    ("rustfft", &["analysis/"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("lsp_server", &["lsp/"]),
    ("lsp_types", &["lsp/"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
];

/// Places where `unsafe` may stand: compiled kernels, wide primitives, the image they work on, and what a page's host calls.
const UNSAFE: &[&str] = &[
    "backend/native",
    "backend/wide",
    "backend/image",
    "backend/wasm/host",
    "page/exports",
];

const LONGEST_FILE: usize = 600;
const MEDIAN_FILE: usize = 250;

fn source_files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeMap::new();
    collect(&root, &mut files, &root);
    files
}

fn collect(folder: &Path, files: &mut BTreeMap<String, String>, root: &Path) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files, root);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root).unwrap();
            let name = name.to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn layer_of(module: &str) -> Option<(u32, Half)> {
    LAYERS
        .iter()
        .find(|(_, _, names)| names.contains(&module))
        .map(|(row, half, _)| (*row, *half))
}

/// Lines of code that are not comments, numbered from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn modules_import_only_from_rows_above_and_their_own_half() {
    let mut wrong = Vec::new();
    for (file, text) in source_files() {
        let module = module_of(&file);
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some((row, half)) = layer_of(module) else {
            wrong.push(format!("{file}: `{module}` stands in no row of the table"));
            continue;
        };
        for (number, line) in code_lines(&text) {
            if line.contains("use crate::{") {
                wrong.push(format!("{file}:{number}: write one `use crate::…` each"));
            }
            for rest in line.split("crate::").skip(1) {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let Some((other_row, other_half)) = layer_of(&name) else {
                    continue;
                };
                let crossing = half != Both && other_half != Both && half != other_half;
                if name != module && (other_row >= row || crossing) {
                    wrong.push(format!("{file}:{number}: `{module}` imports `{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "layers broken:\n{}", wrong.join("\n"));
}

#[test]
fn foreign_crates_stay_with_their_owner() {
    let mut wrong = Vec::new();
    for (file, text) in source_files() {
        for (number, line) in code_lines(&text) {
            for (name, owners) in OWNERS {
                let used = line.match_indices(&format!("{name}::")).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if used && !owners.iter().any(|owner| file.starts_with(owner)) {
                    wrong.push(format!("{file}:{number}: uses `{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "owners broken:\n{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_stays_where_it_is_argued() {
    let mut wrong = Vec::new();
    for (file, text) in source_files() {
        if UNSAFE.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        for (number, line) in code_lines(&text) {
            if line.contains("unsafe ") || line.contains("allow(unsafe_code)") {
                wrong.push(format!("{file}:{number}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "unsafe outside the back end:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let files = source_files();
    let mut wrong = Vec::new();
    let mut sizes = Vec::new();
    for (file, text) in &files {
        let lines = text.lines().count();
        sizes.push(lines);
        if lines > LONGEST_FILE {
            wrong.push(format!("{file}: {lines} lines, at most {LONGEST_FILE}"));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{file}: does not open with a `//!` line"));
        }
    }
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(
        median <= MEDIAN_FILE,
        "median file has {median} lines, at most {MEDIAN_FILE}"
    );
    assert!(wrong.is_empty(), "files:\n{}", wrong.join("\n"));
}

#[test]
fn the_kernel_half_does_not_know_neurons() {
    for (file, text) in source_files() {
        if matches!(module_of(&file), "kir" | "backend") {
            for (number, line) in code_lines(&text) {
                let code = line.split("//").next().unwrap_or("").to_lowercase();
                assert!(!code.contains("neuron"), "{file}:{number}: {line}");
            }
        }
    }
}
