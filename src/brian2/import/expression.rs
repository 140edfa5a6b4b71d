//! Expressions of Python as values.

use super::super::python::{Argument, Clause, Expr, Part};
use super::value::{Known, Number, Value, level};
use super::{Bound, Importer};
use crate::library::Library;
use crate::units::dimension::Dimension;

/// A list longer than this is not written out.
const LONGEST: usize = 20_000;

impl Importer {
    /// The value of an expression, or why it has none here.
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Value, String> {
        match expr {
            Expr::Number(text) => Ok(Value::Number(constant(text))),
            Expr::Text(text) => Ok(Value::Text(text.clone())),
            Expr::Format(parts) => self.format(parts),
            Expr::Name(name) => self.name(name),
            Expr::Attribute(base, name) => self.attribute(expr, base, name),
            Expr::Call(function, arguments) => self.call(function, arguments),
            Expr::Index(base, subscripts) => self.index(base, subscripts),
            Expr::Slice(_) => Err("a slice alone".into()),
            Expr::Unary(operator, operand) => {
                let operand = self.value(operand)?;
                unary(operator, &operand)
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.binary(operator, left, right)
            }
            Expr::Compare(first, rest) => {
                let mut left = self.value(first)?;
                let mut result: Option<Value> = None;
                for (operator, right) in rest {
                    let right = self.value(right)?;
                    let one = compare(operator, &left, &right)?;
                    result = Some(match result {
                        None => one,
                        Some(before) => self.binary("and", before, one)?,
                    });
                    left = right;
                }
                result.ok_or_else(|| "a comparison".into())
            }
            Expr::Conditional(then, condition, otherwise) => {
                let condition = self.value(condition)?;
                match truth(&condition) {
                    Some(true) => self.value(then),
                    Some(false) => self.value(otherwise),
                    None => {
                        let condition = condition.number()?;
                        let (a, b) = (
                            self.value(then)?.number()?,
                            self.value(otherwise)?.number()?,
                        );
                        let text = format!(
                            "{} if {} else {}",
                            a.within(1),
                            condition.within(1),
                            b.within(1)
                        );
                        let mut number = Number::text(text, level::CONDITIONAL);
                        number.late = a.late || b.late || condition.late;
                        Ok(Value::Number(number))
                    }
                }
            }
            Expr::Lambda(parameters, body) => {
                let statement = super::super::python::Statement {
                    kind: super::super::python::Kind::Return(Some((**body).clone())),
                    text: String::new(),
                    comments: Vec::new(),
                };
                Ok(Value::Function(std::rc::Rc::new(
                    super::super::python::Function {
                        name: "lambda".into(),
                        parameters: parameters.clone(),
                        body: vec![statement],
                    },
                )))
            }
            Expr::List(items) | Expr::Tuple(items) => {
                let items: Result<Vec<Value>, String> =
                    items.iter().map(|item| self.value(item)).collect();
                Ok(Value::List(items?))
            }
            Expr::Dict(entries) => {
                let mut values = Vec::new();
                for (key, value) in entries {
                    values.push((self.value(key)?, self.value(value)?));
                }
                Ok(Value::Dict(values))
            }
            Expr::Comprehension(made, clauses) => self.comprehension(made, clauses),
        }
    }

    fn name(&mut self, name: &str) -> Result<Value, String> {
        if let Some(Bound { value, named }) = self.lookup(name) {
            let mut value = value.clone();
            if let Value::Number(number) = &mut value
                && *named
            {
                number.text = name.to_string();
                number.level = level::ATOM;
            }
            return match value {
                Value::Unknown(why) => Err(why),
                value => Ok(value),
            };
        }
        let known = self.aliases.get(name).map_or(name, String::as_str);
        builtin(known).ok_or_else(|| format!("`{name}` is not known here"))
    }

