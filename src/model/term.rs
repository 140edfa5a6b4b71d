//! Hash-consed expressions: equal terms have equal ids, so common parts are shared and facts can be cached.
//!
//! Division is `Product[a, Power(b, -1)]` and subtraction `Sum[a, Product[-1, b]]`, so that algebra sees few shapes.
//! Numbers are in SI units. Operand order is kept as written.

use std::collections::HashMap;

use super::{ConstantId, SignalId, VariableId};
use crate::index::IndexVec;

crate::id! {
    /// A term in an arena.
    TermId
}
crate::id! {
    /// A noise symbol of one system.
    NoiseId
}

/// Type of a value. Order matters: the type of an operation is the highest of its operands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Type {
    /// Truth value.
    Boolean,
    /// 64-bit integer.
    Integer,
    /// Double.
    Float,
}

/// A double that compares and hashes by its bits.
#[derive(Clone, Copy, Debug)]
pub struct Bits(pub f64);

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
impl Eq for Bits {}
impl std::hash::Hash for Bits {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// Comparison operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// An expression node.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Term {
    /// A float.
    Number(Bits),
    /// An integer.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
    /// A named constant of the file.
    Constant(ConstantId),
    /// A variable of the owner whose code this is (or a shared value of another).
    Variable(VariableId),
    /// Index of the element: `i`.
    Index,
    /// Time at the start of the step, seconds.
    Time,
    /// Step length of the owner's clock, seconds.
    Dt,
    /// Step number: `t_in_timesteps`.
    StepNumber,
    /// White noise `xi` in an equation; in a scheme, the standard normal draw of this step.
    Noise(NoiseId),
    /// a + b + …, at least two.
    Sum(Box<[TermId]>),
    /// a * b * …, at least two.
    Product(Box<[TermId]>),
    /// base ** exponent.
    Power(TermId, TermId),
    /// An irreducible function.
    Call(Intrinsic, Box<[TermId]>),
    /// A tabulated function: time argument, then the column for indexed signals.
    Signal(SignalId, Box<[TermId]>),
    /// A comparison of numbers.
    Compare(Comparison, TermId, TermId),
    /// Both.
    And(TermId, TermId),
    /// Either.
    Or(TermId, TermId),
    /// Negation of a truth value.
    Not(TermId),
    /// `then if condition else otherwise`: (condition, then, otherwise).
    Select(TermId, TermId, TermId),
    /// A random draw with its own stream; the argument of `poisson`.
    Random(Draw, u32, Option<TermId>),
    /// A number given from outside: an argument of a function that is applied to the elements of arrays.
    Argument(u32, Type),
}

/// Distributions of random draws.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Draw {
    /// `rand()`: uniform in [0, 1).
    Uniform,
    /// `randn()`: standard normal.
    Normal,
    /// `poisson(mean)`: an integer.
    Poisson,
}

/// What an intrinsic's result type is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultType {
    /// Always float.
    Float,
    /// Always integer.
    Integer,
    /// Highest type of the arguments, at least integer.
    Arguments,
}

/// Declares the irreducible functions: the ones every back end knows.
macro_rules! intrinsics {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $arity:literal $result:ident;)*) => {
        /// Irreducible functions, one row each. Signatures, derivatives and examples stand in `src/std/functions.snn`.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Intrinsic { $($(#[doc = $doc])* $variant,)* }

        impl Intrinsic {
            /// All of them.
            pub const ALL: &[Intrinsic] = &[$(Intrinsic::$variant,)*];
            /// Name as in the library's `intrinsic` clause.
            pub fn name(self) -> &'static str {
                match self { $(Intrinsic::$variant => $name,)* }
            }
            /// Number of arguments.
            pub fn arity(self) -> usize {
                match self { $(Intrinsic::$variant => $arity,)* }
            }
            /// Result type.
            pub fn result(self) -> ResultType {
                match self { $(Intrinsic::$variant => ResultType::$result,)* }
            }
            /// By name.
            pub fn find(name: &str) -> Option<Intrinsic> {
                Self::ALL.iter().copied().find(|f| f.name() == name)
            }
        }
    };
}

