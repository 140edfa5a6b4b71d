//! Words for messages: what a rule of the grammar is called, which words begin a line, and characters that are often
//! written where .snn has others.

use super::grammar::Rule;

/// What a reader calls the thing that a rule reads. Rules of one name are named once, in this order. Rules that are
/// missing here are parts of others, or never the most useful thing to say.
pub(super) const EXPECTED: &[(Rule, &str)] = &[
    (Rule::expr, EXPRESSION),
    (Rule::ranged, EXPRESSION),
    (Rule::argument, EXPRESSION),
    (Rule::series, EXPRESSION),
    (Rule::number, EXPRESSION),
    (Rule::group, EXPRESSION),
    (Rule::code_expr, EXPRESSION),
    (Rule::statement, "a statement `name = value`"),
    (Rule::code, "code"),
    (Rule::unit, "a unit"),
    (Rule::unit_factor, "a unit"),
    (Rule::unit_base, "a unit"),
    (Rule::colon, "`:`"),
    (Rule::is, "`=`"),
    (Rule::assign_op, "`=`"),
    (Rule::arrow, "`->`"),
    (Rule::infix, "an operator"),
    (Rule::size, "`[` and the number of neurons"),
    (Rule::neuron_body, "`{`"),
    (Rule::synapse_body, "`{`"),
    (Rule::poisson_body, "`{`"),
    (Rule::spikes_body, "`{`"),
    (Rule::input_body, "`{`"),
    (Rule::item_body, "`{`"),
    (Rule::flag_word, "a flag"),
    (Rule::text, "a text in quotes"),
    (Rule::name, "a name"),
    (Rule::in_word, "`in`"),
    (Rule::else_word, "`else`"),
    (Rule::EOI, "the end of the line"),
];

/// The name under which an operand stands in [`EXPECTED`]; where one may stand, names and texts go without saying.
pub(super) const EXPRESSION: &str = "an expression";

/// Words of expressions and loops, which no name may have: the rule `reserved` of the grammar.
pub(super) const RESERVED_WORDS: &[&str] = &["and", "or", "not", "if", "else", "in", "for"];

/// Words that begin a declaration or statement.
pub(super) const ITEM_WORDS: &[&str] = &[
    "title",
    "neurons",
    "neuron",
    "synapses",
    "synapse",
    "poisson",
    "poisson_input",
    "spikes",
    "parameters",
    "signal",
    "use",
    "record",
    "plot",
    "figure",
    "mark",
    "run",
    "let",
    "sweep",
    "collect",
    "for",
    "repeat",
    "while",
    "if",
    "save",
    "restore",
    "stop",
    "every",
    "expect",
    "dimension",
    "unit",
    "constant",
    "function",
    "method",
    "automatic",
];

/// Words before a `:` in the body of a neuron.
pub(super) const NEURON_WORDS: &[&str] = &[
    "threshold",
    "reset",
    "refractory",
    "method",
    "event",
    "on",
    "every",
];

/// Words before a `:` in the body of a synapse.
pub(super) const SYNAPSE_WORDS: &[&str] = &[
    "on_pre", "on_post", "connect", "delay", "order", "method", "dt", "event", "on", "every",
];

/// Words before a `:` in the body of an input.
pub(super) const INPUT_WORDS: &[&str] = &[
    "rates", "at", "period", "indices", "times", "target", "n", "rate", "weight",
];

/// Words of the body of a library function.
pub(super) const FUNCTION_WORDS: &[&str] = &["derivative", "example", "intrinsic", "return"];

/// A spelling that .snn does not have, what to write for it, and a note. Longer spellings stand before their parts.
pub(super) const FOREIGN: &[(&str, Option<&str>, &str)] = &[
    ("**=", None, "write `x = x ** e`"),
    ("//=", None, "write `x = x // e`"),
    ("===", Some("=="), "equality is `==`"),
    ("&&", Some("and"), "conditions are joined by `and`"),
    ("||", Some("or"), "conditions are joined by `or`"),
    ("++", None, "write `x += 1`"),
    (":=", Some("="), "assignment is `=`"),
    (">>", None, "to shift to the right, write `// 2**n`"),
    ("<<", None, "to shift to the left, write `* 2**n`"),
    ("<>", Some("!="), "inequality is `!=`"),
    ("=>", Some(">="), "at least is `>=`"),
    ("=<", Some("<="), "at most is `<=`"),
    ("\u{2212}", Some("-"), "this is a typographic minus sign"),
    ("\u{2013}", Some("-"), "this is a dash"),
    ("\u{2014}", Some("-"), "this is a dash"),
    ("\u{d7}", Some("*"), "multiplication is `*`"),
    ("\u{b7}", Some("*"), "multiplication is `*`"),
    ("\u{22c5}", Some("*"), "multiplication is `*`"),
    ("\u{f7}", Some("/"), "division is `/`"),
    ("\u{2264}", Some("<="), "write `<=`"),
    ("\u{2265}", Some(">="), "write `>=`"),
    ("\u{2260}", Some("!="), "write `!=`"),
    ("\u{b2}", Some("^2"), "powers are `^` or `**`"),
    ("\u{b3}", Some("^3"), "powers are `^` or `**`"),
    ("\u{2192}", Some("->"), "write `->`"),
    ("\u{201c}", Some("\""), "texts stand in straight quotes"),
    ("\u{201d}", Some("\""), "texts stand in straight quotes"),
    ("\u{2018}", Some("'"), "texts stand in straight quotes"),
    ("\u{2019}", Some("'"), "texts stand in straight quotes"),
    ("&", Some("and"), "conditions are joined by `and`"),
    ("|", Some("or"), "conditions are joined by `or`"),
    ("~", Some("not"), "negation is `not`"),
];

/// Words of other languages at the start of a line.
pub(super) const PYTHON_WORDS: &[(&str, &str)] = &[
    (
        "import",
        "nothing needs to be imported; `use` brings in models and other files",
    ),
    (
        "from",
        "nothing needs to be imported; `use` brings in models and other files",
    ),
    ("def", "a function is written `f(x) = expression`"),
    (
        "class",
        "a model is defined by `neuron NAME { … }` or `synapse NAME { … }`",
    ),
    ("return", "a function is written `f(x) = expression`"),
    ("elif", "write `else if`"),
    (
        "param",
        "a parameter is written `NAME = value`, or `NAME : unit = value` within a neuron",
    ),
    (
        "print",
        "write `expect` to check a value, or `plot` to show it",
    ),
    ("del", "there is nothing to delete"),
    ("pass", "an empty body is `{}`"),
    ("break", "write `stop` to end the protocol"),
];
