//! The words of the language, where each may stand, and what it does.
//!
//! Editors complete, explain and highlight from this table; tests keep it in step with the grammar.

/// Where a word may begin a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// At top level and in the bodies of the protocol.
    Top,
    /// In `neurons` and `neuron`.
    Neurons,
    /// In `synapses` and `synapse`.
    Synapses,
    /// In `neurons` and in `synapses`.
    Both,
    /// In `poisson`.
    Poisson,
    /// In `spikes`.
    Spikes,
    /// In `poisson_input`.
    Input,
    /// Within a line.
    Within,
    /// In library files.
    Library,
}

/// A word of the language.
#[derive(Debug)]
pub struct Keyword {
    /// The word.
    pub word: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What a line with it looks like.
    pub form: &'static str,
    /// What it does.
    pub doc: &'static str,
}

macro_rules! table {
    ($($place:ident $word:literal $form:literal $doc:literal;)*) => {
        /// All words, by place.
        pub const KEYWORDS: &[Keyword] = &[$(Keyword {
            word: $word,
            place: Place::$place,
            form: $form,
            doc: $doc,
        },)*];
    };
}

table! {
    Top "title" "title \"…\"" "The title of the experiment.";
    Top "use" "use hodgkin_huxley" "Makes the definitions of a standard model or a file known, or applies a parameter set.";
    Top "neurons" "neurons NAME[10] { … }" "A population of neurons.";
    Top "neuron" "neuron NAME { … }" "A neuron model, for `neurons … of NAME`.";
    Top "synapses" "synapses NAME: SOURCE -> TARGET { … }" "Synapses between two populations.";
    Top "synapse" "synapse NAME { … }" "A synapse model, for `synapses … of NAME`.";
    Top "poisson" "poisson NAME[10] { rates: 15 Hz }" "Neurons that spike at random with given rates.";
    Top "spikes" "spikes NAME[3] { at: {0: [10 ms]} }" "Neurons that spike at given times.";
    Top "poisson_input" "poisson_input NAME: TARGET { … }" "Many independent Poisson inputs to one variable.";
    Top "parameters" "parameters NAME { … }" "A named set of values, applied by `use NAME` or `--parameters NAME`.";
    Top "signal" "signal s(t) = [0, 1] nA every 10 ms" "A tabulated function of time.";
    Top "record" "record v of NAME every 1 ms" "Records values, spikes or rates.";
    Top "run" "run 100 ms" "Simulates for a duration.";
    Top "plot" "plot \"…\": NAME.v" "A figure of one panel, or a panel of a figure.";
    Top "figure" "figure \"…\", columns: 2 { … }" "Several panels.";
    Top "mark" "mark y = -50 mV, style: dashed" "A line across the panel before it.";
    Top "let" "let x = mean(NAME.rate)" "Names a value of the protocol.";
    Top "sweep" "sweep I0 in linspace(0 mV, 40 mV, 81) { … }" "Runs the body for each value, from the same state.";
    Top "collect" "collect x = …" "Adds a value to an array, once per point of a sweep.";
    Top "for" "for trial in range(20) { … }" "Runs the body for each value, one after the other.";
    Top "repeat" "repeat 20 { … }" "Runs the body several times.";
    Top "while" "while … { … }" "Runs the body as long as a condition holds.";
    Top "if" "if … { … } else { … }" "Runs one of two bodies.";
    Top "save" "save NAME" "Keeps the state under a name.";
    Top "restore" "restore NAME" "Goes back to a kept state.";
    Top "stop" "stop" "Ends the experiment.";
    Top "every" "every 2.5 ms { … }" "Runs code between steps.";
    Top "expect" "expect mean(NAME.rate) in 40 Hz .. 60 Hz" "States what must hold; checked and reported.";
    Neurons "threshold" "threshold: v > -50 mV" "The neuron spikes when this holds.";
    Neurons "reset" "reset: v = El" "What happens at a spike.";
    Neurons "refractory" "refractory: 2 ms" "How long, or under which condition, the neuron does not spike again.";
    Both "method" "method: euler" "The integration method; chosen when absent.";
    Both "dt" "dt: 0.5 ms" "A time step of its own.";
    Both "event" "event NAME: g > 1" "A further event beside the spike.";
    Both "on" "on NAME: x = 0" "What happens at an event.";
    Both "every" "every 60 ms: x = rand()" "Code that runs at intervals.";
    Synapses "on_pre" "on_pre: ge += w" "What a spike of the source does.";
    Synapses "on_post" "on_post: w += x" "What a spike of the target does.";
    Synapses "connect" "connect: p = 0.1" "Which pairs are connected.";
    Synapses "delay" "delay: 1.5 ms" "The time from spike to effect.";
    Synapses "order" "order NAME: 2" "The place of a pathway among all that synapses do in a step.";
    Poisson "rates" "rates: 15 Hz" "The rate of each neuron.";
    Spikes "at" "at: {0: [10 ms, 20 ms]}" "The times of spikes per neuron.";
    Spikes "indices" "indices: [0, 1]" "The neuron of each spike.";
    Spikes "times" "times: [10 ms, 20 ms]" "The time of each spike.";
    Spikes "period" "period: 50 ms" "Repeats the spikes.";
    Input "target" "target: ge" "The variable that is added to.";
    Input "n" "n: 800" "The number of inputs per neuron.";
    Input "rate" "rate: 3 Hz" "The rate of each input.";
    Input "weight" "weight: 1 nS" "What one spike adds.";
    Within "of" "record v of lif" "Names what something belongs to.";
    Within "with" "record spikes of lif with v" "Further variables recorded at each event.";
    Within "when" "record v of lif when end" "The slot of the step.";
    Within "until" "run 1 s, until …" "Ends a run early.";
    Within "vs" "plot rate vs I0" "What is drawn to the right.";
    Within "in" "tau = 10 ms in 2 ms .. 20 ms" "A range of values.";
    Within "else" "a if x > 0 else b" "The value where the condition does not hold.";
    Within "and" "a and b" "Both hold.";
    Within "or" "a or b" "At least one holds.";
    Within "not" "not a" "It does not hold.";
    Within "all" "connect: all" "All pairs.";
    Within "from" "connect: from \"edges.csv\"" "Pairs from a file.";
    Within "skip" "connect: j = i + 1, skip" "Targets outside the population are passed over.";
    Library "constant" "constant pi = 3.14" "Declares a constant of the library.";
    Library "dimension" "dimension Voltage = Energy/Charge" "Declares a dimension.";
    Library "unit" "unit volt : Voltage = joule/coulomb symbol V prefixes si" "Declares a unit.";
    Library "function" "function f(x: 1) -> 1 = x" "Declares a function with its dimensions.";
    Library "derivative" "derivative exp(x)" "The derivative of a function by each parameter.";
    Library "example" "example exp(0) == 1" "An example that is tested.";
    Library "intrinsic" "intrinsic exp" "The operation of the machine that computes it.";
    Library "return" "return x" "The value of a function.";
    Library "order" "order 4" "The order of a method.";
    Library "strong" "strong" "The order is that of strong convergence.";
    Library "requires" "requires linear" "What a method needs.";
    Library "automatic" "automatic exact, euler" "Methods tried in turn.";
}

/// A word by its spelling: the first row of the table with it.
pub fn find(word: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.word == word)
}

/// True for words that mean something only in their place, and are free as names elsewhere.
pub fn is_infix(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "if" | "else" | "in" | "for")
}

/// Flags that may stand in parentheses behind a unit, with what they do.
pub const FLAGS: &[(&str, &str)] = &[
    (
        "unless refractory",
        "The variable does not change while the neuron is refractory.",
    ),
    ("constant", "The value does not change during a run."),
    ("shared", "One value for the whole population."),
    (
        "constant over dt",
        "Computed once per step and held through it.",
    ),
    ("linked", "The variable belongs to another population."),
    (
        "event-driven",
        "The equation is advanced only when an event arrives.",
    ),
    ("clock-driven", "The equation is advanced in every step."),
    (
        "summed",
        "The value is summed over all synapses of the target.",
    ),
];
