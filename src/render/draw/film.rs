//! Figures that move: SVG whose frames are shown in turn by style sheets, without a script, and GIF.
//!
//! What stays is drawn once. A panel that grows with time is drawn once, too, behind a window that widens; one that changes is drawn for
//! each frame. In SVG a reader who asked for less motion sees the last frame.

use std::fmt::Write;

use plotters::prelude::IntoDrawingArea;

use super::layout::{HEADING, Placed, SMALL, Size, arrange};
use super::looks::Looks;
use super::panel::{self, Notes};
use super::pixels::{PixelBackend, Pixels};
use super::surface::{Align, Canvas, Lettering, Picture, Surface, UNIT};
use super::theme::Theme;
use super::trace::Place;
use super::{BUDGET, heading, vector};
use crate::figure::Figure;
use crate::figure::film::{Film, Motion};

/// Pixels per point of GIF files: sharp enough, and not too large.
const GIF_SCALE: f64 = 1.5;
/// Pixels per point of dense frames in SVG files.
const FRAME_SCALE: f64 = 1.0;
/// Bytes from which on every second frame is left out.
const LARGE: usize = 6 << 20;

/// A figure that moves as SVG.
pub(super) fn svg(figure: &Figure, theme: &Theme, size: Size) -> String {
    let mut stride = 1;
    loop {
        let thinned = figure.with_frames(stride);
        let count = thinned.film.as_ref().map_or(0, |film| film.times.len());
        let text = vector(&thinned, size, |canvas| {
            frames(canvas, &thinned, theme, size)
        });
        if text.len() <= LARGE || count < 4 {
            return text;
        }
        stride *= 2;
    }
}

fn frames<B: Surface>(canvas: &Canvas<B>, figure: &Figure, theme: &Theme, size: Size) {
    let Some(film) = &figure.film else { return };
    let count = film.times.len().max(1);
    let panels = arrange(figure, theme, size);
    canvas.markup(&style(film, &panels));
    heading(canvas, figure, theme, size);
    let budget = (BUDGET / panels.len().max(1)).max(5_000);
    for (number, placed) in panels.iter().enumerate() {
        panel::grid(canvas, placed, theme);
        let whole = (placed.panel.marks.as_slice(), &placed.looks);
        let notes = match &placed.panel.motion {
            Motion::Still => panel::data(canvas, placed, whole, budget, 2.0),
            Motion::Grows => {
                canvas.markup(&format!("<g clip-path=\"url(#c{number})\">\n"));
                let notes = panel::data(canvas, placed, whole, budget, 2.0);
                canvas.markup("</g>\n");
                notes
            }
            Motion::Changes(frames) => {
                let share = (4 * budget / count).max(400);
                for (k, marks) in frames.iter().enumerate() {
                    canvas.markup(&group(film, k));
                    let looks = Looks::of(marks, theme);
                    let _: Notes = panel::data(canvas, placed, (marks, &looks), share, FRAME_SCALE);
                    canvas.markup("</g>\n");
                }
                panel::notes(placed)
            }
        };
        panel::frame(canvas, placed, theme, &notes);
    }
    for (k, label) in film.labels().iter().enumerate() {
        canvas.markup(&group(film, k));
        time(canvas, figure, &panels, theme, label);
        canvas.markup("</g>\n");
    }
}

/// Seconds as CSS writes them.
fn seconds(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}s")
}

/// Opens the group of a frame.
fn group(film: &Film, k: usize) -> String {
    let count = film.times.len().max(1);
    // All frames run through one sequence, each with a delay of its own; a negative one, so that nothing is missing at the start.
    let delay = film.length * (k as f64 / count as f64 - 1.0);
    let last = if k + 1 == count { " l" } else { "" };
    format!(
        "<g class=\"f{last}\" style=\"animation-delay:{}\">\n",
        seconds(delay)
    )
}

