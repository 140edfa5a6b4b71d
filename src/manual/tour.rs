//! The guided tour: short lessons, each with a model that runs, a question and its answer. Shown by `snnc tour`; the tests run every model
//! and check what the lesson says about it.

/// A lesson.
#[derive(Debug)]
pub struct Lesson {
    /// What it is about.
    pub title: &'static str,
    /// Markdown, with comments for the tests.
    pub markdown: &'static str,
}

macro_rules! lessons {
    ($($file:literal $title:literal;)*) => {
        /// All lessons in order.
        pub const LESSONS: &[Lesson] = &[$(Lesson {
            title: $title,
            markdown: include_str!(concat!("tour/", $file, ".md")),
        },)*];
    };
}

lessons! {
    "01_leak" "A membrane that leaks";
    "02_spikes" "Threshold and reset";
    "03_units" "Units";
    "04_refractory" "Refractoriness";
    "05_fi_curve" "Many neurons, many drives";
    "06_signals" "Input that changes with time";
    "07_noise" "Noise";
    "08_noise_spikes" "Spikes by chance";
    "09_adaptation" "Adaptation";
    "10_library" "Standard models";
    "11_channels" "Ion channels";
    "12_methods" "The integrator";
    "13_poisson" "Poisson input";
    "14_synapse" "A synapse";
    "15_conductance" "Conductances";
    "16_delays" "Delays";
    "17_convergence" "Connecting at random";
    "18_network" "A balanced network";
    "19_short_term" "Synapses that tire";
    "20_plasticity" "Learning from the order of spikes";
}

impl Lesson {
    /// The text for a reader.
    pub fn text(&self) -> String {
        let lines = self.markdown.lines();
        let shown = lines.filter(|line| !line.starts_with("<!--"));
        shown.map(|line| format!("{line}\n")).collect()
    }
    /// Its model.
    pub fn model(&self) -> String {
        let lines = self.markdown.lines().skip_while(|line| *line != "```snn");
        let model = lines.skip(1).take_while(|line| *line != "```");
        model.map(|line| format!("{line}\n")).collect()
    }
}

/// The titles, numbered.
pub fn list() -> String {
    let lines = (1..).zip(LESSONS);
    let lines = lines.map(|(number, lesson)| format!("  {number:>2}  {}\n", lesson.title));
    format!(
        "Lessons (snnc tour NUMBER; with --model only its model, to be saved and run):\n{}",
        lines.collect::<String>()
    )
}
