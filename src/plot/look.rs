//! The looks of marks as a plot asks for them, and marks that say something about a panel.

use super::{Data, Part};
use crate::analysis::value::elements;
use crate::figure::axis::{Range, Scale};
use crate::figure::marks::bars::Bars;
use crate::figure::marks::image::Image;
use crate::figure::marks::line::Line;
use crate::figure::marks::note::Note;
use crate::figure::marks::points::Points;
use crate::figure::marks::rule::Rule;
use crate::figure::marks::shade::Shade;
use crate::figure::marks::step::Step;
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::{Color, ColorMap, ColorScale, Dash};
use crate::model::figure::{Colors, Form, Ink, Look, MarkSpec, Pattern, Plotted, Series};
use crate::model::plots::Named;

fn dash(pattern: Pattern) -> Dash {
    match pattern {
        Pattern::Solid => Dash::Solid,
        Pattern::Dashed => Dash::Dashed,
        Pattern::Dotted => Dash::Dotted,
    }
}

fn map(colors: Colors) -> ColorMap {
    match colors {
        Colors::Sequential => ColorMap::Sequential,
        Colors::Diverging => ColorMap::Diverging,
        Colors::Cyclic => ColorMap::Cyclic,
    }
}

/// A color that is not by values.
fn plain(ink: &Ink) -> Option<Color> {
    match ink {
        Ink::Named(Named::Palette(number)) => Some(Color::Palette(*number)),
        Ink::Named(Named::Ink) => Some(Color::Ink),
        Ink::Named(Named::Muted) => Some(Color::Muted),
        Ink::Rgb(r, g, b) => Some(Color::Rgb(*r, *g, *b)),
        Ink::By(_) => None,
    }
}

/// What a line says of the panel: a line across it, a shaded part, words at a place.
pub(super) fn annotation(spec: &MarkSpec) -> Mark {
    let at = spec.value.value;
    let label = spec.label.clone().unwrap_or_default();
    let kind = match (&spec.to, &spec.across) {
        (Some(to), _) => Kind::Shade(Shade {
            from: at.min(to.value),
            to: at.max(to.value),
            vertical: !spec.horizontal,
            label,
        }),
        (None, Some(across)) => {
            let (x, y) = match spec.horizontal {
                true => (across.value, at),
                false => (at, across.value),
            };
            Kind::Note(Note { x, y, text: label })
        }
        (None, None) => {
            let rule = if spec.horizontal {
                Rule::horizontal(at)
            } else {
                Rule::vertical(at)
            };
            Kind::Rule(rule.saying(label))
        }
    };
    let mut mark = Mark::new(kind).dashed(dash(spec.pattern));
    mark.right = spec.right;
    if let Some(color) = spec.color.as_ref().and_then(plain) {
        mark.color = color;
    }
    mark
}

/// A line as what else stands for its values.
fn formed(kind: Kind, form: Form) -> Kind {
    let Kind::Line(Line { x, y }) = kind else {
        return kind;
    };
    match form {
        Form::Line => Kind::Line(Line { x, y }),
        Form::Points => Kind::Points(Points::new(x, y)),
        Form::Step => Kind::Step(Step { x, y }),
        Form::Bars => Kind::Bars(Bars {
            edges: Image::edges(&x),
            heights: y,
            fill: 0.8,
        }),
    }
}

impl Data<'_> {
    /// Gives the marks of a series the look that is asked for.
    pub(super) fn dress(&self, part: &mut Part, look: &Look, series: &Series) {
        for mark in &mut part.marks {
            if look.form != Form::Line {
                let kind = std::mem::replace(&mut mark.kind, Kind::Rule(Rule::horizontal(0.0)));
                mark.kind = formed(kind, look.form);
            }
            if let (Some(radius), Kind::Points(points)) = (look.size, &mut mark.kind) {
                points.radius = radius;
            }
            if let Some(pattern) = look.pattern {
                mark.dash = dash(pattern);
            }
            mark.right = look.right == Some(true);
            mark.width = look.width.or(mark.width);
            mark.opacity = look.opacity.or(mark.opacity);
        }
        let phase = matches!(series, Series::Phase { .. });
        if let (Some(label), false) = (&look.label, phase) {
            for (k, mark) in part.marks.iter_mut().enumerate() {
                mark.name = if k == 0 { label.clone() } else { String::new() };
            }
        }
        match &look.color {
            Some(Ink::By(values)) => self.colored(part, values, look),
            Some(ink) => {
                // Of a phase plane the color is that of its trajectories.
                let own = |mark: &&mut Mark| !phase || mark.color == Color::Palette(0);
                if let Some(color) = plain(ink) {
                    for mark in part.marks.iter_mut().filter(own) {
                        mark.color = color.clone();
                    }
                }
            }
            None => {}
        }
        for mark in &mut part.marks {
            if let Kind::Image(image) = &mut mark.kind {
                scaled(&mut image.scale, look);
            }
        }
    }

    /// Colors by values: one per mark where there are several, else one per neuron, dot or bar.
    fn colored(&self, part: &mut Part, values: &Plotted, look: &Look) {
        let Some(list) = self.array(values.at).map(elements) else {
            return;
        };
        let range = Range::of(list.iter().copied());
        let scale_of = |values: Vec<f64>, label: &str, dimension| {
            let mut scale = ColorScale::new(label, dimension, values.into());
            if !range.is_empty() {
                let low = match look.clog {
                    Some(true) => range.positive,
                    _ => range.low,
                };
                (scale.low, scale.high) = (Some(low), Some(range.high));
            }
            scaled(&mut scale, look);
            scale
        };
        let scale = |list: Vec<f64>| scale_of(list, &values.name, values.dimension);
        let several = part.marks.len() > 1 && part.marks.len() == list.len();
        for (k, mark) in part.marks.iter_mut().enumerate() {
            let own = if several {
                list.get(k).map(|value| vec![*value]).unwrap_or_default()
            } else if let Kind::Raster(raster) = &mark.kind {
                let of_neuron = |i: &f64| list.get(*i as usize).copied().unwrap_or(f64::NAN);
                raster.i.iter().map(of_neuron).collect()
            } else {
                list.clone()
            };
            mark.color = Color::By(scale(own));
            if several {
                // The color bar names them.
                mark.name.clear();
            }
        }
    }
}

fn scaled(scale: &mut ColorScale, look: &Look) {
    if let Some(colors) = look.colors {
        scale.map = map(colors);
        // Two hues meet at 0.
        if let (ColorMap::Diverging, Some(low), Some(high)) = (scale.map, scale.low, scale.high) {
            let reach = low.abs().max(high.abs());
            (scale.low, scale.high) = (Some(-reach), Some(reach));
        }
    }
    if look.clog == Some(true) {
        scale.scale = Scale::Log;
        // Ends that were taken from the data may lie at 0 or below.
        (scale.low, scale.high) = (
            scale.low.filter(|low| *low > 0.0),
            scale.high.filter(|high| *high > 0.0),
        );
    }
    if let Some((low, high)) = &look.clim {
        (scale.low, scale.high) = (Some(low.value), Some(high.value));
    }
    if let Some(label) = &look.clabel {
        scale.label.clone_from(label);
    }
}
