//! What the command line shares about files and diagnostics: reading models, the disk as a world, showing what went wrong.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::diagnostic::Diagnostic;
use crate::render::terminal::{self, Look};
use crate::render::{json, plain};
use crate::source::{SourceMap, World};

/// A model's text and where it came from.
pub struct Input {
    /// Name in messages.
    pub name: String,
    /// The text.
    pub text: String,
    /// The file; nothing for standard input.
    pub path: Option<PathBuf>,
}

impl Input {
    /// Name without folder and ending, for the names of results.
    pub fn stem(&self) -> String {
        let stem = self.path.as_deref().and_then(Path::file_stem);
        stem.map_or_else(
            || "model".to_string(),
            |stem| stem.to_string_lossy().into_owned(),
        )
    }
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// A complaint for the user.
pub fn read(path: &Path) -> Result<Input, String> {
    if path == Path::new("-") {
        let mut text = String::new();
        return match std::io::stdin().lock().read_to_string(&mut text) {
            Ok(_) => Ok(Input {
                name: "<stdin>".into(),
                text,
                path: None,
            }),
            Err(error) => Err(format!("standard input cannot be read: {error}")),
        };
    }
    let name = path.display().to_string();
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(Input {
            name,
            text,
            path: Some(path.to_path_buf()),
        }),
        Ok(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            Err(format!(
                "`{name}` is not a text in UTF-8 (byte {at} is not a character)"
            ))
        }
        Err(error) => Err(format!("`{name}` cannot be read: {error}{}", advice(path))),
    }
}

/// A hint for a file that is not there: the only model beside it, or the ending that was forgotten.
fn advice(path: &Path) -> String {
    let with_ending = path.with_extension("snn");
    if path.extension().is_none() && with_ending.exists() {
        return format!("; did you mean `{}`?", with_ending.display());
    }
    if path.is_dir() {
        return "; give the name of a .snn file".to_string();
    }
    String::new()
}

/// The disk, with a clock: files named in a model are found relative to the model.
pub struct Disk {
    started: Instant,
}

impl Disk {
    /// The disk; its clock starts now.
    pub fn new() -> Disk {
        Disk {
            started: Instant::now(),
        }
    }
}

impl World for Disk {
    fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
    fn read(&self, relative_to: &str, path: &str) -> Result<Vec<u8>, String> {
        let folder = Path::new(relative_to).parent().unwrap_or(Path::new(""));
        let full = folder.join(path);
        std::fs::read(&full)
            .map_err(|error| format!("`{}` cannot be read: {error}", full.display()))
    }
}

/// Shows diagnostics: as JSON on standard output, or for people on standard error.
pub fn show(sources: &SourceMap, diagnostics: &[Diagnostic], as_json: bool) {
    if as_json {
        super::print(&json::render(diagnostics, sources));
    } else if diagnostics.is_empty() {
        // Nothing to say.
    } else if std::io::stderr().is_terminal() {
        eprint!("{}", terminal::render(diagnostics, sources, look()));
    } else {
        eprintln!(
            "{}\n{}",
            plain::render(diagnostics, sources),
            plain::summary(diagnostics)
        );
    }
}

/// What the terminal of standard error shows: colors unless NO_COLOR is set, its width where it tells.
fn look() -> Look {
    let color = std::env::var_os("NO_COLOR").is_none();
    let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    Look {
        color,
        unicode: true,
        width: columns.clamp(60, 120),
    }
}

/// Asks the desktop to open a file. A machine without a desktop says so once.
pub fn open(path: &Path) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(target_os = "windows") {
        "explorer"
    } else {
        "xdg-open"
    };
    if let Err(error) = std::process::Command::new(program).arg(path).spawn() {
        super::complain(&format!(
            "cannot open `{}` with {program}: {error}",
            path.display()
        ));
    }
}
