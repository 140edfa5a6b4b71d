//! `snnc help`: pages of the manual, or the help of a subcommand.

use clap::CommandFactory;

use super::Exit;
use super::args::{Cli, HelpArgs};
use crate::library::suggest::did_you_mean;
use crate::manual;

/// Prints a page, the help of a subcommand, or the list of topics.
pub fn help(args: &HelpArgs) -> Exit {
    let mut command = Cli::command();
    let Some(topic) = &args.topic else {
        super::print(&format!(
            "{}\n{}",
            command.render_long_help(),
            manual::list()
        ));
        return Exit::Success;
    };
    if let Some(page) = manual::find(topic) {
        super::print(&page.text());
        return Exit::Success;
    }
    if let Some(subcommand) = command.find_subcommand_mut(topic) {
        super::print(&subcommand.render_long_help().to_string());
        return Exit::Success;
    }
    let names: Vec<&str> = manual::PAGES.iter().map(|page| page.name).collect();
    let hint = did_you_mean(topic, names.iter().copied())
        .map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
    super::complain(&format!(
        "there is no page `{topic}`.{hint}\n\n{}",
        manual::list()
    ));
    Exit::Usage
}
