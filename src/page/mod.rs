//! The live page: a model in one HTML file that compiles and runs it, offline.
//!
//! [`session::Session`] is what a page asks of the compiler. Built for WebAssembly (see `build.sh` beside this file), this crate is
//! the core of the page: `exports.rs` is its door.

#[cfg(target_arch = "wasm32")]
pub mod exports;
mod frames;
#[cfg(feature = "cli")]
pub mod html;
#[cfg(feature = "cli")]
pub mod preview;
pub mod session;
