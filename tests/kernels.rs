//! Kernels written by hand in the text form, under `tests/kernels`. The first line of a file says what is tested:
//!
//! - `; test verify`: the rules broken are exactly those given as `;~ message` at the end of the lines at fault, of the first line for the plan.
//! - `; test opt PASS`: after the pass the kernels read as in the part below the line `; after`. `SNNC_BLESS=1` rewrites that part.
//! - `; test run`: lines `;@ set COLUMN = NUMBERS`, `;@ call KERNEL` and `;@ expect COLUMN = NUMBERS` are followed in
//!   order, on every executor.
//!
//! Every program is also printed and read back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/wasm.rs"]
mod wasm;

use libtest_mimic::{Arguments, Failed, Trial};
use snnc::backend::image::Image;
use snnc::backend::interp::Unfused;
use snnc::backend::{self, Backend, Scratch};
use snnc::kir::parse::parse;
use snnc::kir::print::KernelText;
use snnc::kir::verify::verify;
use snnc::kir::{Program, opt};
use std::path::{Path, PathBuf};

fn main() {
    let mut files = Vec::new();
    collect(Path::new("tests/kernels"), &mut files);
    let trials = files.into_iter().map(|file| {
        let name = file
            .strip_prefix("tests/kernels")
            .unwrap()
            .display()
            .to_string();
        Trial::test(name, move || test(&file))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "kir") {
            files.push(path);
        }
    }
}

fn test(file: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(file)?;
    let head = text.lines().next().unwrap_or_default();
    let words: Vec<&str> = head.split_whitespace().collect();
    match words[..] {
        [";", "test", "verify", ..] => test_verify(&text),
        [";", "test", "opt", pass] => test_opt(file, &text, pass),
        [";", "test", "run"] => test_run(&text),
        _ => Err(format!("`{head}` does not say what is tested").into()),
    }
}

fn read(text: &str) -> Result<Program, Failed> {
    let program = parse(text)?.program;
    let printed = program.to_string();
    let again = parse(&printed)?.program;
    equal(
        "printed and read back",
        &format!("{again:?}"),
        &format!("{program:?}"),
    )?;
    Ok(program)
}

fn equal(what: &str, found: &str, wanted: &str) -> Result<(), Failed> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what}\n--- wanted\n{wanted}\n--- found\n{found}").into())
}

fn test_verify(text: &str) -> Result<(), Failed> {
    let parsed = parse(text)?;
    let mut found: Vec<String> = Vec::new();
    for fault in verify(&parsed.program).err().unwrap_or_default() {
        let line = fault
            .kernel
            .map_or(1, |kernel| parsed.lines[kernel.0 as usize][fault.statement]);
        found.push(format!("line {line}: {}", fault.message));
    }
    let mut wanted = Vec::new();
    for (k, line) in text.lines().enumerate() {
        for message in line.split(";~ ").skip(1) {
            wanted.push(format!("line {}: {}", k + 1, message.trim()));
        }
    }
    found.sort();
    wanted.sort();
    equal("broken rules", &found.join("\n"), &wanted.join("\n"))
}

fn test_opt(file: &Path, text: &str, pass: &str) -> Result<(), Failed> {
    const AFTER: &str = "; after\n";
    let (before, after) = text.split_once(AFTER).unwrap_or((text, ""));
    let mut program = read(before)?;
    verify(&program).map_err(|faults| format!("{faults:?}"))?;
    let Some(pass) = opt::PASSES.iter().find(|row| row.name == pass) else {
        return Err(format!("there is no pass `{pass}`").into());
    };
    opt::apply(pass, &mut program);
    verify(&program).map_err(|faults| format!("after the pass: {faults:?}"))?;
    let mut found = String::new();
    for kernel in program.kernels.iter() {
        let layout = &program.layout;
        found += &KernelText { layout, kernel }.to_string();
    }
    if std::env::var_os("SNNC_BLESS").is_some() {
        return Ok(std::fs::write(file, format!("{before}{AFTER}{found}"))?);
    }
    equal("after the pass", &found, after)
}

fn test_run(text: &str) -> Result<(), Failed> {
    let program = read(text)?;
    verify(&program).map_err(|faults| format!("{faults:?}"))?;
    let mut executors = backend::all();
    executors.extend::<[&dyn Backend; 3]>([
        &Unfused,
        &wasm::Wasm {
            wide: false,
            fused: false,
        },
        &wasm::Wasm {
            wide: true,
            fused: false,
        },
    ]);
    for executor in executors {
        let name = executor.name();
        let code = executor.compile(&program)?;
        let mut scratch = Scratch::new(&*code);
        let image = Image::new(&program.layout);
        for line in text
            .lines()
            .filter_map(|line| line.trim().strip_prefix(";@ "))
        {
            let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
            if command == "call" {
                let mut kernels = program.kernels.iter_enumerated();
                let kernel = kernels.find(|(_, kernel)| kernel.name == rest.trim());
                let (kernel, _) = kernel.ok_or(format!("there is no kernel `{rest}`"))?;
                backend::run(&*code, &program, kernel, &image, &mut scratch);
                continue;
            }
            let (column, numbers) = rest.split_once('=').ok_or("`=` is missing")?;
            let found = program.layout.find(column.trim());
            let column = program
                .layout
                .column(found.ok_or(format!("no column `{column}`"))?);
            let numbers = numbers.split_whitespace().map(|word| word.parse::<f64>());
            let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
            match command {
                "set" => image.write(column, 0, &numbers),
                "expect" => {
                    let mut found = Vec::new();
                    image.read(column, 0..numbers.len(), &mut found);
                    let what = format!("`{}` on {name}", column.name);
                    equal(&what, &format!("{found:?}"), &format!("{numbers:?}"))?;
                }
                command => return Err(format!("`{command}` is no command").into()),
            }
        }
    }
    Ok(())
}
