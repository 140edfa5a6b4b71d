//! Drawings of a script as plots: curves of monitors, rasters, rates, computed values over others, histograms, images.

use super::call::Given;
use super::value::{Curve, Number, Value};
use super::{Importer, Piece};
use crate::library::Library;

/// Calls that show or arrange, and mean nothing for the model.
const SILENT: &[&str] = &[
    "figure",
    "subplot",
    "subplots",
    "subplot2grid",
    "show",
    "xlabel",
    "ylabel",
    "title",
    "suptitle",
    "legend",
    "tight_layout",
    "xlim",
    "ylim",
    "axis",
    "grid",
    "xticks",
    "yticks",
    "savefig",
    "gca",
    "gcf",
    "sca",
    "axes",
    "colorbar",
    "axhline",
    "axvline",
    "axvspan",
    "axhspan",
    "hlines",
    "vlines",
    "text",
    "annotate",
    "close",
    "clf",
    "cla",
    "rc",
    "subplots_adjust",
    "tick_params",
    "twinx",
    "figtext",
    "fill_between",
    "set_cmap",
    "use",
    "box",
    "GridSpec",
    "gray",
    "start_scope",
    "ion",
    "ioff",
    "pause",
    "draw",
    "style.use",
    "sns.despine",
    "add_subplot",
];

/// Calls that change how things are computed, or say something.
const APART: &[(&str, &str)] = &[
    ("set_device", "models are compiled as they are"),
    ("reinit", "models are compiled as they are"),
    ("activate", "models are compiled as they are"),
    ("build", "models are compiled as they are"),
    ("device.reinit", "models are compiled as they are"),
    ("device.activate", "models are compiled as they are"),
    ("device.build", "models are compiled as they are"),
    ("clear_cache", "models are compiled as they are"),
    ("print", "a message"),
    ("profiling_summary", "`snnc run --profile`"),
    ("basicConfig", "a message"),
    ("log_level_debug", "a message"),
    ("BrianLogger.log_level_debug", "a message"),
    ("BrianLogger.log_level_info", "a message"),
    ("BrianLogger.log_level_error", "a message"),
    ("BrianLogger.suppress_name", "a message"),
    ("BrianLogger.suppress_hierarchy", "a message"),
    ("filterwarnings", "a message"),
];

/// Calls that draw values.
const PLOTS: &[&str] = &[
    "plot",
    "scatter",
    "step",
    "bar",
    "barh",
    "hist",
    "imshow",
    "matshow",
    "pcolor",
    "pcolormesh",
    "errorbar",
    "brian_plot",
    "semilogx",
    "semilogy",
    "loglog",
    "stem",
    "fill",
    "contour",
    "contourf",
    "quiver",
    "eventplot",
];

/// A call that shows or arranges.
pub(super) fn is_silent(path: &str) -> bool {
    SILENT.contains(&path) || path.starts_with("rcParams.") || path.starts_with("style.")
}

/// A call that draws.
pub(super) fn is_plot(path: &str) -> bool {
    PLOTS.contains(&path)
}

/// Why a call is left out, which changes nothing.
pub(super) fn is_apart(path: &str) -> Option<&'static str> {
    APART
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, why)| *why)
}

/// What becomes of `y` over `x`.
struct Entry {
    text: String,
    /// Entries with the same key share a panel.
    key: String,
}

impl Importer {
    /// A new figure or panel.
    pub(super) fn new_panel(&mut self, path: &str) {
        if [
            "figure",
            "subplot",
            "subplots",
            "show",
            "sca",
            "axes",
            "subplot2grid",
            "twinx",
        ]
        .contains(&path)
        {
            self.panel += 1;
        }
    }

    /// A caption for the last plot, or for the next one.
    pub(super) fn caption(&mut self, value: Option<&Value>) {
        let Some(Value::Text(text)) = value else {
            return;
        };
        let text = text.replace(['"', '\\', '\n'], " ");
        let last = self.items.last_mut().map(|item| &mut item.piece);
        match last {
            Some(Piece::Plot(caption @ None, _)) => *caption = Some(text),
            _ => self.next_caption = Some(text),
        }
    }

