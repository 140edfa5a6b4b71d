//! What people see: diagnostics as text, drawings and JSON.

pub mod json;
pub mod plain;
#[cfg(feature = "cli")]
pub mod terminal;