/// The style sheet that shows the frames, and the windows of panels that grow.
fn style(film: &Film, panels: &[Placed]) -> String {
    let count = film.times.len().max(1);
    let length = seconds(film.length);
    let part = 100.0 / count as f64;
    let mut style = format!(
        "<style>.f{{visibility:hidden;animation:f {length} step-end infinite}}\
         @keyframes f{{0%{{visibility:visible}}{part:.4}%,to{{visibility:hidden}}}}\n"
    );
    let (mut still, mut windows) = (String::new(), String::new());
    let growing = panels.iter().enumerate();
    for (number, placed) in growing.filter(|(_, placed)| placed.panel.motion == Motion::Grows) {
        let room = placed.place.grown(1.0);
        let _ = write!(
            style,
            ".w{number}{{transform-origin:{:.0}px 0;animation:w{number} {length} step-end infinite}}@keyframes w{number}{{",
            room.left * UNIT
        );
        for (k, time) in film.times.iter().enumerate() {
            let _ = write!(
                style,
                "{:.4}%{{transform:scaleX({:.4})}}",
                part * k as f64,
                window(placed, *time)
            );
        }
        style.push_str("}\n");
        let _ = write!(still, ",.w{number}");
        let _ = writeln!(
            windows,
            "<clipPath id=\"c{number}\"><rect class=\"w{number}\" x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"{:.0}\"/></clipPath>",
            room.left * UNIT,
            room.top * UNIT,
            room.width() * UNIT,
            room.height() * UNIT
        );
    }
    let _ = writeln!(
        style,
        "@media(prefers-reduced-motion:reduce){{.f{still}{{animation:none}}.l{{visibility:visible}}}}</style>"
    );
    style + &windows
}

