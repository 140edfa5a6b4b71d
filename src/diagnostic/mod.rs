//! Diagnostics as data: a code, a severity, spans with labels, notes and mends. Rendering lives in `render` and `cli`.
//!
//! Wording rules. The message says what is wrong, in the reader's terms, without a final dot; a label says it at the
//! place; a note says why; a fix gives text that mends it. American spelling. The word "invalid" explains nothing and is not used.

pub mod codes;
pub mod mend;

use std::collections::BTreeSet;

use crate::source::Span;

pub use codes::Code;

/// How serious a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown only on request (`--pedantic`) or as part of a report.
    Advice,
    /// The program runs, but probably not as meant.
    Warning,
    /// There is no program to run.
    Error,
}

/// A span with a few words.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be said there; may be empty.
    pub text: String,
}

/// Replacement texts that mend the problem when applied together.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    /// What the mend does, as an imperative: "write `mV`".
    pub title: String,
    /// Spans and their new text.
    pub edits: Vec<(Span, String)>,
    /// True when the mend keeps the evident meaning and may be applied without asking.
    pub certain: bool,
}

/// One thing to tell the user.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// Row of the table in [`codes`].
    pub code: Code,
    /// Error, warning or advice; the code's own severity unless changed.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// The place that causes it, and further places. The first label is the primary one; run-time diagnostics may have none.
    pub labels: Vec<Label>,
    /// Reasons and ways out.
    pub notes: Vec<String>,
    /// A mend, where there is one.
    pub fix: Option<Fix>,
}

impl Fix {
    /// What the mend does, with the new text where the title does not show it: "cut off the fraction: `int(v)`".
    pub fn describe(&self) -> String {
        match self.edits.as_slice() {
            [(span, text)]
                if span.start < span.end
                    && !text.trim().is_empty()
                    && !self.title.contains(text.trim()) =>
            {
                format!("{}: `{}`", self.title, text.trim())
            }
            _ => self.title.clone(),
        }
    }
}

impl Diagnostic {
    /// A diagnostic at a place; the label there is empty until [`Diagnostic::label`] is called.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let mut diagnostic = Self::without_place(code, message);
        diagnostic.labels.push(Label {
            span,
            text: String::new(),
        });
        diagnostic
    }
    /// A diagnostic that no source text causes (a file that cannot be written, a fault while running).
    pub fn without_place(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            fix: None,
        }
    }
    /// Words for the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = self.labels.first_mut() {
            primary.text = text.into();
        }
        self
    }
    /// A further place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }
    /// A reason or a way out.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }
    /// The name that was perhaps meant, in place of the one at `span`.
    pub fn suggest(self, span: Span, near: impl Into<String>) -> Self {
        let near = near.into();
        self.label(format!("did you mean `{near}`?")).fix(
            format!("write `{near}`"),
            span,
            near,
            false,
        )
    }
    /// A mend that replaces one span. `certain` as in [`Fix::certain`].
    pub fn fix(
        mut self,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
        certain: bool,
    ) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            edits: vec![(span, text.into())],
            certain,
        });
        self
    }
    /// The primary span.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// A comment `# allow W0250`: a warning or advice that is not to be shown for a line.
#[derive(Clone, PartialEq, Debug)]
pub struct Allowance {
    /// The code as written.
    pub code: String,
    /// Where the code stands.
    pub span: Span,
    /// The line it is about.
    pub line: Span,
}

impl Allowance {
    fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let Some(span) = diagnostic.span() else {
            return false;
        };
        diagnostic.severity != Severity::Error
            && diagnostic.code.as_str() == self.code
            && span.file == self.line.file
            && (self.line.start..=self.line.end).contains(&span.start)
    }
}

/// Collects diagnostics on the way through the stages.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
    /// Codes and places of diagnostics: only where these are known can one be a repetition.
    seen: BTreeSet<(Code, u32, u32)>,
    allowances: Vec<Allowance>,
    pedantic: bool,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds one; an exact repetition is dropped.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        let place = diagnostic.span();
        let place = place.map_or((u32::MAX, u32::MAX), |span| (span.file.0, span.start));
        let new = self.seen.insert((diagnostic.code, place.0, place.1));
        let repeats = |known: &Diagnostic| {
            let again = known.code == diagnostic.code && known.span() == diagnostic.span();
            *known == diagnostic
                || (again && known.severity == Severity::Error && known.span().is_some())
        };
        if new || !self.diagnostics.iter().any(repeats) {
            self.diagnostics.push(diagnostic);
        }
    }
    /// True when at least one error was reported.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    }
    /// What was reported so far, in order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
    /// Changes what was reported since the sink held `before` diagnostics; what then only repeats an earlier one, in another use of
    /// the same text, is dropped.
    pub fn amend(&mut self, before: usize, mut change: impl FnMut(&mut Diagnostic)) {
        let new = self
            .diagnostics
            .split_off(before.min(self.diagnostics.len()));
        for mut diagnostic in new {
            let repeated = self.diagnostics.iter().any(|earlier| {
                earlier.code == diagnostic.code
                    && earlier.span() == diagnostic.span()
                    && earlier.message == diagnostic.message
            });
            if !repeated {
                change(&mut diagnostic);
                self.diagnostics.push(diagnostic);
            }
        }
    }
    /// Drops what was reported from position `first` on and is not wanted.
    pub fn retain_after(&mut self, first: usize, wanted: impl Fn(&Diagnostic) -> bool) {
        let mut position = 0;
        self.diagnostics.retain(|diagnostic| {
            position += 1;
            position <= first || wanted(diagnostic)
        });
    }
    /// Keeps a warning or advice from being shown for a line.
    pub fn allow(&mut self, allowance: Allowance) {
        self.allowances.push(allowance);
    }
    /// Advice is handed over, too.
    pub fn pedantic(&mut self) {
        self.pedantic = true;
    }
    /// What is allowed and did not happen, or cannot be allowed.
    fn idle_allowances(&self) -> Vec<Diagnostic> {
        let idle = self
            .allowances
            .iter()
            .filter(|allowance| !self.diagnostics.iter().any(|d| allowance.covers(d)));
        idle.map(|allowance| {
            let code = &allowance.code;
            let message = format!("`allow {code}` allows nothing");
            let why = match codes::TABLE.iter().any(|row| row.code.as_str() == code) {
                false => "there is no such code",
                true if code.starts_with('E') => "errors cannot be allowed",
                true => "nothing of this kind is said about the line",
            };
            Diagnostic::new(codes::IDLE_ALLOWANCE, allowance.span, message).label(why)
        })
        .collect()
    }
    /// Hands everything over, sorted by place; without what is allowed, and without advice unless that was asked for.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if self.pedantic {
            let idle = self.idle_allowances();
            self.diagnostics.extend(idle);
        }
        let (allowances, pedantic) = (&self.allowances, self.pedantic);
        self.diagnostics.retain(|diagnostic| {
            let allowed = allowances.iter().any(|a| a.covers(diagnostic));
            !allowed && (pedantic || diagnostic.severity != Severity::Advice)
        });
        self.diagnostics.sort_by_key(|d| {
            d.span()
                .map_or((u32::MAX, u32::MAX), |s| (s.file.0, s.start))
        });
        self.diagnostics
    }
}
