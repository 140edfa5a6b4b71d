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
    /// All step lengths are divided by this; 0 and 1 leave them.
    pub refine: u32,
}

impl CheckOptions {
    /// A step length of the file, divided as asked for.
    pub fn refined(&self, dt: f64) -> f64 {
        dt / f64::from(self.refine.max(1))
    }
}
