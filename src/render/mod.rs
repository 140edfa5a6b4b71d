//! What people see: diagnostics as text, drawings and JSON; figures as SVG and PNG.

#[cfg(feature = "plot")]
pub mod draw;
pub mod json;
pub mod plain;
#[cfg(feature = "cli")]
pub mod terminal;
