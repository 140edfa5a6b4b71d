//! Figures that move: `animate: 5 ms`, `play: 4 s`.

use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::figure::FilmSpec;
use crate::model::film::MOST_FRAMES;
use crate::model::plots::FILM;
use crate::model::protocol::Action;
use crate::source::Span;
use crate::syntax::ast::Argument;

/// Shortest and longest time that a film takes, in seconds.
const LENGTHS: (f64, f64) = (0.1, 600.0);

/// True for options that say how a figure moves.
pub fn is_of_film(option: &Argument) -> bool {
    let name = option.name.as_ref();
    name.is_some_and(|name| FILM.iter().any(|row| row.name == name.name))
}

impl<'a> Checker<'a> {
    /// How a figure moves.
    pub(super) fn film(&mut self, options: &'a [Argument]) -> Option<FilmSpec> {
        let find = |wanted: &str| {
            let is_it = |option: &&Argument| {
                let name = option.name.as_ref();
                name.is_some_and(|name| name.name == wanted)
            };
            options.iter().find(is_it)
        };
        let length = find("play");
        let Some(animate) = find("animate") else {
            if let Some(length) = length {
                self.report(
                    Diagnostic::new(codes::OPTION, length.span, "nothing moves in this figure")
                        .label("how long should what be shown?")
                        .note("`animate: 5 ms` makes a frame every 5 ms of the simulation"),
                );
            }
            return None;
        };
        let typed = self.expr(&animate.value, &Context::new(0, Role::CONSTANT));
        let interval = self.positive_time(&typed, "the time between frames")?;
        let length = match length {
            None => None,
            Some(option) => {
                let typed = self.expr(&option.value, &Context::new(0, Role::CONSTANT));
                let length = self.positive_time(&typed, "how long the frames are shown")?;
                if !(LENGTHS.0..=LENGTHS.1).contains(&length) {
                    let message =
                        format!("`play` lies between {} s and {} s", LENGTHS.0, LENGTHS.1);
                    self.report(
                        Diagnostic::new(codes::OPTION, option.span, message)
                            .label(format!("this is {length} s")),
                    );
                    return None;
                }
                Some(length)
            }
        };
        Some(FilmSpec {
            interval,
            length,
            span: animate.span,
        })
    }

    /// Panels of a figure move together.
    pub(super) fn still(&mut self, options: &'a [Argument], figure: Span) {
        for option in options.iter().filter(|option| is_of_film(option)) {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            self.report(
                Diagnostic::new(
                    codes::OPTION,
                    option.span,
                    format!("`{name}` belongs to the figure"),
                )
                .label("its plots move together")
                .also(figure, "this figure")
                .note(format!("write `figure \"…\", {name}: … {{`")),
            );
        }
    }

    /// Films of too many frames, as far as the time of the protocol is known.
    pub fn film_lengths(&mut self) {
        let time: f64 = self
            .model
            .protocol
            .iter()
            .map(|action| match action {
                Action::Run { duration, .. } => *duration,
                _ => 0.0,
            })
            .sum();
        let films: Vec<FilmSpec> = self.model.figures.iter().filter_map(|f| f.film).collect();
        for film in films {
            let frames = time / film.interval;
            if frames > MOST_FRAMES as f64 {
                let shown = crate::units::display::format_quantity(
                    time / MOST_FRAMES as f64,
                    crate::units::dimension::Dimension::TIME,
                );
                self.report(
                    Diagnostic::new(
                        codes::FRAMES,
                        film.span,
                        format!("{frames:.0} frames are too many"),
                    )
                    .label(format!("at most {MOST_FRAMES} can be drawn"))
                    .note(format!("frames at least {shown} apart are few enough")),
                );
            }
        }
    }
}
