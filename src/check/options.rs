//! What the command line may say about a model.

/// Settings from outside the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CheckOptions {
    /// `--set name=value`: a constant, or `population.parameter`, and the text of its value, with a unit.
    pub set: Vec<(String, String)>,
    /// `--seed`, which wins over the file's.
    pub seed: Option<u64>,
    /// `--parameters NAME`: a parameter set to apply.
    pub parameters: Option<String>,
    /// `--pedantic`: advice is given, too.
    pub pedantic: bool,
}
