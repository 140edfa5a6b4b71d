//! Values of the protocol in Python: arrays of what the model holds and of what monitors recorded.

use super::expression::{Mode, Printer};
use crate::syntax::ast::{Argument, Expr, ExprKind, Subscript};
use crate::syntax::operators::{BinaryOp, UnaryOp};

type Text = (String, u8);
type Outcome = Option<Result<Text, String>>;

/// How tightly a call binds.
const ATOM: u8 = 10;

/// Functions that NumPy has under another name, or under the same; those that Brian2's code knows are known anyway.
const FUNCTIONS: &[(&str, &str)] = &[
    ("linspace", "linspace"),
    ("arange", "arange"),
    ("range", "arange"),
    ("zeros", "zeros"),
    ("ones", "ones"),
    ("identity", "eye"),
    ("size", "size"),
    ("shape", "shape"),
    ("reshape", "reshape"),
    ("flatten", "ravel"),
    ("transpose", "transpose"),
    ("sort", "sort"),
    ("argsort", "argsort"),
    ("unique", "unique"),
    ("diff", "diff"),
    ("cumsum", "cumsum"),
    ("sum", "sum"),
    ("product", "prod"),
    ("mean", "mean"),
    ("var", "var"),
    ("std", "std"),
    ("median", "median"),
    ("argmin", "argmin"),
    ("argmax", "argmax"),
    ("all", "all"),
    ("any", "any"),
    ("count", "count_nonzero"),
    ("dot", "dot"),
    ("outer", "outer"),
    ("exp", "exp"),
    ("log", "log"),
    ("log10", "log10"),
    ("sqrt", "sqrt"),
    ("abs", "abs"),
    ("floor", "floor"),
    ("ceil", "ceil"),
    ("round", "round_"),
    ("sin", "sin"),
    ("cos", "cos"),
    ("tan", "tan"),
    ("tanh", "tanh"),
    ("sinh", "sinh"),
    ("cosh", "cosh"),
    ("clip", "clip"),
    ("tile", "tile"),
    ("sign", "sign"),
    ("interp", "interp"),
    ("is_finite", "isfinite"),
];

/// A value in the way of the protocol; nothing where it is written like any other expression.
pub(super) fn value(
    printer: &Printer,
    expr: &Expr,
    inner: &dyn Fn(&Expr) -> Result<Text, String>,
) -> Outcome {
    match &expr.kind {
        ExprKind::Name(name) if name == "t" || name == "dt" => {
            Some(Ok((format!("defaultclock.{name}"), ATOM)))
        }
        ExprKind::Name(name) if printer.lost.borrow().iter().any(|lost| lost == name) => {
            Some(Err(format!("`{name}` is left out")))
        }
        ExprKind::Member { base, name } => Some(member(printer, base, &name.name)),
        ExprKind::Name(name) if printer.recorded.owners.contains_key(name) => {
            Some(Err(format!("the spike trains of `{name}`")))
        }
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } if matches!(operator, BinaryOp::And | BinaryOp::Or) => {
            let name = if *operator == BinaryOp::And {
                "logical_and"
            } else {
                "logical_or"
            };
            Some(two(name, inner(left), inner(right)))
        }
        ExprKind::Unary {
            operator: UnaryOp::Not,
            operand,
            ..
        } => Some(inner(operand).map(|(text, _)| (format!("logical_not({text})"), ATOM))),
        ExprKind::Conditional {
            then,
            condition,
            otherwise,
        } => Some((|| {
            let (a, c, b) = (inner(then)?, inner(condition)?, inner(otherwise)?);
            Ok((format!("where({}, {}, {})", c.0, a.0, b.0), ATOM))
        })()),
        ExprKind::Call {
            function,
            arguments,
        } => call(printer, function.as_name()?, arguments, inner),
        _ => None,
    }
}

fn two(name: &str, a: Result<Text, String>, b: Result<Text, String>) -> Result<Text, String> {
    Ok((format!("{name}({}, {})", a?.0, b?.0), ATOM))
}