    /// A dotted name of a module without the module: `random.rand` of `np.random.rand`.
    pub(super) fn path(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) if self.lookup(name).is_none() => Some(
                match self.aliases.get(name).or_else(|| self.modules.get(name)) {
                    Some(module) => module.rsplit('.').next().unwrap_or("").to_string(),
                    None => name.clone(),
                },
            ),
            Expr::Attribute(base, name) => {
                if let Expr::Name(module) = &**base
                    && self.lookup(module).is_none()
                    && (self.modules.contains_key(module) || MODULES.contains(&module.as_str()))
                {
                    return Some(name.clone());
                }
                let base = self.path(base)?;
                Some(format!("{base}.{name}"))
            }
            _ => None,
        }
    }

    pub(super) fn binary(
        &mut self,
        operator: &str,
        left: Value,
        right: Value,
    ) -> Result<Value, String> {
        match (&left, &right, operator) {
            (Value::Text(a), Value::Text(b), "+") => return Ok(Value::Text(format!("{a}{b}"))),
            (Value::Text(template), _, "%") => {
                return super::lists::percent(template, &right).map(Value::Text);
            }
            (Value::Text(text), Value::Number(n), "*") => {
                let times = n.known.whole().filter(|n| (0..1000).contains(n));
                let times = times.ok_or("a text repeated")?;
                return Ok(Value::Text(text.repeat(times as usize)));
            }
            (Value::List(a), Value::List(b), "+") => {
                return Ok(Value::List(a.iter().chain(b).cloned().collect()));
            }
            (Value::List(items), Value::Number(n), "*")
            | (Value::Number(n), Value::List(items), "*")
                if n.known.whole().is_some() =>
            {
                let times = n.known.whole().unwrap_or(0).max(0) as usize;
                if items.len() * times > LONGEST {
                    return Err("a list of that length".into());
                }
                let all = (0..times).flat_map(|_| items.iter().cloned());
                return Ok(Value::List(all.collect()));
            }
            (_, _, "and" | "or") => {
                if let Some(first) = truth(&left) {
                    let takes_first = first == (operator == "or");
                    return Ok(if takes_first { left } else { right });
                }
            }
            _ => {}
        }
        let (a, b) = (left.number()?, right.number()?);
        Ok(Value::Number(arithmetic(operator, &a, &b)?))
    }

    fn format(&mut self, parts: &[Part]) -> Result<Value, String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Value(value, format) => {
                    let value = self.value(value)?;
                    text.push_str(&super::lists::shown(&value, format)?);
                }
            }
        }
        Ok(Value::Text(text))
    }

    /// What is gone through, one by one.
    pub(super) fn each(&self, value: &Value) -> Result<Vec<Value>, String> {
        match value {
            Value::List(items) => Ok(items.clone()),
            Value::Dict(entries) => Ok(entries.iter().map(|(key, _)| key.clone()).collect()),
            Value::Number(number) => match &number.known {
                Known::Many(values, whole, dimension) => Ok(values
                    .iter()
                    .map(|v| Value::Number(Number::of(Known::One(*v, *whole, *dimension))))
                    .collect()),
                _ => Err(format!(
                    "the values of `{}` are not known beforehand",
                    number.text
                )),
            },
            Value::Text(text) => Ok(text.chars().map(|c| Value::Text(c.to_string())).collect()),
            other => Err(format!("going through {}", other.kind())),
        }
    }

    fn comprehension(&mut self, made: &[Expr], clauses: &[Clause]) -> Result<Value, String> {
        let before = self.scopes.last().cloned().unwrap_or_default();
        let mut values = Vec::new();
        let result = self.clause(made, clauses, &mut values);
        if let Some(scope) = self.scopes.last_mut() {
            *scope = before;
        }
        result?;
        Ok(match made.len() {
            1 => Value::List(values.into_iter().map(|(_, value)| value).collect()),
            _ => Value::Dict(values),
        })
    }

    fn clause(
        &mut self,
        made: &[Expr],
        clauses: &[Clause],
        values: &mut Vec<(Value, Value)>,
    ) -> Result<(), String> {
        let Some((clause, rest)) = clauses.split_first() else {
            let key = self.value(made.first().ok_or("a comprehension")?)?;
            let value = match made.get(1) {
                Some(value) => self.value(value)?,
                None => key.clone(),
            };
            values.push((key, value));
            return match values.len() > LONGEST {
                true => Err("a list of that length".into()),
                false => Ok(()),
            };
        };
        let all = self.value(&clause.values)?;
        for value in self.each(&all)? {
            self.steps += 1;
            if self.steps > super::MOST_STEPS {
                return Err("too much to be written out".into());
            }
            self.assign_plain(&clause.target, value)?;
            let mut wanted = true;
            for condition in &clause.conditions {
                let condition = self.value(condition)?;
                wanted &= truth(&condition).ok_or("a condition that is not known beforehand")?;
            }
            if wanted {
                self.clause(made, rest, values)?;
            }
        }
        Ok(())
    }

    /// Gives names to values without a trace in the model.
    pub(super) fn assign_plain(&mut self, target: &Expr, value: Value) -> Result<(), String> {
        match target {
            Expr::Name(name) => {
                self.bind(name, value, false);
                Ok(())
            }
            Expr::Tuple(targets) | Expr::List(targets) => {
                let values = self.each(&value)?;
                if values.len() != targets.len() {
                    return Err("as many names as values".into());
                }
                for (target, value) in targets.iter().zip(values) {
                    self.assign_plain(target, value)?;
                }
                Ok(())
            }
            _ => Err("this target".into()),
        }
    }

    /// Arguments with what is spread among them.
    pub(super) fn arguments(
        &mut self,
        arguments: &[Argument],
    ) -> Result<Vec<(Option<String>, Value)>, String> {
        let mut values = Vec::new();
        for argument in arguments {
            let value = self.value(&argument.value)?;
            match argument.name.as_deref() {
                Some("*") => values.extend(self.each(&value)?.into_iter().map(|v| (None, v))),
                Some("**") => {
                    let Value::Dict(entries) = value else {
                        return Err("arguments from what is no dictionary".into());
                    };
                    for (key, value) in entries {
                        values.push((Some(key.text()?.to_string()), value));
                    }
                }
                name => values.push((name.map(str::to_string), value)),
            }
        }
        Ok(values)
    }
}