    pub(super) fn plot(&mut self, path: &str, given: Given, token: &str) -> Result<(), String> {
        let path = path.rsplit('.').next().unwrap_or(path);
        let mut entries = Vec::new();
        match path {
            "brian_plot" => match given.need(0, "brian_obj")? {
                Value::Object(object) => entries.push(whole(object)?),
                other => return Err(format!("a plot of {}", other.kind())),
            },
            "hist" => {
                let of = plain(&given.need(0, "x")?.number()?);
                let bins = match given.get(1, "bins") {
                    Some(bins) if !bins.number()?.is_array() => {
                        format!(", bins: {}", bins.number()?.text)
                    }
                    Some(edges) => format!(", edges: {}", edges.number()?.text),
                    None => String::new(),
                };
                entries.push(apart(format!("histogram({of}{bins})")));
            }
            "imshow" | "matshow" | "pcolor" | "pcolormesh" => {
                if given.placed().len() != 1 {
                    return Err("an image over given axes".into());
                }
                let number = given.need(0, "X")?.number()?;
                let of = match &number.curve {
                    Some(Curve::Lines(lines)) => lines.clone(),
                    _ => plain(&number),
                };
                entries.push(apart(format!("image({of})")));
            }
            "plot" | "semilogx" | "semilogy" | "loglog" | "scatter" | "step" | "bar"
            | "errorbar" => {
                let mut placed = given.placed().into_iter().peekable();
                while let Some(first) = placed.next() {
                    let first = first.number()?;
                    let second = match placed.peek() {
                        Some(Value::Text(_)) | None => None,
                        Some(_) => placed.next().map(Value::number).transpose()?,
                    };
                    let style = match placed.peek() {
                        Some(Value::Text(style)) => {
                            placed.next();
                            style.clone()
                        }
                        _ => String::new(),
                    };
                    let style = match given.get(usize::MAX, "marker") {
                        Some(Value::Text(marker)) => format!("{style}{marker}"),
                        _ => style,
                    };
                    let (x, y) = match second {
                        Some(y) => (Some(first), y),
                        None => (None, first),
                    };
                    let points = path == "scatter"
                        || (style.contains(['.', 'o', 'x', '+', 'd', 's', '*', '^', '|', ','])
                            && !style.contains('-'));
                    let kind = match path {
                        "bar" => "bars",
                        "step" => "step",
                        "errorbar" => return Err("error bars".into()),
                        _ if points => "points",
                        _ => "",
                    };
                    entries.push(over(x.as_ref(), &y, kind, given.get(usize::MAX, "label"))?);
                }
            }
            other => return Err(format!("a drawing with `{other}`")),
        }
        for entry in entries {
            self.entry(entry, token);
        }
        Ok(())
    }

    fn entry(&mut self, entry: Entry, token: &str) {
        let place = (self.panel, format!("{token} {}", entry.key));
        let same = !entry.key.is_empty() && self.drawn.as_ref() == Some(&place);
        let last = self
            .items
            .iter_mut()
            .rev()
            .find_map(|item| match &mut item.piece {
                Piece::Plot(_, entries) => Some(entries),
                _ => None,
            });
        if let (true, Some(entries)) = (same, last) {
            if !entries.contains(&entry.text) {
                entries.push(entry.text);
            }
            return;
        }
        self.drawn = Some(place);
        let caption = self.next_caption.take();
        self.push(Piece::Plot(caption, vec![entry.text]));
    }
}

fn apart(text: String) -> Entry {
    Entry {
        text,
        key: String::new(),
    }
}

/// All of a monitor.
fn whole(object: &super::value::Object) -> Result<Entry, String> {
    use super::value::What;
    Ok(match &object.what {
        What::Spikes => apart(format!("raster({})", object.text)),
        What::Rates => apart(format!("rate({})", object.text)),
        _ => return Err(format!("a plot of `{}`", object.text)),
    })
}

/// A number without the unit that it is divided by: axes have units of their own.
fn plain(number: &Number) -> String {
    let Some((value, unit)) = number.text.rsplit_once('/') else {
        return number.text.clone();
    };
    let is_unit = Library::standard().plain_unit(unit).is_some();
    let balanced = value.matches(['(', '[']).count() == value.matches([')', ']']).count();
    // `a + b/mV` is no value in a unit.
    let product = number.level == super::value::level::PRODUCT;
    match is_unit && balanced && product {
        true => value.to_string(),
        false => number.text.clone(),
    }
}

fn over(
    x: Option<&Number>,
    y: &Number,
    kind: &str,
    label: Option<&Value>,
) -> Result<Entry, String> {
    let times = x.is_some_and(|x| x.curve == Some(Curve::Times));
    match (&y.curve, times) {
        (Some(Curve::Neurons(of)), true) => return Ok(apart(format!("raster({of})"))),
        (Some(Curve::Lines(of)), true) => {
            let key = of.split('[').next().unwrap_or("").to_string();
            return Ok(Entry {
                text: of.clone(),
                key,
            });
        }
        (Some(Curve::Rate(of)), true) => return Ok(apart(of.clone())),
        _ => {}
    }
    // The times of a monitor are those of what is drawn over them.
    let y_text = plain(y);
    let x_text = match x {
        Some(x) if x.text.contains("{}") => {
            let inner = y_text
                .split_once("trace(")
                .and_then(|(_, rest)| rest.split_once(')'));
            let (of, _) = inner.ok_or("a curve that is computed over time")?;
            Some(format!("times({of})"))
        }
        Some(x) => Some(plain(x)),
        None => None,
    };
    let label = match label {
        Some(Value::Text(label)) if !label.contains(['"', '\\', '$']) => {
            format!(", label: \"{label}\"")
        }
        _ => String::new(),
    };
    let kind = match (kind, label.is_empty()) {
        ("", false) => "lines",
        (kind, _) => kind,
    };
    let drawn = match kind {
        "" => y_text,
        kind => format!("{kind}({y_text}{label})"),
    };
    let key = format!("over {}", x_text.as_deref().unwrap_or(""));
    Ok(Entry {
        text: match x_text {
            Some(x) => format!("{drawn} vs {x}"),
            None => drawn,
        },
        key,
    })
}
