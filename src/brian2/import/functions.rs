//! Functions of Python and NumPy, as functions of the language.

use super::Importer;
use super::call::Given;
use super::value::{Known, Number, Value, level};
use crate::library::Library;
use crate::units::dimension::Dimension;

/// A function of one number, by its name.
type OfOne = (&'static str, fn(f64) -> f64);

/// Functions of one number.
#[allow(clippy::disallowed_methods)] // Numbers that are written into a text once; the model computes with what stands there.
const OF_ONE: &[OfOne] = &[
    ("exp", f64::exp),
    ("log", f64::ln),
    ("log10", f64::log10),
    ("sin", f64::sin),
    ("cos", f64::cos),
    ("tan", f64::tan),
    ("tanh", f64::tanh),
    ("sinh", f64::sinh),
    ("cosh", f64::cosh),
    ("arctan", f64::atan),
    ("floor", f64::floor),
    ("ceil", f64::ceil),
    ("expm1", f64::exp_m1),
    ("log1p", f64::ln_1p),
    ("log2", f64::log2),
];

/// Why the time of day has no value.
pub(super) const CLOCK: &str = "the time that a run takes: `snnc run --timings`";

/// Functions of the analysis that NumPy has under the same name and with the same arguments.
const SAME: &[&str] = &[
    "mean",
    "std",
    "var",
    "median",
    "sort",
    "argsort",
    "unique",
    "where",
    "diff",
    "cumsum",
    "any",
    "all",
    "dot",
    "outer",
    "argmin",
    "argmax",
    "reshape",
    "transpose",
    "interp",
    "clip",
    "logspace",
];

/// Other names for functions of the language.
const OTHERWISE: &[(&str, &str)] = &[
    ("power", "**"),
    ("mod", "%"),
    ("multiply", "*"),
    ("divide", "/"),
    ("int_", "int"),
    ("amax", "max"),
    ("amin", "min"),
    ("nanmean", "mean"),
    ("absolute", "abs"),
    ("average", "mean"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("prod", "product"),
    ("eye", "identity"),
    ("ediff1d", "diff"),
    ("fabs", "abs"),
    ("arctan2", "arctan2"),
    ("random.poisson", "poisson"),
];

impl Importer {
    /// A call of a function that neither the script nor Brian2 defines.
    pub(super) fn function(&mut self, path: &str, given: &Given) -> Result<Value, String> {
        let last = path.rsplit('.').next().unwrap_or(path);
        let first = given.get(0, "");
        let number = |position: usize, name: &str| given.need(position, name)?.number();
        if matches!(first, Some(Value::Canvas(_))) {
            // What is done to a drawing.
            return Ok(Value::Canvas(String::new()));
        }
        match last {
            "time" | "perf_counter" | "wall_time" | "process_time" => {
                Ok(Value::Unknown(CLOCK.into()))
            }
            "array" | "asarray" | "atleast_1d" | "list" | "tuple" | "float" | "Quantity"
            | "array_split"
                if path != "random.array" =>
            {
                if let (Some(Value::List(items)), false) = (first, matches!(last, "list" | "tuple"))
                {
                    // What is not numbers stays a list.
                    let plain = Value::List(items.clone());
                    return Ok(plain.number().map_or(plain, Value::Number));
                }
                match last {
                    "list" | "tuple" if first.is_none() => return Ok(Value::List(Vec::new())),
                    "list" | "tuple" => {
                        let first = first.cloned().unwrap_or(Value::Nothing);
                        return Ok(self.each(&first).map_or(first, Value::List));
                    }
                    _ => {}
                }
                let value = number(0, "object")?;
                match given.get(1, "dim").filter(|_| last == "Quantity") {
                    Some(unit) => self.binary("*", Value::Number(value), unit.clone()),
                    None => Ok(Value::Number(value)),
                }
            }
            "dict" => {
                let mut entries = match first {
                    Some(Value::Dict(entries)) => entries.clone(),
                    Some(other) => {
                        let pairs = self.each(other)?;
                        let pairs: Option<Vec<(Value, Value)>> = pairs
                            .into_iter()
                            .map(|pair| match pair {
                                Value::List(pair) => {
                                    Some((pair.first()?.clone(), pair.get(1)?.clone()))
                                }
                                _ => None,
                            })
                            .collect();
                        pairs.ok_or("a dictionary of no pairs")?
                    }
                    None => Vec::new(),
                };
                for (name, value) in &given.list {
                    if let Some(name) = name {
                        super::lists::set_entry(
                            &mut entries,
                            Value::Text(name.clone()),
                            value.clone(),
                        );
                    }
                }
                Ok(Value::Dict(entries))
            }
            "str" | "repr" => super::lists::shown(given.need(0, "object")?, "").map(Value::Text),
            "len" | "size" => self.length(given.need(0, "object")?).map(Value::Number),
            "range" | "arange" | "xrange" => self.range(last, given).map(Value::Number),
            "linspace" => self.linspace(given).map(Value::Number),
            "zip" => {
                let lists: Result<Vec<Vec<Value>>, String> = given
                    .placed()
                    .into_iter()
                    .map(|value| self.each(value))
                    .collect();
                let lists = lists?;
                let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
                let row = |k: usize| {
                    Value::List(
                        lists
                            .iter()
                            .filter_map(|list| list.get(k).cloned())
                            .collect(),
                    )
                };
                Ok(Value::List((0..shortest).map(row).collect()))
            }
            "enumerate" => {
                let items = self.each(given.need(0, "iterable")?)?;
                let pair = |(k, value): (usize, Value)| {
                    Value::List(vec![Value::Number(Number::whole(k as i64)), value])
                };
                Ok(Value::List(
                    items.into_iter().enumerate().map(pair).collect(),
                ))
            }
            "reversed" => {
                let mut items = self.each(given.need(0, "sequence")?)?;
                items.reverse();
                Ok(Value::List(items))
            }
            "zeros" | "ones" | "zeros_like" | "ones_like" | "full" | "empty" => {
                self.filled(last, given)
            }
            "rand" | "randn" | "random" | "random_sample" | "uniform" | "normal"
            | "standard_normal" => self.draw(last, given),
            "seed" => {
                if let Some(seed) = first {
                    let text = seed.number()?.text;
                    if self.settings.contains_key("seed") {
                        self.push(super::Piece::Note("a file has one seed".into()));
                        return Ok(Value::Nothing);
                    }
                    self.settings.insert("seed".into(), text.clone());
                    self.line(format!("seed = {text}"));
                }
                Ok(Value::Nothing)
            }
            "concatenate" | "hstack" | "append" | "r_" => {
                let parts = match given.placed().as_slice() {
                    [Value::List(parts), ..] => parts.clone(),
                    [a, b] => vec![(*a).clone(), (*b).clone()],
                    _ => return Err("these arrays".into()),
                };
                let mut items = Vec::new();
                for part in &parts {
                    match self.each(part) {
                        Ok(part) => items.extend(part),
                        Err(_) => items.push(part.clone()),
                    }
                }
                Ok(Value::Number(Value::List(items).number()?))
            }
            "tile" | "repeat" => {
                let items = self.each(given.need(0, "a")?)?;
                let times = number(1, "reps")?
                    .known
                    .whole()
                    .filter(|n| (0..10_000).contains(n));
                let times = times.ok_or("a number of repeats that is not known")? as usize;
                let all: Vec<Value> = match last {
                    "tile" => (0..times).flat_map(|_| items.iter().cloned()).collect(),
                    _ => items
                        .iter()
                        .flat_map(|item| std::iter::repeat_n(item.clone(), times))
                        .collect(),
                };
                Ok(Value::Number(Value::List(all).number()?))
            }
            "isinstance" | "hasattr" | "exists" => Err("a question about Python".into()),
            _ => self.arithmetic_function(last, given).map(Value::Number),
        }
    }

    fn length(&self, value: &Value) -> Result<Number, String> {
        let count = match value {
            Value::List(items) => items.len(),
            Value::Dict(entries) => entries.len(),
            Value::Text(text) => text.chars().count(),
            Value::Object(object) => match object.size {
                Some(size) => size,
                None if object.what == super::value::What::Synapses => {
                    return Ok(Number::late(format!("size({}.i)", object.text)));
                }
                None => return Err(format!("the size of `{}`", object.text)),
            },
            Value::Number(number) => match &number.known {
                Known::Many(values, ..) => values.len(),
                _ => {
                    let mut size = Number::text(format!("size({})", number.text), level::ATOM);
                    size.late = true;
                    return Ok(size);
                }
            },
            other => return Err(format!("the length of {}", other.kind())),
        };
        Ok(Number::whole(count as i64))
    }

    fn range(&self, name: &str, given: &Given) -> Result<Number, String> {
        let numbers: Result<Vec<Number>, String> =
            given.placed().into_iter().map(Value::number).collect();
        let numbers = numbers?;
        let late = numbers.iter().any(|n| n.late);
        let whole: Option<Vec<i64>> = numbers
            .iter()
            .map(|n| {
                n.known
                    .whole()
                    .filter(|_| matches!(n.known, Known::One(_, true, _)))
            })
            .collect();
        if let Some(whole) = whole
            && !late
            && let Some(mut range) = super::lists::range(&whole)
        {
            let texts: Vec<&str> = numbers.iter().map(|n| n.text.as_str()).collect();
            range.text = format!("range({})", texts.join(", "));
            return Ok(range);
        }
        let texts: Vec<String> = numbers.iter().map(|n| n.text.clone()).collect();
        let text = match (name, texts.as_slice()) {
            ("arange", [stop]) => format!("arange(0, {stop}, 1)"),
            ("arange", [start, stop]) => format!("arange({start}, {stop}, 1)"),
            ("arange", [start, stop, step]) => format!("arange({start}, {stop}, {step})"),
            (_, texts) => format!("range({})", texts.join(", ")),
        };
        let mut range = Number::text(text, level::ATOM);
        range.late = late;
        let ends: Vec<f64> = numbers.iter().filter_map(|n| n.known.one()).collect();
        if let ([start, stop, step], Some(dimension), false) = (
            ends.as_slice(),
            numbers.first().and_then(|n| n.known.dimension()),
            late,
        ) && *step > 0.0
        {
            let count = ((stop - start) / step).ceil().clamp(0.0, 1e6) as usize;
            range.known = Known::Many(
                (0..count).map(|k| start + k as f64 * step).collect(),
                false,
                dimension,
            );
        }
        Ok(range)
    }

    fn linspace(&self, given: &Given) -> Result<Number, String> {
        let (start, stop) = (
            given.need(0, "start")?.number()?,
            given.need(1, "stop")?.number()?,
        );
        let count = match given.get(2, "num") {
            Some(count) => count.number()?,
            None => Number::whole(50),
        };
        if given.get(3, "endpoint").is_some() {
            return Err("`linspace` without its end".into());
        }
        let mut result = Number::text(
            format!("linspace({}, {}, {})", start.text, stop.text, count.text),
            level::ATOM,
        );
        result.late = start.late || stop.late || count.late;
        if let (Some(a), Some(b), Some(n), Some(dimension)) = (
            start.known.one(),
            stop.known.one(),
            count.known.whole(),
            start.known.dimension(),
        ) && (1..=1_000_000).contains(&n)
            && !result.late
        {
            let step = (b - a) / (n - 1).max(1) as f64;
            let at = |k: i64| {
                if k == n - 1 && n > 1 {
                    b
                } else {
                    a + k as f64 * step
                }
            };
            result.known = Known::Many((0..n).map(at).collect(), false, dimension);
        }
        Ok(result)
    }

    fn filled(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let of = given.need(0, "shape")?;
        let count = match (name, of) {
            ("zeros_like" | "ones_like", like) => self.length(like)?,
            (_, Value::List(shape)) => {
                let texts: Result<Vec<String>, String> =
                    shape.iter().map(|n| Ok(n.number()?.text)).collect();
                let name = if name == "ones" { "ones" } else { "zeros" };
                return Ok(Value::Number(Number::text(
                    format!("{name}({})", texts?.join(", ")),
                    level::ATOM,
                )));
            }
            (_, count) => count.number()?,
        };
        let value = match name {
            "full" => given
                .need(1, "fill_value")?
                .number()?
                .known
                .one()
                .ok_or("this value")?,
            "ones" | "ones_like" => 1.0,
            _ => 0.0,
        };
        let name = if value == 1.0 { "ones" } else { "zeros" };
        let mut number = Number::text(format!("{name}({})", count.text), level::ATOM);
        number.late = count.late;
        if let Some(count) = count.known.whole().filter(|n| (0..100_000).contains(n)) {
            number.known = Known::Many(vec![value; count as usize], false, Dimension::NONE);
            if value != 0.0 && value != 1.0 {
                number = Number::of(number.known);
            }
        }
        Ok(Value::Number(number))
    }

    /// Random numbers of Python: one for each neuron that they are given to.
    fn draw(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let two = |a: &str, b: &str| -> Result<Option<(Number, Number)>, String> {
            match (given.get(0, a), given.get(1, b)) {
                (Some(a), Some(b)) => Ok(Some((a.number()?, b.number()?))),
                _ => Ok(None),
            }
        };
        let ends = match name {
            "uniform" => two("low", "high")?,
            "normal" => two("loc", "scale")?,
            _ => None,
        };
        let draw = match name {
            "rand" | "random" | "random_sample" | "uniform" => "rand()",
            _ => "randn()",
        };
        self.draws += 1;
        let shape = match (ends.is_some(), name) {
            (true, _) => given.get(2, "size"),
            (false, "uniform" | "normal") => given.get(usize::MAX, "size"),
            _ => given.get(0, "size"),
        };
        let draw = match shape {
            None => draw.to_string(),
            Some(Value::List(_)) => return Err("a matrix of random numbers".into()),
            Some(count) => draw.replace("()", &format!("({})", count.number()?.text)),
        };
        let mut number = Number::text(draw, level::ATOM);
        number.random = Some(self.draws);
        let mut result = Value::Number(number);
        if let Some((a, b)) = ends {
            let width = match name {
                "uniform" => super::expression::arithmetic("-", &b, &a)?,
                _ => b,
            };
            result = self.binary("*", Value::Number(width), result)?;
            result = self.binary("+", Value::Number(a), result)?;
        }
        Ok(result)
    }

    /// Functions that the language has, too.
    fn arithmetic_function(&mut self, name: &str, given: &Given) -> Result<Number, String> {
        let numbers: Result<Vec<Number>, String> =
            given.placed().into_iter().map(Value::number).collect();
        let numbers = numbers?;
        let name = OTHERWISE
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(name, |(_, other)| *other);
        if let ([a, b], false) = (numbers.as_slice(), name.chars().any(char::is_alphabetic)) {
            return super::expression::arithmetic(name, a, b);
        }
        let known = SAME.contains(&name)
            || [
                "sum", "min", "max", "abs", "round", "int", "product", "identity",
            ]
            .contains(&name)
            || Library::standard().function(name).is_some();
        if !known {
            return Err(format!("the function `{name}`"));
        }
        if name == "clip" && numbers.len() < 3 {
            return clipped(&numbers, given);
        }
        let mut texts: Vec<String> = numbers.iter().map(|n| n.text.clone()).collect();
        if let ("reshape", [_, shape]) = (name, texts.as_mut_slice()) {
            *shape = shape.trim_matches(['[', ']']).to_string();
        }
        for (key, value) in &given.list {
            match key.as_deref() {
                Some("axis") => texts.push(format!("axis: {}", value.number()?.text)),
                Some("dtype") | None => {}
                Some(other) => return Err(format!("`{other}` of `{name}`")),
            }
        }
        let mut result = Number::text(format!("{name}({})", texts.join(", ")), level::ATOM);
        result.late = numbers.iter().any(|n| n.late);
        result.random = numbers.iter().find_map(|n| n.random);
        result.known = evaluated(name, &numbers);
        // Where the language has no such function of constants, the value stands for it.
        let of_arrays = numbers.iter().any(Number::is_array);
        if of_arrays && result.known != Known::No && Library::standard().function(name).is_none() {
            return Ok(Number::of(result.known));
        }
        Ok(result)
    }
}

/// The value of a function of known numbers.
fn evaluated(name: &str, numbers: &[Number]) -> Known {
    let Some(first) = numbers.first() else {
        return Known::No;
    };
    let Some(dimension) = first.known.dimension() else {
        return Known::No;
    };
    let values = first.known.values();
    let one = |value: f64| Known::One(value, false, dimension);
    let whole = matches!(
        first.known,
        Known::One(_, true, _) | Known::Many(_, true, _)
    );
    if numbers.len() > 1 {
        return match (name, numbers[1].known.one(), first.known.one()) {
            ("max", Some(b), Some(a)) => Known::One(a.max(b), whole, dimension),
            ("min", Some(b), Some(a)) => Known::One(a.min(b), whole, dimension),
            _ => Known::No,
        };
    }
    if let Some((_, f)) = OF_ONE.iter().find(|(known, _)| *known == name) {
        return match dimension.is_none() {
            true => first.known.map(dimension, false, f),
            false => Known::No,
        };
    }
    match name {
        "int" => first.known.map(dimension, true, f64::trunc),
        "round" => first.known.map(dimension, true, f64::round_ties_even),
        "abs" => first.known.map(dimension, whole, f64::abs),
        "sqrt" => match crate::units::dimension::Rational::new(1, 2)
            .and_then(|half| dimension.pow(half))
        {
            Some(dimension) => first.known.map(dimension, false, f64::sqrt),
            None => Known::No,
        },
        "sum" if !values.is_empty() => one(values.iter().sum()),
        "mean" if !values.is_empty() => one(values.iter().sum::<f64>() / values.len() as f64),
        "max" if !values.is_empty() => one(values.iter().copied().fold(f64::MIN, f64::max)),
        "min" if !values.is_empty() => one(values.iter().copied().fold(f64::MAX, f64::min)),
        _ => Known::No,
    }
}

/// `clip` with one bound only.
fn clipped(numbers: &[Number], given: &Given) -> Result<Number, String> {
    let of = numbers.first().ok_or("`clip` of nothing")?;
    let bound =
        |position: usize, name: &str| given.get(position, name).map(Value::number).transpose();
    let (low, high) = (bound(1, "a_min")?, bound(2, "a_max")?);
    let text = match (low, high) {
        (Some(low), Some(high)) => format!("clip({}, {}, {})", of.text, low.text, high.text),
        (Some(low), None) => format!("max({}, {})", of.text, low.text),
        (None, Some(high)) => format!("min({}, {})", of.text, high.text),
        (None, None) => of.text.clone(),
    };
    let mut number = Number::text(text, level::ATOM);
    number.late = of.late;
    Ok(number)
}
