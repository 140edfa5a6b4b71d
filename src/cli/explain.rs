//! `snnc explain`: the page of a diagnostic code, or the table of codes.

use super::Exit;
use super::args::ExplainArgs;
use crate::diagnostic::codes::TABLE;
use crate::library::suggest::did_you_mean;

/// Prints the page of a code, or all codes with their titles.
pub fn explain(args: &ExplainArgs) -> Exit {
    let Some(code) = &args.code else {
        let lines = TABLE
            .iter()
            .map(|row| format!("{}  {}\n", row.code, row.title));
        super::print(&lines.collect::<String>());
        return Exit::Success;
    };
    let wanted = code.trim().to_uppercase();
    if let Some(row) = TABLE.iter().find(|row| row.code.as_str() == wanted) {
        super::print(row.page);
        return Exit::Success;
    }
    let near = did_you_mean(&wanted, TABLE.iter().map(|row| row.code.as_str()));
    let hint = near.map_or_else(String::new, |name| format!(" Did you mean {name}?"));
    super::complain(&format!(
        "there is no code `{code}`.{hint} `snnc explain` lists all codes"
    ));
    Exit::Usage
}
