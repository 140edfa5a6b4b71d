//! The standard models: files of `models/`, embedded in the program.

/// One file of `models/`.
#[derive(Debug)]
pub struct StandardModel {
    /// Name after `use`, also the file's name.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl StandardModel {
    /// What it is: the first comment line of the file.
    pub fn summary(&self) -> &'static str {
        self.text
            .lines()
            .next()
            .unwrap_or("")
            .trim_start_matches('#')
            .trim()
    }
    /// Name of the definition it contains: the word after `neuron` or `synapse`.
    pub fn definition(&self) -> &'static str {
        let mut lines = self.text.lines().filter_map(|line| {
            line.strip_prefix("neuron ")
                .or_else(|| line.strip_prefix("synapse "))
        });
        lines
            .next()
            .and_then(|rest| rest.split_whitespace().next())
            .unwrap_or("")
    }
    /// Name of the file in messages.
    pub fn file_name(&self) -> String {
        format!("<models/{}.snn>", self.name)
    }
}

macro_rules! models {
    ($($folder:literal $name:literal;)*) => {
        /// All standard models, by name.
        pub const MODELS: &[StandardModel] = &[$(StandardModel {
            name: $name,
            text: include_str!(concat!("../../models/", $folder, "/", $name, ".snn")),
        },)*];
    };
}

models! {
    "neurons" "adex";
    "neurons" "exponential_if";
    "neurons" "fitzhugh_nagumo";
    "neurons" "hindmarsh_rose";
    "neurons" "hodgkin_huxley";
    "neurons" "izhikevich";
    "neurons" "lif";
    "neurons" "morris_lecar";
    "neurons" "quadratic_if";
    "neurons" "traub_miles";
    "neurons" "wang_buzsaki";
}

/// A model by the name after `use`.
pub fn find(name: &str) -> Option<&'static StandardModel> {
    MODELS.iter().find(|model| model.name == name)
}