/// `P`, `P[0:3]` in Python; nothing where it is no population.
fn owner(printer: &Printer, base: &Expr) -> Option<String> {
    match &base.ungrouped().kind {
        ExprKind::Name(name) => printer.recorded.owners.get(name).cloned(),
        ExprKind::Index { base: of, .. } => {
            owner(printer, of)?;
            printer.print(base, Mode::Script).ok()
        }
        _ => None,
    }
}

fn member(printer: &Printer, base: &Expr, name: &str) -> Result<Text, String> {
    let atom = |text: String| Ok((text, ATOM));
    if let ExprKind::Member {
        base: of,
        name: kind,
    } = &base.kind
        && let Some(of) = owner(printer, of)
    {
        let recorded = &printer.recorded;
        return match (kind.name.as_str(), name) {
            ("spikes", "t" | "i" | "count") => match recorded.spikes.get(&of) {
                Some(monitor) => atom(format!("{monitor}.{name}[:]")),
                None => Err(format!("the spikes of `{of}`, which are not recorded")),
            },
            ("rate", "t") => match recorded.rates.get(&of) {
                Some(monitor) => atom(format!("{monitor}.t[:]")),
                None => Err(format!("the rate of `{of}`, which is not recorded")),
            },
            (kind, name) => atom(format!("{of}.{kind}.{name}[:]")),
        };
    }
    let Some(of) = owner(printer, base) else {
        return Err("a value of what is no population".into());
    };
    match name {
        "spikes" => Err(format!("the spike trains of `{of}`")),
        "rate" => match printer.recorded.rates.get(&of) {
            Some(monitor) => atom(format!("{monitor}.rate[:]")),
            None => Err(format!("the rate of `{of}`, which is not recorded")),
        },
        name => atom(format!("{of}.{name}[:]")),
    }
}

fn call(
    printer: &Printer,
    name: &str,
    arguments: &[Argument],
    inner: &dyn Fn(&Expr) -> Result<Text, String>,
) -> Outcome {
    if printer
        .functions
        .iter()
        .any(|function| function.name.name == name)
    {
        return None;
    }
    if let ("trace" | "times", [of]) = (name, arguments) {
        return Some(trace(printer, name, &of.value));
    }
    let texts: Result<Vec<String>, String> = arguments
        .iter()
        .map(|argument| {
            let value = inner(&argument.value)?.0;
            Ok(match &argument.name {
                Some(name) => format!("{}={value}", name.name),
                None => value,
            })
        })
        .collect();
    let texts = match texts {
        Ok(texts) => texts,
        Err(why) => return Some(Err(why)),
    };
    let known = FUNCTIONS
        .iter()
        .find(|(ours, _)| *ours == name)
        .map(|(_, theirs)| *theirs);
    let text = match (name, texts.as_slice()) {
        ("zeros" | "ones", [rows, columns]) => format!("{name}(({rows}, {columns}))"),
        ("reshape", [of, rows, columns]) => format!("reshape({of}, ({rows}, {columns}))"),
        ("min" | "max", [of]) => format!("Quantity({of}).{name}()"),
        ("min" | "max", [of, axis]) if axis.starts_with("axis=") => {
            format!("Quantity({of}).{name}({axis})")
        }
        ("min" | "max", [a, b]) => format!("{name}imum({a}, {b})"),
        ("column", [of]) => format!("{of}[:, newaxis]"),
        ("reverse", [of]) => format!("{of}[::-1]"),
        ("where", [mask]) => format!("nonzero({mask})[0]"),
        ("where", [mask, a, b]) => format!("where({mask}, {a}, {b})"),
        ("finite", [of]) => format!("{of}[isfinite({of})]"),
        ("int", [of]) => format!("int({of})"),
        ("steps", [time]) => format!("int(round({time}/defaultclock.dt))"),
        ("concatenate", [a, b]) => format!("append({a}, {b})"),
        ("rand" | "randn", _) => format!("{name}({})", texts.join(", ")),
        _ => match known {
            Some(theirs) => format!("{theirs}({})", texts.join(", ")),
            None => return Some(Err(format!("the function `{name}`"))),
        },
    };
    Some(Ok((text, ATOM)))
}

