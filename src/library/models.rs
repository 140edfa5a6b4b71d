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
    /// A program that uses it: the indented lines of the header after `# Example:`.
    pub fn example(&self) -> Option<String> {
        let mut lines = self.text.lines().map_while(|line| line.strip_prefix('#'));
        lines.find(|line| line.trim() == "Example:")?;
        let program = lines.map_while(|line| match line.strip_prefix("     ") {
            Some(code) => Some(code),
            None => line.trim().is_empty().then_some(""),
        });
        let program: Vec<&str> = program.collect();
        Some(program.join("\n").trim().to_string() + "\n")
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
    "synapses" "alpha";
    "synapses" "biexponential";
    "synapses" "exponential";
    "synapses" "gap_junction";
    "synapses" "graded";
    "synapses" "nmda";
    "synapses" "stdp";
    "synapses" "stdp_inhibitory";
    "synapses" "stdp_triplet";
    "synapses" "tsodyks_markram";
}

/// A model by the name after `use`.
pub fn find(name: &str) -> Option<&'static StandardModel> {
    MODELS.iter().find(|model| model.name == name)
}
