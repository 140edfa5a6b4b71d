//! The language server: `snnc lsp`. Speaks the Language Server Protocol over standard input and output.
//!
//! A text is read as a whole ([`analysis`]): its tree is made and its names are indexed, which takes a few milliseconds for thousands of
//! lines. Requests are answered from that, one feature a file. The pipeline checks the text in the background; its diagnostics are shown
//! when it is done, and until then units and values are those of the text before the last change.

mod actions;
pub mod analysis;
mod background;
mod complete;
mod diagnostics;
mod goto;
mod hints;
mod hover;
mod outline;
mod server;
mod text;
mod tokens;
mod words;

use lsp_server::Connection;

/// Serves one client on standard input and output until it says goodbye.
///
/// # Errors
/// What broke the connection.
pub fn stdio() -> Result<(), String> {
    let (connection, threads) = Connection::stdio();
    serve(connection)?;
    threads.join().map_err(|error| error.to_string())
}

/// Serves one client on a connection until it says goodbye.
///
/// # Errors
/// What broke the connection.
pub fn serve(connection: Connection) -> Result<(), String> {
    server::serve(&connection)
}