/// `trace(P.v[0])`, `times(P.v)`
fn trace(printer: &Printer, name: &str, of: &Expr) -> Result<Text, String> {
    let unrecorded = || "values that are not recorded like this".to_string();
    let (base, subscripts) = match &of.ungrouped().kind {
        ExprKind::Index { base, subscripts } => (base.as_ref(), Some(subscripts.as_slice())),
        _ => (of, None),
    };
    let ExprKind::Member {
        base: population,
        name: variable,
    } = &base.ungrouped().kind
    else {
        return Err(unrecorded());
    };
    let of = owner(printer, population).ok_or_else(unrecorded)?;
    let found = printer.recorded.states.get(&(of, variable.name.clone()));
    let (monitor, which) = found.ok_or_else(unrecorded)?;
    if name == "times" {
        return Ok((format!("{monitor}.t[:]"), ATOM));
    }
    let curve = format!("{monitor}.{}", variable.name);
    match (subscripts, which) {
        (None, None) => Ok((curve, ATOM)),
        (Some([Subscript::Index(index)]), which) => {
            let row = printer.print(index, Mode::Script)?;
            let row = match which {
                None => row,
                Some(which) => {
                    let at = row
                        .parse()
                        .ok()
                        .and_then(|neuron: u32| which.iter().position(|known| *known == neuron));
                    at.ok_or_else(unrecorded)?.to_string()
                }
            };
            Ok((format!("{curve}[{row}]"), ATOM))
        }
        _ => Err(unrecorded()),
    }
}

/// A comparison, or several.
pub(super) fn is_condition(expr: &Expr) -> bool {
    match &expr.ungrouped().kind {
        ExprKind::Binary { operator, .. } => {
            matches!(
                operator.row().spellings.first(),
                Some(&("<" | "<=" | ">" | ">=" | "==" | "!=" | "and" | "or"))
            )
        }
        ExprKind::Unary {
            operator: UnaryOp::Not,
            ..
        } => true,
        _ => false,
    }
}

/// It reads what the protocol knows and code of Brian2 does not: members of populations, arrays, reductions.
pub(super) fn reads(printer: &Printer, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Member { .. } | ExprKind::Array(_) | ExprKind::Index { .. } => true,
        ExprKind::Name(name) => printer.local(name),
        ExprKind::Call {
            function,
            arguments,
        } => {
            let name = function.as_name().unwrap_or("");
            let reduces = [
                "linspace", "range", "arange", "zeros", "ones", "sum", "mean", "sort", "dot",
            ]
            .contains(&name);
            reduces
                || arguments
                    .iter()
                    .any(|argument| reads(printer, &argument.value))
        }
        _ => expr.children().iter().any(|child| reads(printer, child)),
    }
}

/// Code of Brian2 for each element: random numbers, indices, variables of the population.
pub(super) fn each(expr: &Expr, variables: &dyn Fn(&str) -> bool) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => matches!(name.as_str(), "i" | "j") || variables(name),
        ExprKind::Call {
            function,
            arguments,
        } => {
            let name = function.as_name().unwrap_or("");
            let draws = matches!(name, "rand" | "randn" | "poisson")
                && (arguments.is_empty() || name == "poisson");
            draws
                || arguments
                    .iter()
                    .any(|argument| each(&argument.value, variables))
        }
        ExprKind::Member { .. } => false,
        ExprKind::Index { base, subscripts } => each(base, variables)
            || subscripts.iter().any(
                |subscript| matches!(subscript, Subscript::Index(index) if each(index, variables)),
            ),
        _ => expr.children().iter().any(|child| each(child, variables)),
    }
}
