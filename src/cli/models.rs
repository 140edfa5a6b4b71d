//! `snnc models`: the standard models, embedded in the program.

use super::Exit;
use super::args::ModelsArgs;
use crate::library::models::{MODELS, find};
use crate::library::suggest::did_you_mean;

/// Lists the models, or prints one.
pub fn models(args: &ModelsArgs) -> Exit {
    let Some(name) = &args.name else {
        let width = MODELS.iter().map(|m| m.name.len()).max().unwrap_or(0);
        let lines = MODELS
            .iter()
            .map(|m| format!("{:width$}  {}\n", m.name, m.summary()));
        let hint =
            "\n`use NAME` in a file makes a model available; `snnc models NAME` prints it.\n";
        super::print(&(lines.collect::<String>() + hint));
        return Exit::Success;
    };
    if let Some(model) = find(name) {
        super::print(model.text);
        return Exit::Success;
    }
    let near = did_you_mean(name, MODELS.iter().map(|m| m.name));
    let hint = near.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
    super::complain(&format!("there is no standard model `{name}`.{hint}"));
    Exit::Usage
}
