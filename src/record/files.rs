//! Files are written whole or not at all: to a temporary file in the same folder, then renamed over the target.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Format, Recording};

/// A file that could not be written, and why.
#[derive(Debug)]
pub struct WriteError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub reason: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cannot be written: {}",
            self.path.display(),
            self.reason
        )
    }
}

impl std::error::Error for WriteError {}

/// Makes a folder, and finds out whether files can be written there. Nothing is left in it.
///
/// # Errors
/// What the system says against it.
pub fn writable(folder: &Path) -> Result<(), WriteError> {
    let attempt = || -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        tempfile::Builder::new()
            .prefix(".snnc-")
            .tempfile_in(folder)?
            .close()
    };
    attempt().map_err(|reason| WriteError {
        path: folder.to_path_buf(),
        reason,
    })
}

/// Writes a file whole or not at all. Folders on the way are made. An existing file is replaced only by a complete one.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let attempt = || -> io::Result<()> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".snnc-");
        #[cfg(unix)]
        {
            // As any new file: readable as the user's mask allows.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        write(file.as_file_mut())?;
        file.as_file_mut().flush()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    attempt().map_err(|reason| WriteError {
        path: path.to_path_buf(),
        reason,
    })
}

/// Writes a recording in a format into a folder; the paths written, in order.
pub fn save(
    recording: &Recording,
    format: &Format,
    folder: &Path,
) -> Result<Vec<PathBuf>, WriteError> {
    let mut written = Vec::new();
    for file in (format.files)(recording) {
        let path = folder.join(&file.name);
        write_whole(&path, |out| (file.write)(out))?;
        written.push(path);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::record::{FORMATS, sample};

    #[test]
    fn all_formats_save_their_files() {
        let folder = tempfile::tempdir().unwrap();
        for format in FORMATS {
            let files = save(&sample::recording(), format, &folder.path().join("new/out")).unwrap();
            assert!(
                !files.is_empty() && files.iter().all(|f| f.metadata().unwrap().len() > 0),
                "{}",
                format.name
            );
        }
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.csv");
        write_whole(&path, |out| out.write_all(b"old")).unwrap();
        let error = write_whole(&path, |out| {
            out.write_all(b"half of the ne")?;
            Err(io::Error::other("disk full"))
        });
        assert!(
            error
                .unwrap_err()
                .to_string()
                .ends_with("v.csv cannot be written: disk full")
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_whole(&path.join("below_a_file"), |_| Ok(())).is_err());
    }
}
