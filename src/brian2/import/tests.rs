//! What single statements become.
#![allow(clippy::unwrap_used, clippy::panic)]
