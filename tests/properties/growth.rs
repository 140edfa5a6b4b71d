//! The time to check a text grows with its length, and not with the square of it.

use std::fmt::Write as _;
use std::time::Instant;

use snnc::check::options::CheckOptions;
use snnc::pipeline::Compilation;
use snnc::render::plain;
use snnc::source::NoFiles;

const CELL: &str = "neurons a[1] { dv/dt = -v/(10 ms) : 1 }\n";

/// A text with so many of something.
type Text = fn(usize) -> String;

const TEXTS: &[(&str, Text)] = &[
    ("constants", |n| {
        (0..n).fold(CELL.to_string(), |mut text, k| {
            let _ = writeln!(text, "c{k} = {k} mV");
            text
        })
    }),
    ("constants from each other", |n| {
        (1..n).fold(format!("{CELL}c0 = 1 mV\n"), |mut text, k| {
            let _ = writeln!(text, "c{k} = c{} + 1 mV", k - 1);
            text
        })
    }),
    ("unknown names", |n| {
        (0..n).fold(CELL.to_string(), |mut text, k| {
            let _ = writeln!(text, "x{k} = foo{k}");
            text
        })
    }),
    ("unreadable lines", |n| "neurons ] = 3 +\n".repeat(n)),
    ("populations", |n| {
        (0..n / 4).fold(String::new(), |mut text, k| {
            let _ = writeln!(
                text,
                "neurons g{k}[2] {{ dv/dt = -v/(10 ms) : 1; threshold: v > 1; reset: v = 0 }}"
            );
            text
        })
    }),
    ("independent equations", |n| {
        let equations = (0..n / 8).fold(String::new(), |mut text, k| {
            let _ = writeln!(text, "dv{k}/dt = -v{k}/(10 ms) : 1");
            text
        });
        format!("neurons g[2] {{\n{equations}}}\n")
    }),
    ("coupled equations", |n| {
        let n = n / 8;
        let equations = (0..n).fold(String::new(), |mut text, k| {
            let _ = writeln!(text, "dv{k}/dt = (v{}**2 - v{k})/(10 ms) : 1", (k + 1) % n);
            text
        });
        format!("neurons g[2] {{\n{equations}}}\n")
    }),
    ("statements", |n| {
        let statements = "v += 1\n".repeat(n);
        format!(
            "neurons g[2] {{\ndv/dt = -v/(10 ms) : 1\nthreshold: v > 1\nreset: {{\n{statements}}}\n}}\n"
        )
    }),
    ("terms of a sum", |n| {
        // Sums of sums: an expression by itself is bounded.
        let sums = (0..n / 100).fold(String::new(), |mut text, k| {
            let terms: Vec<String> = (0..100)
                .map(|j| format!("p{}", (k * 100 + j) % 50))
                .collect();
            let _ = writeln!(text, "s{k} = {}*sin({k}*v) : 1", terms.join(" + "));
            text
        });
        let parameters: String = (0..50).fold(String::new(), |mut text, k| {
            let _ = writeln!(text, "p{k} : 1");
            text
        });
        let all: Vec<String> = (0..n / 100).map(|k| format!("s{k}")).collect();
        format!(
            "neurons g[2] {{\n{parameters}{sums}dv/dt = ({})/ms : 1\n}}\n",
            all.join(" + ")
        )
    }),
    ("elements of a list", |n| {
        let values: Vec<String> = (0..n).map(|k| k.to_string()).collect();
        format!("signal s(t) = [{}] every 1 ms\n{CELL}", values.join(", "))
    }),
    ("open brackets", |n| "(".repeat(n)),
    ("unary signs", |n| format!("x = {}1\n", "-".repeat(n))),
    ("runs", |n| {
        format!("{CELL}{}", "run 1 ms\na.v = 1\n".repeat(n))
    }),
    ("recordings", |n| {
        format!("{CELL}{}run 1 ms\n", "record v of a\n".repeat(n))
    }),
];

/// Seconds to check a text and to render what is said about it.
fn seconds(text: &str) -> f64 {
    let start = Instant::now();
    let mut compilation = Compilation::new(&NoFiles);
    compilation.check("long.snn", text, &CheckOptions::default());
    let said = std::mem::take(&mut compilation.sink).finish();
    plain::render(&said, &compilation.sources);
    start.elapsed().as_secs_f64()
}

#[test]
fn time_grows_with_length() {
    const SMALL: usize = 1000;
    const TIMES: usize = 4;
    for (name, text) in TEXTS {
        let (small, large) = (text(SMALL), text(SMALL * TIMES));
        // Other work on the machine only makes a measurement longer: the best of a few counts.
        let fits = (0..5).any(|_| seconds(&large) <= 2.5 * TIMES as f64 * seconds(&small) + 0.05);
        assert!(fits, "{name}: the time grows faster than the text");
    }
}