/// Names of modules that scripts use without a word about them.
const MODULES: &[&str] = &["np", "numpy", "plt", "pylab", "brian2", "b2", "br2", "bp"];

/// Physical constants that scripts import by name.
const PHYSICAL: &[(&str, &str, &str)] = &[
    ("avogadro_constant", "6.022140857e23", "mole**-1"),
    ("boltzmann_constant", "1.38064852e-23", "joule/kelvin"),
    ("electric_constant", "8.854187817e-12", "farad/meter"),
    ("electron_mass", "9.10938356e-31", "kilogram"),
    ("elementary_charge", "1.6021766208e-19", "coulomb"),
    ("faraday_constant", "96485.33289", "coulomb*mole**-1"),
    ("gas_constant", "8.3144598", "joule*mole**-1*kelvin**-1"),
    ("magnetic_constant", "12.566370614e-7", "newton*amp**-2"),
    ("molar_mass_constant", "1", "gram*mole**-1"),
    ("zero_celsius", "273.15", "kelvin"),
];

/// Units, constants and names of Python.
fn builtin(name: &str) -> Option<Value> {
    match name {
        "True" => return Some(Value::Truth(true)),
        "False" => return Some(Value::Truth(false)),
        "None" => return Some(Value::Nothing),
        "int" | "float" | "bool" | "str" | "float32" | "float64" | "int32" | "int64" => {
            return Some(Value::Text(name.into()));
        }
        "nan" => {
            let mut number = Number::text("(0/0)", level::ATOM);
            number.known = Known::One(f64::NAN, false, Dimension::NONE);
            return Some(Value::Number(number));
        }
        "__name__" => return Some(Value::Text("__main__".into())),
        "defaultclock" => {
            return Some(Value::Object(super::value::Object {
                what: super::value::What::Clock("dt".into()),
                text: "dt".into(),
                base: String::new(),
                size: None,
            }));
        }
        _ => {}
    }
    let library = Library::standard();
    if let Some((_, value, unit)) = PHYSICAL.iter().find(|(known, ..)| *known == name) {
        let text = format!("{value}*{unit}");
        let mut number = Number::text(text, level::PRODUCT);
        number.known = Known::No;
        return Some(Value::Number(number));
    }
    let one = |value: f64, dimension| {
        let mut number = Number::text(name, level::ATOM);
        number.known = Known::One(value, false, dimension);
        Value::Number(number)
    };
    if let Some(unit) = library.plain_unit(name) {
        return Some(one(unit.scale, unit.dimension));
    }
    let plain = match name {
        "pi" => Some(std::f64::consts::PI),
        "e" => Some(std::f64::consts::E),
        "inf" => Some(f64::INFINITY),
        _ => None,
    };
    if let Some(value) = plain {
        return Some(one(value, Dimension::NONE));
    }
    let constant = library.constant(name)?;
    Some(one(constant.value.value, constant.value.dimension))
}

