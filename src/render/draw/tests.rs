//! Whole figures: nothing is cut off, files stay small, the same figure gives the same bytes.
#![allow(clippy::disallowed_methods, reason = "made-up data for a picture")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::figure::axis::Axis;
use crate::figure::marks::Mark;
use crate::figure::marks::image::Image;
use crate::figure::marks::line::Line;
use crate::figure::marks::points::Points;
use crate::figure::marks::raster::Raster;
use crate::figure::marks::rule::Rule;
use crate::figure::style::{Color, ColorScale, Dash};
use crate::figure::{Panel, Values};
use crate::units::dimension::Dimension;

fn values(count: usize, of: impl Fn(f64) -> f64) -> Values {
    (0..count).map(|k| of(k as f64)).collect()
}

fn traces(lines: usize, samples: usize) -> Panel {
    let x = values(samples, |k| k * 1e-4);
    let panel = Panel::new(
        "Traces",
        Axis::time(),
        Axis::new("a long name of a variable", Dimension::NONE),
    );
    (0..lines).fold(panel, |panel, n| {
        let y = values(samples, |k| (k * (0.37 + 0.01 * n as f64)).sin() * 1e-7);
        panel.with(Mark::from(Line { x: x.clone(), y }).named(format!("neuron number {n}")))
    })
}

fn raster(spikes: usize, rows: usize) -> Panel {
    let t = values(spikes, |k| (k * 0.618_034).fract());
    let i = values(spikes, |k| ((k * 0.414_214).fract() * rows as f64).floor());
    Panel::new("Spikes", Axis::time(), Axis::index("neuron")).with(Raster { t, i, rows })
}

fn image() -> Panel {
    let weights = ColorScale::new(
        "weight",
        Dimension::NONE,
        values(40 * 30, |k| (k * 0.1).sin() * 1e6),
    );
    let image = Image::even((-0.5, 39.5), (-0.5, 29.5), 40, weights);
    Panel::new("Weights", Axis::index("pre"), Axis::index("post")).with(image)
}

fn scatter() -> Panel {
    let by = ColorScale::new("value", Dimension::TIME, values(500, |k| k));
    let points = Points::new(
        values(500, |k| (k * 0.7).sin()),
        values(500, |k| (k * 0.3).cos() * 1e-3),
    );
    let panel = Panel::new(
        "Points with a title that is much too long for a panel of this width",
        Axis::default(),
        Axis::default(),
    );
    panel.with(Mark::from(points).colored(Color::By(by)))
}

fn marked() -> Panel {
    let rule = Mark::from(Rule::horizontal(0.0).saying("a threshold with a long name"))
        .dashed(Dash::Dashed);
    let onset = Mark::from(Rule::vertical(0.05).saying("onset"));
    traces(1, 1000).with(rule).with(onset)
}

