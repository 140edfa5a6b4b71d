//! The language server: `snnc lsp`. Speaks the Language Server Protocol over standard input and output.
//!
//! One text is analyzed as a whole ([`analysis`]): checked by the pipeline and its names indexed. Every request is then answered from
//! that, one feature a file. A text is analyzed when its diagnostics are due and no further change waits, or when a request needs it.

mod actions;
pub mod analysis;
mod complete;
mod diagnostics;
mod goto;
mod hints;
mod hover;
mod outline;
mod server;
mod text;
mod tokens;

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