fn constant(text: &str) -> Number {
    let whole = text.chars().all(|c| c.is_ascii_digit());
    let value = text.parse().unwrap_or(0.0);
    let mut number = Number::text(text, level::ATOM);
    number.known = Known::One(value, whole, Dimension::NONE);
    number
}

/// True or false, where that is known.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Truth(truth) => Some(*truth),
        Value::Nothing => Some(false),
        Value::Text(text) => Some(!text.is_empty()),
        Value::List(items) => Some(!items.is_empty()),
        Value::Dict(entries) => Some(!entries.is_empty()),
        Value::Number(number) if !number.late => number.known.one().map(|value| value != 0.0),
        _ => None,
    }
}

fn unary(operator: &str, operand: &Value) -> Result<Value, String> {
    if operator == "not" {
        if let Some(known) = truth(operand) {
            return Ok(Value::Truth(!known));
        }
        let number = operand.number()?;
        let mut result = Number::text(format!("not {}", number.within(level::NOT)), level::NOT);
        result.late = number.late;
        return Ok(Value::Number(result));
    }
    let number = operand.number()?;
    match operator {
        "+" => Ok(Value::Number(number)),
        "-" => {
            let dimension = number.known.dimension().unwrap_or(Dimension::NONE);
            let whole = matches!(
                number.known,
                Known::One(_, true, _) | Known::Many(_, true, _)
            );
            Ok(Value::Number(Number {
                text: format!("-{}", number.within(level::PRODUCT)),
                level: number.level.min(level::SIGN),
                known: number.known.map(dimension, whole, |v| -v),
                curve: None,
                ..number
            }))
        }
        _ => Err(format!("the operator `{operator}`")),
    }
}

