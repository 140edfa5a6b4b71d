//! The color of each mark of a panel, and which lines are hidden because they run exactly where another one does.

use super::theme::{Rgb, Theme};
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::{Color, ColorMap};

/// How the marks of a panel look.
pub struct Looks {
    /// The theme.
    pub theme: Theme,
    /// The color of each mark.
    pub colors: Vec<Rgb>,
    /// For a line with the same data as an earlier one: the number of that one. Such a line is not drawn, and the legend
    /// names both together: ten neurons with one course are one line with ten names.
    pub twins: Vec<Option<usize>>,
}

impl Looks {
    /// The looks of the marks of a panel.
    pub fn of(marks: &[Mark], theme: &Theme) -> Looks {
        let twins = twins(marks);
        let free =
            |(mark, twin): &(&Mark, &Option<usize>)| mark.color == Color::Next && twin.is_none();
        let next = marks.iter().zip(&twins).filter(free).count();
        let mut used = 0;
        let mut colors: Vec<Rgb> = Vec::new();
        for (mark, twin) in marks.iter().zip(&twins) {
            let color = match (twin.and_then(|k| colors.get(k)), &mark.color) {
                (Some(same), _) => *same,
                (None, Color::Next) => {
                    used += 1;
                    // Too many for the palette: a series of colors shows at least the order.
                    let position = f64::from(used - 1) / (next.max(2) - 1) as f64;
                    let few = next <= theme.palette.len();
                    if few {
                        theme.palette_color(used as usize - 1)
                    } else {
                        theme.shade(ColorMap::Sequential, position)
                    }
                }
                (None, Color::Palette(number)) => theme.palette_color(*number),
                (None, Color::Ink | Color::By(_)) => theme.ink,
                (None, Color::Muted) => theme.muted,
                (None, Color::Rgb(r, g, b)) => (*r, *g, *b),
            };
            colors.push(color);
        }
        Looks {
            theme: *theme,
            colors,
            twins,
        }
    }
}

fn twins(marks: &[Mark]) -> Vec<Option<usize>> {
    let mut lines: Vec<(usize, &Mark)> = Vec::new();
    let mut twins = Vec::new();
    for (k, mark) in marks.iter().enumerate() {
        let line = matches!(mark.kind, Kind::Line(_) | Kind::Step(_)) && mark.color == Color::Next;
        let same = |(_, other): &&(usize, &Mark)| {
            (other.dash, other.width, other.opacity) == (mark.dash, mark.width, mark.opacity)
                && other.kind == mark.kind
        };
        let twin = if line {
            lines.iter().find(same).map(|(k, _)| *k)
        } else {
            None
        };
        if line && twin.is_none() {
            lines.push((k, mark));
        }
        twins.push(twin);
    }
    twins
}