/// How much of a panel over time is seen at a time: a part of its width.
fn window(placed: &Placed, time: f64) -> f64 {
    let place = placed.place;
    let room = place.grown(1.0);
    let x = place.left + placed.view.x.position(time) * place.width();
    let part = (x + 0.5 - room.left) / room.width();
    // An axis that cannot show the time, as a logarithmic one at 0, shows nothing yet.
    if part.is_finite() {
        part.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// The time of a frame, above the upper right corner.
fn time<B: Surface>(
    canvas: &Canvas<B>,
    figure: &Figure,
    panels: &[Placed],
    theme: &Theme,
    label: &str,
) {
    let columns = figure.grid_columns();
    let Some(corner) = panels.iter().take(columns).next_back() else {
        return;
    };
    let look = Lettering {
        size: SMALL,
        bold: false,
        color: theme.muted,
        align: Align::End,
        centered: true,
        upright: false,
    };
    let y = if figure.title.is_empty() {
        corner.place.top - 9.0 - SMALL / 3.0
    } else {
        12.0 + HEADING / 2.0
    };
    canvas.text((corner.place.right, y), label, look);
}

/// A figure that moves as a GIF file; nothing for one that stands still.
pub fn gif(figure: &Figure, theme: &Theme, size: Size) -> Option<Vec<u8>> {
    let film = figure.film.as_ref()?;
    let panels = arrange(figure, theme, size);
    let grown: Vec<Option<(Place, Picture)>> = panels
        .iter()
        .map(|placed| {
            (placed.panel.motion == Motion::Grows).then(|| panel::picture(placed, GIF_SCALE))
        })
        .collect();
    let pixels = |points: f64| (points * GIF_SCALE).round().clamp(1.0, 60_000.0) as usize;
    let mut writer = Writer::new(pixels(size.width), pixels(size.height), film)?;
    for (k, (label, time_now)) in film.labels().iter().zip(&film.times).enumerate() {
        let mut page = Pixels::new(writer.width, writer.height);
        let area = PixelBackend::new(&mut page, GIF_SCALE, (0.0, 0.0)).into_drawing_area();
        let canvas = Canvas::new(&area);
        heading(&canvas, figure, theme, size);
        for (placed, grown) in panels.iter().zip(&grown) {
            panel::grid(&canvas, placed, theme);
            if let Some((room, picture)) = grown {
                let part = window(placed, *time_now);
                let left = cut(picture, part);
                let width = left.width as f64 / GIF_SCALE;
                canvas.picture(
                    [
                        room.left,
                        room.top,
                        width,
                        picture.height as f64 / GIF_SCALE,
                    ],
                    &left,
                );
            } else {
                let marks = placed.panel.marks_at(k);
                let looks = Looks::of(marks, theme);
                let _: Notes = panel::data(&canvas, placed, (marks, &looks), usize::MAX, GIF_SCALE);
            }
            panel::frame(&canvas, placed, theme, &panel::notes(placed));
        }
        time(&canvas, figure, &panels, theme, label);
        drop(area);
        writer.frame(&page.picture)?;
    }
    Some(writer.finish())
}

/// The left part of a picture.
fn cut(picture: &Picture, part: f64) -> Picture {
    let width = ((picture.width as f64 * part).round() as usize).min(picture.width);
    let rows = picture.rgba.chunks_exact(4 * picture.width.max(1));
    Picture {
        width,
        height: picture.height,
        crisp: false,
        rgba: rows
            .flat_map(|row| row.get(..4 * width).unwrap_or_default().to_vec())
            .collect(),
    }
}

/// Writes frames: of each, the rectangle that differs from the one before.
struct Writer {
    encoder: gif::Encoder<Vec<u8>>,
    width: usize,
    height: usize,
    /// Frames so far, and how long each is shown in hundredths of a second, so that all of them take the time of the film.
    shown: usize,
    count: usize,
    length: f64,
    before: Option<Vec<u8>>,
}

impl Writer {
    fn new(width: usize, height: usize, film: &Film) -> Option<Writer> {
        let (w, h) = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
        let mut encoder = gif::Encoder::new(Vec::new(), w, h, &[]).ok()?;
        encoder.set_repeat(gif::Repeat::Infinite).ok()?;
        Some(Writer {
            encoder,
            width,
            height,
            shown: 0,
            count: film.times.len().max(1),
            length: film.length,
            before: None,
        })
    }

    fn frame(&mut self, picture: &Picture) -> Option<()> {
        let rgb: Vec<u8> = picture
            .rgba
            .chunks_exact(4)
            .flat_map(|p| p.iter().take(3))
            .copied()
            .collect();
        let [left, top, right, bottom] = match &self.before {
            None => [0, 0, self.width, self.height],
            Some(before) => differing(before, &rgb, self.width),
        };
        let rows = rgb
            .chunks_exact(3 * self.width)
            .skip(top)
            .take(bottom - top);
        let part: Vec<u8> = rows
            .flat_map(|row| row.get(3 * left..3 * right).unwrap_or_default())
            .copied()
            .collect();
        let hundredths =
            |frame: usize| (self.length * 100.0 * frame as f64 / self.count as f64).round();
        let delay = hundredths(self.shown + 1) - hundredths(self.shown);
        let size = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
        let mut frame =
            gif::Frame::from_rgb_speed(size(right - left), size(bottom - top), &part, 10);
        (frame.left, frame.top) = (size(left), size(top));
        // Browsers slow down what is faster than 50 frames per second.
        frame.delay = delay.max(2.0) as u16;
        frame.dispose = gif::DisposalMethod::Keep;
        self.encoder.write_frame(&frame).ok()?;
        self.before = Some(rgb);
        self.shown += 1;
        Some(())
    }

    fn finish(self) -> Vec<u8> {
        self.encoder.into_inner().unwrap_or_default()
    }
}

/// The rectangle in which two pictures differ (left, top, right, bottom); a single pixel where they do not.
fn differing(a: &[u8], b: &[u8], width: usize) -> [usize; 4] {
    let mut found: Option<[usize; 4]> = None;
    let rows = a.chunks_exact(3 * width).zip(b.chunks_exact(3 * width));
    for (y, (a, b)) in rows.enumerate().filter(|(_, (a, b))| a != b) {
        let mut differ = a
            .chunks_exact(3)
            .zip(b.chunks_exact(3))
            .enumerate()
            .filter(|(_, (p, q))| p != q);
        let Some((first, _)) = differ.next() else {
            continue;
        };
        let last = differ.next_back().map_or(first, |(x, _)| x);
        let [left, top, right, _] = found.unwrap_or([first, y, last + 1, y + 1]);
        found = Some([left.min(first), top, right.max(last + 1), y + 1]);
    }
    found.unwrap_or([0, 0, 1, 1])
}