fn figure(panels: Vec<Panel>, columns: usize) -> Figure {
    Figure {
        title: "A & B <figure>".into(),
        panels,
        columns,
        film: None,
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

#[test]
fn no_text_leaves_the_figure() {
    for columns in 1..=3 {
        let figure = figure(
            vec![
                traces(3, 100),
                raster(50, 10),
                image(),
                scatter(),
                marked(),
                traces(30, 50),
            ],
            columns,
        );
        let size = Size::of(&figure);
        let text = svg(&figure, &Theme::LIGHT, size);
        let mut seen = 0;
        for tag in text.split("<text").skip(1) {
            let (tag, rest) = tag.split_once('>').unwrap();
            let words = rest
                .split("</text>")
                .next()
                .unwrap()
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
            let number = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
            let (x, y, height) = (number("x"), number("y"), number("font-size"));
            let long = font::width(&words, height, tag.contains("font-weight"));
            let start = match attribute(tag, "text-anchor") {
                None => 0.0,
                Some("middle") => -0.5,
                Some(_) => -1.0,
            } * long;
            let upright = tag.contains("rotate");
            let (left, right) = if upright {
                (x - height, x)
            } else {
                (x + start, x + start + long)
            };
            let (top, bottom) = if upright {
                (y - start - long, y - start)
            } else {
                (y - height, y)
            };
            let inside = left >= 0.0
                && top >= 0.0
                && right <= size.width * 10.0
                && bottom <= size.height * 10.0;
            assert!(
                inside,
                "{columns} columns: {words:?} at {left} {top} {right} {bottom}"
            );
            seen += 1;
        }
        assert!(seen > 50);
    }
}

#[test]
fn dense_figures_stay_below_a_megabyte() {
    let dense = [
        figure(vec![raster(300_000, 5000)], 1),
        figure(vec![traces(10, 100_000)], 1),
        figure(vec![traces(200, 3000)], 1),
        figure((0..6).map(|_| raster(20_000, 100)).collect(), 2),
        figure(vec![image(), scatter()], 2),
    ];
    for figure in &dense {
        let text = svg(figure, &Theme::DARK, Size::of(figure));
        assert!(text.len() < 1_000_000, "{} bytes", text.len());
    }
}

#[test]
fn drawing_is_deterministic_and_complete() {
    let figure = figure(vec![marked(), raster(500, 20), image(), scatter()], 2);
    let size = Size::of(&figure);
    for theme in Theme::ALL {
        assert_eq!(svg(&figure, &theme, size), svg(&figure, &theme, size));
        let bytes = png(&figure, &theme, size, PNG_SCALE);
        assert_eq!(bytes, png(&figure, &theme, size, PNG_SCALE));
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        assert_eq!(
            (f64::from(info.width), f64::from(info.height)),
            (size.width * 2.0, size.height * 2.0)
        );
        let (r, g, b) = theme.background;
        assert_eq!(data[..3], [r, g, b]);
        // Every palette color in use and the first and last color of the image are there.
        let found = |(r, g, b): (u8, u8, u8)| data.chunks(3).any(|p| p == [r, g, b]);
        assert!(
            found(theme.palette_color(0)) && found((0x44, 0x01, 0x54)) && found((0xFD, 0xE7, 0x25))
        );
    }
}

#[test]
fn odd_sizes_and_empty_figures_draw() {
    for (width, height) in [(1.0, 1.0), (30.0, 2000.0), (640.0, 40.0)] {
        let size = Size { width, height };
        for figure in [
            figure(vec![], 0),
            figure(vec![traces(30, 10), image(), raster(0, 0)], 3),
        ] {
            assert!(svg(&figure, &Theme::LIGHT, size).ends_with("</svg>\n"));
            assert!(!png(&figure, &Theme::LIGHT, size, 1.0).is_empty());
        }
    }
}

#[test]
fn values_that_are_no_numbers_do_not_break_a_figure() {
    let odd: Values = vec![f64::NAN, 1e300, -1e300, f64::INFINITY, 0.0, 1e-300].into();
    let x: Values = values(6, |k| k);
    for axis in [
        Axis::new("x", Dimension::NONE),
        Axis::new("x", Dimension::NONE).log(),
    ] {
        let panel = Panel::new("", Axis::time(), axis)
            .with(Line {
                x: x.clone(),
                y: odd.clone(),
            })
            .with(Points::new(odd.clone(), x.clone()));
        let figure = Figure::of(panel);
        assert!(!svg(&figure, &Theme::LIGHT, Size::of(&figure)).contains("NaN"));
        assert!(!png(&figure, &Theme::LIGHT, Size::of(&figure), 1.0).is_empty());
    }
}

#[test]
fn lines_with_one_course_are_drawn_once_and_named_together() {
    let (x, y) = (values(50, |k| k), values(50, |k| k * k));
    let line = |name: &str, y: &Values| {
        Mark::from(Line {
            x: x.clone(),
            y: y.clone(),
        })
        .named(name)
    };
    let again: Values = y.to_vec().into();
    let other = values(50, |k| k);
    let panel = Panel::new("", Axis::default(), Axis::default())
        .with(line("first", &y))
        .with(line("second", &again))
        .with(line("third", &other));
    let figure = Figure::of(panel);
    let text = svg(&figure, &Theme::LIGHT, Size::of(&figure));
    assert!(text.contains(">first, second</text>") && text.contains(">third</text>"));
    let used = |k: usize| {
        let (r, g, b) = Theme::LIGHT.palette_color(k);
        text.contains(&format!("#{r:02x}{g:02x}{b:02x}"))
    };
    assert!(used(0) && used(1) && !used(2));
}
