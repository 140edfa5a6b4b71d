//! The table of codes. A row here, a page `pages/CODE.md` with a wrong and a right program, and a corpus file belong together.

use super::Severity;

/// A stable code such as `E0203`. Compare and print it; make one only through the constants of this module.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Code(&'static str);

impl Code {
    /// The code as written: `E0203`.
    pub fn as_str(self) -> &'static str {
        self.0
    }
    /// Errors begin with E, warnings with W, advice with A.
    pub fn severity(self) -> Severity {
        match self.0.as_bytes().first() {
            Some(b'W') => Severity::Warning,
            Some(b'A') => Severity::Advice,
            _ => Severity::Error,
        }
    }
    /// The row of the table this code stands in.
    pub fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.code == self)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// One row: the code, its short title, and its page.
#[derive(Debug)]
pub struct Row {
    /// The code.
    pub code: Code,
    /// Short title, as shown by `snnc explain`.
    pub title: &'static str,
    /// The Markdown page, with a wrong and a right program. A live page has no use for it.
    #[cfg(feature = "cli")]
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:ident $text:literal $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code($text);)*
        /// All codes, in order.
        pub const TABLE: &[Row] = &[
            $(Row {
                code: $name,
                title: $title,
                #[cfg(feature = "cli")]
                page: include_str!(concat!("pages/", $text, ".md")),
            },)*
        ];
    };
}

