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
    /// The Markdown page, with a wrong and a right program.
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:ident $text:literal $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code($text);)*
        /// All codes, in order.
        pub const TABLE: &[Row] = &[
            $(Row { code: $name, title: $title, page: include_str!(concat!("pages/", $text, ".md")) },)*
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
    LIBRARY_DECLARATION "E0390" "a declaration of a unit, dimension, constant or function does not hold together";
    METHOD_REFUSED "E0410" "the method cannot integrate these equations";
    UNKNOWN_METHOD "E0411" "there is no integration method of this name";
    METHOD_OPTION "E0412" "an option of the method is unknown or out of range";
    NO_METHOD "E0413" "no integration method takes these equations";
    NOISE_NOT_LINEAR "E0414" "noise is not a plain factor";
    FILE_NOT_WRITTEN "E0801" "a file cannot be written";
}
