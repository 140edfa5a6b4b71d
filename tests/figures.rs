//! Figures as they come out: two vertical axes; what each frame of a film shows, and the files that are written of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use common::{Options, run_with};
use snnc::figure::Figure;
use snnc::figure::film::Motion;
use snnc::figure::marks::Kind;
use snnc::render::draw::{self, Size, Theme, svg};

fn figures(text: &str) -> Vec<Figure> {
    run_with("film.snn", text, &Options::default())
        .complete()
        .figures
}

/// A decay whose values are known at any time.
const DECAY: &str = "
neurons cell[3] {
    dv/dt = -v/(10 ms) : volt
    v(0) = (1 + i)*10 mV
    method: exact
    threshold: v > 100 mV
    reset: v = 0
}
run 20 ms
cell.v = 30 mV
run 20 ms
";

#[test]
fn frames_show_the_values_of_their_moment() {
    let text = format!("{DECAY}plot \"Values\": points(cell.v) vs range(3), animate: 5 ms\n");
    let figures = figures(&text);
    let film = figures[0].film.as_ref().unwrap();
    let times: Vec<f64> = film.times.iter().map(|t| (t * 1e4).round() / 1e4).collect();
    assert_eq!(
        times,
        [0.0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04]
    );
    let Motion::Changes(frames) = &figures[0].panels[0].motion else {
        panic!()
    };
    let value = |frame: usize| match &frames[frame][0].kind {
        Kind::Points(points) => points.y[1],
        _ => panic!(),
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    near(value(0), 0.02);
    near(value(2), 0.02 * (-1.0f64).exp());
    // The change belongs to the frame of its time.
    near(value(4), 0.03);
    near(value(8), 0.03 * (-2.0f64).exp());
    // One set of axes for all frames: it reaches from the lowest to the highest value.
    let view = figures[0].panels[0].view();
    assert!(view.y.low < 0.004 && view.y.high > 0.03, "{view:?}");
    assert!(
        figures[0]
            .to_text()
            .contains("9 frames, t = 0 ms .. t = 40 ms, 2 s\npanel"),
        "{}",
        figures[0].to_text()
    );
}

#[test]
fn what_is_drawn_over_time_grows() {
    let text = format!(
        "{DECAY}figure \"Both\", animate: 10 ms, play: 1 s {{\n plot \"a\": cell.v\n plot \"b\": histogram(cell.v, bins: 4)\n}}\n"
    );
    let figures = figures(&text);
    assert_eq!(figures[0].panels[0].motion, Motion::Grows);
    let Motion::Changes(frames) = &figures[0].panels[1].motion else {
        panic!()
    };
    let edges: Vec<_> = frames
        .iter()
        .map(|marks| match &marks[0].kind {
            Kind::Bars(bars) => bars.edges.clone(),
            _ => panic!(),
        })
        .collect();
    assert!(edges.iter().all(|other| *other == edges[0]), "bins move");
}

/// What is computed for frames changes nothing else: not the course, not the random numbers of the protocol.
#[test]
fn watching_changes_nothing() {
    let noisy = "seed = 3\nneurons cell[5] {\n dv/dt = -v/(10 ms) + xi*(10 ms)**-0.5 : 1\n}\nrun 30 ms\n\
        let numbers = rand(4)\nplot \"a\": points(cell.v + 0*rand(5)) vs range(5)";
    let still = run_with("a.snn", noisy, &Options::default()).complete();
    let moving = run_with(
        "a.snn",
        &format!("{noisy}, animate: 1 ms"),
        &Options::default(),
    )
    .complete();
    assert_eq!(still.values, moving.values);
}

#[test]
fn files_hold_all_frames() {
    let text = format!(
        "{DECAY}figure \"Both\", columns: 2, animate: 10 ms, play: 1 s {{\n plot \"a\": cell.v\n plot \"b\": points(cell.v) vs range(3)\n}}\n"
    );
    let figures = figures(&text);
    let size = Size::of(&figures[0]);
    let text = svg(&figures[0], &Theme::LIGHT, size);
    // Five frames of the second panel and of the time, the last of them for readers who want no motion.
    assert_eq!(text.matches("<g class=\"f\"").count(), 8, "{text}");
    assert_eq!(text.matches("<g class=\"f l\"").count(), 2);
    assert_eq!(text.matches("<clipPath").count(), 1);
    assert!(
        text.contains("20%,to{visibility:hidden}")
            || text.contains("20.0000%,to{visibility:hidden}")
    );
    assert!(text.contains("prefers-reduced-motion") && !text.contains("<script"));
    for time in ["t = 0 ms", "t = 10 ms", "t = 40 ms"] {
        assert_eq!(text.matches(&format!(">{time}<")).count(), 1, "{time}");
    }
    let bytes = draw::gif(&figures[0], &Theme::LIGHT, size).unwrap();
    assert_eq!(&bytes[..6], b"GIF89a");
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes.as_slice()).unwrap();
    let (width, height) = (decoder.width(), decoder.height());
    assert_eq!(
        (width, height),
        ((size.width * 1.5) as u16, (size.height * 1.5) as u16)
    );
    let (mut count, mut hundredths) = (0, 0);
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        count += 1;
        hundredths += frame.delay;
        // Only what differs is written again.
        assert!(
            count == 1
                || u32::from(frame.width) * u32::from(frame.height)
                    < u32::from(width) * u32::from(height)
        );
    }
    assert_eq!((count, hundredths), (5, 100));
}

/// Two units in one panel: each entry is shown in the unit of its own axis, and so are marks.
#[test]
fn an_axis_to_the_right_has_a_unit_of_its_own() {
    let text = format!(
        "{DECAY}plot \"a\": cell.v[0], lines(curve_of, axis: right, label: \"input\") vs linspace(0 ms, 40 ms, 5), rlim: 0 nA .. 8 nA\n\
         mark y = 2 nA, style: dashed\nlet curve_of = linspace(1, 5, 5)*1 nA\n"
    );
    let figures = figures(&text);
    let text = figures[0].to_text();
    assert!(text.contains("\n  right curve_of (nA) 0 .. 8\n"), "{text}");
    assert!(
        text.contains("line \"input\": n = 5, x 0 .. 40, y 1 .. 5, right"),
        "{text}"
    );
    assert!(text.contains("rule: n = 1, y 2, right, dashed"), "{text}");
    let svg = svg(&figures[0], &Theme::LIGHT, Size::of(&figures[0]));
    assert!(svg.contains(">curve_of (nA)<") && svg.contains(">v (mV)<"));
}

#[test]
fn colors_are_spread_logarithmically() {
    let text = "let z = [[1, 10], [100, 1000]]\nplot \"a\": image(z), cscale: log\n";
    let figures = figures(text);
    let scale = figures[0].panels[0].marks[0].scale().unwrap();
    let limits = scale.limits();
    assert_eq!(limits, (1.0, 1000.0));
    let position = |value: f64| scale.position(limits, value);
    assert!((position(10.0).unwrap() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(position(0.0), None);
}