// Ranges: 01xx text and syntax · 02xx names · 03xx units · 04xx equations and methods · 05xx events, code and groups ·
// 06xx synapses · 07xx inputs and protocol · 08xx recording, figures, files · 09xx while running.
codes! {
    SYNTAX "E0101" "the text cannot be read as .snn";
    BRACKETS "E0102" "a bracket or quote has no partner";
    WORD "E0103" "a word begins nothing here";
    CHAIN "E0104" "comparisons cannot be chained";
    NESTING "E0105" "the text is nested too deeply";
    OPERATOR "E0106" "an operator that does not exist";
    EQUATION "E0107" "an equation is written in another form";
    UNIT_NUMBER "E0108" "a declared unit contains a number";
    IDLE "E0109" "an expression alone does nothing";
    IDLE_ALLOWANCE "A0150" "a comment allows what is not there";
    UNKNOWN_NAME "E0201" "a name is not known";
    TWICE "E0202" "something is declared or given twice";
    RESERVED "E0203" "a name is taken by the language";
    CONSTANT_CYCLE "E0204" "constants depend on each other in a circle";
    USE "E0205" "a file or standard model cannot be used";
    UNKNOWN_FUNCTION "E0206" "there is no function of this name";
    ARGUMENTS "E0207" "a call has the wrong arguments";
    RECURSION "E0208" "a function calls itself";
    KIND "E0209" "a name or form does not fit its place";
    NOT_HERE "E0210" "a value is not known at this place";
    TOO_LARGE "E0211" "an expression grows too large";
    PARAMETER_SET "E0212" "a parameter set names something that does not exist";
    SET "E0213" "a value from outside has nothing to go to";
    SHADOWED "W0250" "a name means something else here";
    UNUSED "W0251" "something is declared and never used";
    OPERANDS "E0301" "operands differ in dimension";
    SIDES "E0302" "the sides of an equation differ in dimension";
    ARGUMENT_UNIT "E0303" "an argument has the wrong dimension";
    EXPONENT "E0304" "an exponent leaves the unit of the result unknown";
    DECLARED_UNIT "E0305" "a declared unit cannot be used";
    MISSING_UNIT "E0306" "an equation lacks its unit";
    VALUE_UNIT "E0307" "a value has the wrong dimension";
    RANGE "E0308" "a value lies outside its range, or the range is empty";
    TRUTH "E0309" "a truth value stands where a number is needed, or the other way round";
    FRACTION "E0310" "a whole number is needed";
    CONDITION "E0311" "a condition is needed";
    UNKNOWN_UNIT "E0312" "there is no unit of this name";
    NUMBER "E0313" "a number is out of bounds";
    BARE_ZERO "E0314" "a bare 0 needs its unit";
    TIME_CONSTANT "E0315" "a differential equation lacks its time constant";
    UNIT_TRAP "W0350" "a unit multiplies a whole quotient";
    SCALE "W0351" "an exponent hardly changes";
    ZERO_DIVISOR "W0352" "a divisor is 0";
    SINGULAR "W0353" "a quotient is 0/0 at one value";
    POTENTIAL "W0354" "a membrane potential has the wrong scale";
    LIBRARY_DECLARATION "E0390" "a declaration of a unit, dimension, constant or function does not hold together";
    CYCLE "E0401" "quantities are defined by each other in a circle";
    FLAG "E0402" "a flag does not fit";
    NOISE "E0403" "white noise stands where it has no meaning";
    RANDOM "E0404" "a random number is drawn where it would not stay the same";
    STATE_TYPE "E0405" "a quantity with a differential equation must be a number";
    LINK "E0406" "a linked variable is linked to nothing that fits";
    SHARED "E0407" "a shared variable has one value for the whole population";
    METHOD_REFUSED "E0410" "the method cannot integrate these equations";
    UNKNOWN_METHOD "E0411" "there is no integration method of this name";
    METHOD_OPTION "E0412" "an option of the method is unknown or out of range";
    NO_METHOD "E0413" "no integration method takes these equations";
    NOISE_NOT_LINEAR "E0414" "noise is not a plain factor";
    NOISE_SCALE "E0415" "noise is not scaled by the root of a time";
    STIFF "W0451" "the time step is too long for the method";
    READ_BEFORE_SET "W0450" "an initial value is read before it is set";
    NOT_WRITABLE "E0501" "something that cannot be written is written";
    MEMBER "E0502" "a line does not belong here";
    SIZE "E0503" "the size of a population";
    EVENT "E0504" "there is no event of this name";
    NEVER_REFRACTORY "W0550" "a flag for refractory neurons without refractoriness";
    NO_RESET "W0551" "nothing ends a spike";
    NO_THRESHOLD "W0552" "a reset without a threshold";
    UNUSED_TEMPORARY "W0553" "a name in code is set and never read";
    SPIKES_AT_START "W0554" "every neuron spikes at once at the start";
    STARTS_AT_ZERO "W0555" "a membrane potential starts at 0 mV";
    REFRACTORY_STEPS "W0556" "a refractory period is no whole number of steps";
    NOT_CONNECTED "E0601" "synapses that connect nothing";
    CONNECT_INDEX "E0602" "a synapse leads to no element";
    CONNECT "E0603" "a connection that cannot be made";
    DELAY "E0604" "a delay or an order that cannot be";
    SUMMED "E0605" "a sum over synapses has nowhere to go";
    EVENT_DRIVEN "E0606" "event-driven and clock-driven equations read each other";
    MATRIX "E0607" "a matrix has not a row per source and a column per target";
    STORED "E0608" "synapses that have to be stored";
    CLOCK_DRIVEN "W0650" "an equation of synapses is integrated in every step";
    NO_SYNAPSES "W0651" "a projection has no synapses";
    DELAY_STEPS "W0654" "a delay is no whole number of steps";
    ORDER "W0652" "the effect of synapses depends on their order";
    SUMMED_TWICE "A0655" "several projections sum into one variable";
    LOOP "W0653" "spikes go round in a loop within a time step";
    INPUT "E0701" "a source of spikes is incomplete or contradicts itself";
    SIGNAL "E0702" "the table of a signal does not fit";
    INDEX "E0703" "an index or slice lies outside its population";
    LENGTH "E0704" "the number of values does not fit";
    RESTORE "E0705" "nothing was saved under this name";
    FILE_NOT_READ "E0706" "a file of values cannot be read";
    NO_SEED "A0751" "random numbers differ from run to run";
    STAIRCASE "A0753" "a table moves in steps where a formula would be smooth";
    RUN_TOO_SHORT "W0750" "the run ends before the stimulus";
    FROZEN "W0752" "a constant is changed after its last use";
    NOTHING_RUNS "W0759" "nothing runs";
    SHAPE "E0720" "arrays differ in shape";
    ARRAY_INDEX "E0721" "an index lies outside its array";
    ANALYSIS "E0722" "a computation with arrays cannot be carried out";
    EXPECTATION "E0723" "an expectation is not met";
    BODY "E0724" "a statement does not belong into this body";
    ENDLESS "E0725" "a loop never ends";
    FILE_NOT_WRITTEN "E0801" "a file cannot be written";
    RECORD "E0811" "this cannot be recorded";
    NO_SPIKES "E0812" "the spikes of a population without threshold";
    PLOT "E0813" "this cannot be plotted";
    PLOT_UNITS "E0814" "series of different dimension in one plot";
    MARK "E0815" "a mark does not fit its plot";
    OPTION "E0816" "there is no such option";
    SLOT "E0817" "a time step has no slot of this name";
    TITLE "E0818" "two figures have the same title";
    EMPTY_PLOT "W0850" "a plot shows nothing";
    LOG_AXIS "W0851" "values that a logarithmic axis cannot show";
    LONE_POINT "W0852" "a line of a single point";
    FRAMES "E0820" "a figure that moves has too many frames";
    STANDS_STILL "W0853" "a figure that should move stands still";
    FIGURE "E0819" "a figure holds something else than plots";
    NOT_FINITE "E0901" "a value is not finite";
    BACKEND "E0902" "the back end cannot run this model";
    MEMORY "E0903" "the model does not fit into memory";
    RECORDING_SIZE "E0905" "a recording does not fit into memory";
    LARGE_RECORDING "W0904" "a recording is large";
    FAST "W0906" "a population fires faster than neurons can";
}
