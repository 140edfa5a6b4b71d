//! `snnc lsp`: serves an editor.

use super::Exit;
use crate::lsp;

/// Speaks the Language Server Protocol on standard input and output.
pub fn lsp() -> Exit {
    match lsp::stdio() {
        Ok(()) => Exit::Success,
        Err(complaint) => {
            super::complain(&complaint);
            Exit::Usage
        }
    }
}
