// Made from the compiler's table of words (tests/editors.rs).
module.exports = {
  top: [
    "automatic", "collect", "constant", "derivative", "dimension", "every", "example", "expect", "figure", "for",
    "function", "if", "intrinsic", "let", "mark", "neuron", "neurons", "order", "parameters", "plot",
    "poisson", "poisson_input", "record", "repeat", "requires", "restore", "return", "run", "save", "signal",
    "spikes", "stop", "strong", "sweep", "synapse", "synapses", "title", "unit", "use", "while",
  ],
  members: [
    "at", "connect", "delay", "dt", "event", "every", "indices", "method", "n", "on",
    "on_post", "on_pre", "order", "period", "rate", "rates", "refractory", "reset", "target", "threshold",
    "times", "weight",
  ],
  within: [
    "all", "and", "constant", "else", "for", "from", "if", "in", "linked", "not",
    "of", "or", "shared", "skip", "summed", "unless", "until", "vs", "when", "with",
  ],
};