intrinsics! {
    /// e^x.
    Exp "exp" 1 Float;
    /// e^x - 1.
    Expm1 "expm1" 1 Float;
    /// (e^x - 1)/x, 1 at 0.
    Exprel "exprel" 1 Float;
    /// Natural logarithm.
    Log "log" 1 Float;
    /// log(1 + x).
    Log1p "log1p" 1 Float;
    /// Decimal logarithm.
    Log10 "log10" 1 Float;
    /// Sine.
    Sin "sin" 1 Float;
    /// Cosine.
    Cos "cos" 1 Float;
    /// Tangent.
    Tan "tan" 1 Float;
    /// Hyperbolic sine.
    Sinh "sinh" 1 Float;
    /// Hyperbolic cosine.
    Cosh "cosh" 1 Float;
    /// Hyperbolic tangent.
    Tanh "tanh" 1 Float;
    /// Inverse sine.
    Asin "asin" 1 Float;
    /// Inverse cosine.
    Acos "acos" 1 Float;
    /// Inverse tangent.
    Atan "atan" 1 Float;
    /// Angle of the point (x, y), given (y, x).
    Atan2 "atan2" 2 Float;
    /// Square root.
    Sqrt "sqrt" 1 Float;
    /// Magnitude.
    Abs "abs" 1 Arguments;
    /// -1, 0 or 1.
    Sign "sign" 1 Arguments;
    /// Largest whole number not above x, as a float.
    Floor "floor" 1 Float;
    /// Smallest whole number not below x, as a float.
    Ceil "ceil" 1 Float;
    /// Nearest whole number, half to even, as a float.
    Round "round" 1 Float;
    /// Truncation toward zero, to an integer.
    Int "int" 1 Integer;
    /// Smaller of two.
    Min "min" 2 Arguments;
    /// Larger of two.
    Max "max" 2 Arguments;
    /// Remainder with the sign of the divisor.
    Mod "mod" 2 Arguments;
    /// Quotient rounded toward minus infinity.
    FloorDiv "floordiv" 2 Arguments;
}

/// The arena of terms.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    nodes: IndexVec<TermId, Term>,
    types: IndexVec<TermId, Type>,
    ids: HashMap<Term, TermId>,
}

