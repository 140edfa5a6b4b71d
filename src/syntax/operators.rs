//! The operators of expressions and statements: one table of spelling, precedence and associativity, read by the parser
//! and by the formatter.

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// `a or b`
    Or,
    /// `a and b`
    And,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a > b`
    Greater,
    /// `a >= b`
    GreaterEqual,
    /// `a == b`
    Equal,
    /// `a != b`
    NotEqual,
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`: true division, also between integers
    Divide,
    /// `a // b`: rounds down
    FloorDivide,
    /// `a % b`: takes the sign of the divisor
    Modulo,
    /// `a ** b` or `a ^ b`
    Power,
}

/// An operator before its operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    /// `-a`
    Negate,
    /// `+a`
    Plus,
    /// `not a`
    Not,
}

/// The operator of an assignment statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AssignOp {
    /// `x = e`
    Set,
    /// `x += e`
    Add,
    /// `x -= e`
    Subtract,
    /// `x *= e`
    Multiply,
    /// `x /= e`
    Divide,
    /// `x %= e`
    Modulo,
}

/// A row of [`BINARY`].
#[derive(Clone, Copy, Debug)]
pub struct BinaryRow {
    /// The operator.
    pub operator: BinaryOp,
    /// How it is written; the formatter uses the first spelling when it has no source text to keep.
    pub spellings: &'static [&'static str],
    /// Higher binds tighter.
    pub precedence: u8,
    /// True when `a op b op c` means `a op (b op c)`.
    pub right_associative: bool,
}

/// A row of [`UNARY`].
#[derive(Clone, Copy, Debug)]
pub struct UnaryRow {
    /// The operator.
    pub operator: UnaryOp,
    /// How it is written.
    pub spelling: &'static str,
    /// Operators of the operand bind at least as tightly as this.
    pub precedence: u8,
}

/// Binds looser than every operator: `a if b else c`.
pub const CONDITIONAL: u8 = 0;
/// Binds tighter than every operator: names, numbers, calls, subscripts, members.
pub const POSTFIX: u8 = 9;
/// Comparisons stand at one level and do not chain.
pub const COMPARISON: u8 = 4;

const fn left(operator: BinaryOp, spellings: &'static [&'static str], precedence: u8) -> BinaryRow {
    BinaryRow {
        operator,
        spellings,
        precedence,
        right_associative: false,
    }
}

/// All binary operators, loosest first; Python's precedence.
pub const BINARY: &[BinaryRow] = &[
    left(BinaryOp::Or, &["or"], 1),
    left(BinaryOp::And, &["and"], 2),
    left(BinaryOp::LessEqual, &["<="], COMPARISON),
    left(BinaryOp::Less, &["<"], COMPARISON),
    left(BinaryOp::GreaterEqual, &[">="], COMPARISON),
    left(BinaryOp::Greater, &[">"], COMPARISON),
    left(BinaryOp::Equal, &["=="], COMPARISON),
    left(BinaryOp::NotEqual, &["!="], COMPARISON),
    left(BinaryOp::Add, &["+"], 5),
    left(BinaryOp::Subtract, &["-"], 5),
    left(BinaryOp::Multiply, &["*"], 6),
    left(BinaryOp::Divide, &["/"], 6),
    left(BinaryOp::FloorDivide, &["//"], 6),
    left(BinaryOp::Modulo, &["%"], 6),
    BinaryRow {
        operator: BinaryOp::Power,
        spellings: &["**", "^"],
        precedence: 8,
        right_associative: true,
    },
];

/// All unary operators. A sign binds looser than a power (`-x**2` is `-(x**2)`), `not` looser than a comparison.
pub const UNARY: &[UnaryRow] = &[
    UnaryRow {
        operator: UnaryOp::Not,
        spelling: "not",
        precedence: 3,
    },
    UnaryRow {
        operator: UnaryOp::Negate,
        spelling: "-",
        precedence: 7,
    },
    UnaryRow {
        operator: UnaryOp::Plus,
        spelling: "+",
        precedence: 7,
    },
];

/// Assignment operators and their spelling.
pub const ASSIGN: &[(AssignOp, &str)] = &[
    (AssignOp::Set, "="),
    (AssignOp::Add, "+="),
    (AssignOp::Subtract, "-="),
    (AssignOp::Multiply, "*="),
    (AssignOp::Divide, "/="),
    (AssignOp::Modulo, "%="),
];

impl BinaryOp {
    /// The row of [`BINARY`].
    pub fn row(self) -> &'static BinaryRow {
        BINARY
            .iter()
            .find(|row| row.operator == self)
            .unwrap_or(&BINARY[0])
    }
    /// The operator written like this.
    pub fn from_spelling(text: &str) -> Option<BinaryOp> {
        BINARY
            .iter()
            .find(|row| row.spellings.contains(&text))
            .map(|row| row.operator)
    }
    /// How it is usually written.
    pub fn spelling(self) -> &'static str {
        self.row().spellings[0]
    }
    /// `<`, `<=`, `>`, `>=`, `==`, `!=`.
    pub fn is_comparison(self) -> bool {
        self.row().precedence == COMPARISON
    }
    /// `and`, `or`.
    pub fn is_logical(self) -> bool {
        matches!(self, BinaryOp::And | BinaryOp::Or)
    }
}

impl UnaryOp {
    /// The row of [`UNARY`].
    pub fn row(self) -> &'static UnaryRow {
        UNARY
            .iter()
            .find(|row| row.operator == self)
            .unwrap_or(&UNARY[0])
    }
    /// The operator written like this.
    pub fn from_spelling(text: &str) -> Option<UnaryOp> {
        UNARY
            .iter()
            .find(|row| row.spelling == text)
            .map(|row| row.operator)
    }
    /// How it is written.
    pub fn spelling(self) -> &'static str {
        self.row().spelling
    }
}

impl AssignOp {
    /// The operator written like this.
    pub fn from_spelling(text: &str) -> Option<AssignOp> {
        ASSIGN.iter().find(|row| row.1 == text).map(|row| row.0)
    }
    /// How it is written.
    pub fn spelling(self) -> &'static str {
        ASSIGN
            .iter()
            .find(|row| row.0 == self)
            .map_or("=", |row| row.1)
    }
    /// The operator that `x op= e` applies to `x` and `e`; none for `=`.
    pub fn binary(self) -> Option<BinaryOp> {
        match self {
            AssignOp::Set => None,
            AssignOp::Add => Some(BinaryOp::Add),
            AssignOp::Subtract => Some(BinaryOp::Subtract),
            AssignOp::Multiply => Some(BinaryOp::Multiply),
            AssignOp::Divide => Some(BinaryOp::Divide),
            AssignOp::Modulo => Some(BinaryOp::Modulo),
        }
    }
}