fn compare(operator: &str, left: &Value, right: &Value) -> Result<Value, String> {
    let same = |a: &Value, b: &Value| match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a == b),
        (Value::Nothing, Value::Nothing) => Some(true),
        (Value::Nothing, _) | (_, Value::Nothing) => Some(false),
        (Value::Truth(a), Value::Truth(b)) => Some(a == b),
        (Value::Number(a), Value::Number(b)) if !a.late && !b.late => {
            (a.known.one().zip(b.known.one())).map(|(a, b)| a == b)
        }
        (Value::Text(_), Value::Number(_)) | (Value::Number(_), Value::Text(_)) => Some(false),
        _ => None,
    };
    match operator {
        "==" | "is" | "!=" | "is not" => {
            if let Some(same) = same(left, right) {
                return Ok(Value::Truth(same == (operator == "==" || operator == "is")));
            }
        }
        "in" | "not in" => {
            let found = match right {
                Value::Text(text) => left.text().ok().map(|part| text.contains(part)),
                Value::List(items) => Some(items.iter().any(|item| same(left, item) == Some(true))),
                Value::Dict(entries) => {
                    Some(entries.iter().any(|(key, _)| same(left, key) == Some(true)))
                }
                _ => None,
            };
            let found = found.ok_or("a search")?;
            return Ok(Value::Truth(found == (operator == "in")));
        }
        _ => {}
    }
    let (a, b) = (left.number()?, right.number()?);
    let known = (!a.late && !b.late)
        .then(|| a.known.one().zip(b.known.one()))
        .flatten();
    if let Some((a, b)) = known {
        return Ok(Value::Truth(match operator {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            ">=" => a >= b,
            "==" => a == b,
            _ => a != b,
        }));
    }
    let text = format!(
        "{} {operator} {}",
        a.within(level::SUM),
        b.within(level::SUM)
    );
    let mut number = Number::text(text, level::COMPARISON);
    number.late = a.late || b.late;
    Ok(Value::Number(number))
}

/// Two numbers with an operator between them.
pub(super) fn arithmetic(operator: &str, a: &Number, b: &Number) -> Result<Number, String> {
    let at = match operator {
        "or" | "|" => level::OR,
        "and" | "&" => level::AND,
        "+" | "-" => level::SUM,
        "*" | "/" | "//" | "%" => level::PRODUCT,
        "**" => level::POWER,
        "@" => {
            let mut number = Number::text(format!("dot({}, {})", a.text, b.text), level::ATOM);
            number.late = a.late || b.late;
            return Ok(number);
        }
        other => return Err(format!("the operator `{other}`")),
    };
    let known = a.known.combine(&b.known, operator);
    let late = a.late || b.late;
    let random = a.random.or(b.random);
    if a.random.is_some() && b.random.is_some() && a.random != b.random {
        // Two draws in one expression stay two draws.
    }
    // A curve in a unit is the curve: axes have units.
    let curve = match operator {
        "*" | "/" if is_unit(b) => a.curve.clone(),
        "*" if is_unit(a) => b.curve.clone(),
        _ => None,
    };
    let literal = a.text.trim_start_matches('-');
    let counted = operator == "*"
        && is_unit(b)
        && b.text.chars().all(|c| c.is_alphanumeric())
        && Library::standard().unit_after_value(&b.text).is_some()
        && (literal.parse::<f64>().is_ok()
            || (a.text.starts_with('[') && a.level == level::ATOM && a.text.ends_with(']')));
    let (text, at) = match operator {
        "*" if counted => {
            let at = if a.text.starts_with('-') {
                level::SIGN
            } else {
                level::POWER
            };
            (format!("{} {}", a.text, b.text), at)
        }
        "**" => (
            format!("{}**{}", a.within(level::POWER + 1), b.within(level::SIGN)),
            at,
        ),
        "+" | "-" | "and" | "or" => (
            format!("{} {operator} {}", a.within(at), b.within(at + 1)),
            at,
        ),
        "&" => (format!("{} and {}", a.within(at), b.within(at + 1)), at),
        "|" => (format!("{} or {}", a.within(at), b.within(at + 1)), at),
        _ => (
            format!("{}{operator}{}", a.within(at), b.within(at + 1)),
            at,
        ),
    };
    Ok(Number {
        text,
        level: at,
        known,
        late,
        random,
        curve,
    })
}

/// `mV`, `nS`, `cm**2`
pub(super) fn is_unit(number: &Number) -> bool {
    !number.late
        && super::texts::names(&number.text)
            .iter()
            .all(|(_, name)| Library::standard().plain_unit(name).is_some())
        && number.text.starts_with(|c: char| c.is_alphabetic())
}