impl Terms {
    /// The node of a term.
    pub fn get(&self, id: TermId) -> &Term {
        &self.nodes[id]
    }
    /// All nodes, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.nodes.iter()
    }
    /// The type of a term.
    pub fn ty(&self, id: TermId) -> Type {
        self.types[id]
    }
    /// Interns a node whose type follows from its operands. Variables and constants go through
    /// [`Terms::variable`] and [`Terms::constant`], which are told the type.
    pub fn add(&mut self, term: Term) -> TermId {
        let ty = match &term {
            Term::Number(_) | Term::Time | Term::Dt | Term::Noise(_) | Term::Signal(..) => {
                Type::Float
            }
            Term::Constant(_) | Term::Variable(_) => Type::Float,
            Term::Integer(_) | Term::Index | Term::StepNumber => Type::Integer,
            Term::Boolean(_) | Term::Compare(..) | Term::And(..) | Term::Or(..) | Term::Not(_) => {
                Type::Boolean
            }
            Term::Sum(items) | Term::Product(items) => self.highest(items).max(Type::Integer),
            Term::Power(base, exponent) => match (self.ty(*base), self.get(*exponent)) {
                // 1/x is true division, also between integers.
                (_, Term::Integer(n)) if *n < 0 => Type::Float,
                (Type::Float, _) => Type::Float,
                _ => self.ty(*base).max(self.ty(*exponent)).max(Type::Integer),
            },
            Term::Call(function, arguments) => match function.result() {
                ResultType::Float => Type::Float,
                ResultType::Integer => Type::Integer,
                ResultType::Arguments => self.highest(arguments).max(Type::Integer),
            },
            Term::Select(_, then, otherwise) => self.ty(*then).max(self.ty(*otherwise)),
            Term::Random(draw, ..) => match draw {
                Draw::Poisson => Type::Integer,
                Draw::Uniform | Draw::Normal => Type::Float,
            },
            Term::Argument(_, ty) => *ty,
        };
        self.intern(term, ty)
    }
    /// A variable of a known type.
    pub fn variable(&mut self, id: VariableId, ty: Type) -> TermId {
        self.intern(Term::Variable(id), ty)
    }
    /// A constant of a known type.
    pub fn constant(&mut self, id: ConstantId, ty: Type) -> TermId {
        self.intern(Term::Constant(id), ty)
    }
    /// A float.
    pub fn number(&mut self, value: f64) -> TermId {
        self.intern(Term::Number(Bits(value)), Type::Float)
    }
    /// An integer.
    pub fn integer(&mut self, value: i64) -> TermId {
        self.intern(Term::Integer(value), Type::Integer)
    }
    /// a + b.
    pub fn plus(&mut self, a: TermId, b: TermId) -> TermId {
        self.add(Term::Sum(Box::new([a, b])))
    }
    /// -a.
    pub fn negate(&mut self, a: TermId) -> TermId {
        let minus_one = self.integer(-1);
        self.add(Term::Product(Box::new([minus_one, a])))
    }
    /// a - b.
    pub fn minus(&mut self, a: TermId, b: TermId) -> TermId {
        let negative = self.negate(b);
        self.plus(a, negative)
    }
    /// a * b.
    pub fn times(&mut self, a: TermId, b: TermId) -> TermId {
        self.add(Term::Product(Box::new([a, b])))
    }
    /// a / b: true division.
    pub fn over(&mut self, a: TermId, b: TermId) -> TermId {
        let minus_one = self.integer(-1);
        let inverse = self.add(Term::Power(b, minus_one));
        self.times(a, inverse)
    }
    /// An intrinsic of one argument.
    pub fn call(&mut self, function: Intrinsic, argument: TermId) -> TermId {
        self.add(Term::Call(function, Box::new([argument])))
    }
    /// The operands of a term, in order: the one place, with [`Terms::map_children`], that knows all shapes.
    pub fn children(&self, id: TermId) -> Vec<TermId> {
        match &self.nodes[id] {
            Term::Number(_)
            | Term::Integer(_)
            | Term::Boolean(_)
            | Term::Constant(_)
            | Term::Variable(_)
            | Term::Index
            | Term::Time
            | Term::Dt
            | Term::StepNumber
            | Term::Argument(..)
            | Term::Noise(_) => Vec::new(),
            Term::Sum(items) | Term::Product(items) => items.to_vec(),
            Term::Call(_, items) | Term::Signal(_, items) => items.to_vec(),
            Term::Power(a, b) | Term::Compare(_, a, b) | Term::And(a, b) | Term::Or(a, b) => {
                vec![*a, *b]
            }
            Term::Not(a) => vec![*a],
            Term::Select(a, b, c) => vec![*a, *b, *c],
            Term::Random(_, _, argument) => argument.iter().copied().collect(),
        }
    }
    /// The term with every operand replaced.
    pub fn map_children(
        &mut self,
        id: TermId,
        f: &mut dyn FnMut(&mut Terms, TermId) -> TermId,
    ) -> TermId {
        let node = self.nodes[id].clone();
        let mut all = |terms: &mut Terms, items: &[TermId]| {
            items
                .iter()
                .map(|item| f(terms, *item))
                .collect::<Box<[TermId]>>()
        };
        let mapped = match node {
            Term::Number(_)
            | Term::Integer(_)
            | Term::Boolean(_)
            | Term::Constant(_)
            | Term::Variable(_)
            | Term::Index
            | Term::Time
            | Term::Dt
            | Term::StepNumber
            | Term::Argument(..)
            | Term::Noise(_) => return id,
            Term::Sum(items) => Term::Sum(all(self, &items)),
            Term::Product(items) => Term::Product(all(self, &items)),
            Term::Call(function, items) => Term::Call(function, all(self, &items)),
            Term::Signal(signal, items) => Term::Signal(signal, all(self, &items)),
            Term::Power(a, b) => Term::Power(f(self, a), f(self, b)),
            Term::Compare(op, a, b) => Term::Compare(op, f(self, a), f(self, b)),
            Term::And(a, b) => Term::And(f(self, a), f(self, b)),
            Term::Or(a, b) => Term::Or(f(self, a), f(self, b)),
            Term::Not(a) => Term::Not(f(self, a)),
            Term::Select(a, b, c) => Term::Select(f(self, a), f(self, b), f(self, c)),
            Term::Random(draw, stream, argument) => {
                Term::Random(draw, stream, argument.map(|a| f(self, a)))
            }
        };
        self.add(mapped)
    }
    /// True when the term or one below it satisfies a predicate.
    pub fn any(&self, id: TermId, predicate: &mut dyn FnMut(&Term) -> bool) -> bool {
        predicate(&self.nodes[id])
            || self
                .children(id)
                .into_iter()
                .any(|child| self.any(child, predicate))
    }

    fn highest(&self, items: &[TermId]) -> Type {
        items
            .iter()
            .map(|item| self.ty(*item))
            .max()
            .unwrap_or(Type::Boolean)
    }
    fn intern(&mut self, term: Term, ty: Type) -> TermId {
        if let Some(id) = self.ids.get(&term) {
            return *id;
        }
        let id = self.nodes.push(term.clone());
        self.types.push(ty);
        self.ids.insert(term, id);
        id
    }
}
