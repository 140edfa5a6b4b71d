//! Values held in single precision: rounded exactly when they are written, on every executor, in half the room.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Files, Finished, Options, run_with};
use snnc::lower::held::Precision;
use snnc::pipeline::{Compilation, Executor, Keep};

fn held(text: &str, precision: Precision, executor: Executor) -> Finished {
    let options = Options {
        executor,
        keep: Keep {
            whole: true,
            held: precision,
            ..Keep::default()
        },
        ..Options::default()
    };
    run_with("model.snn", text, &options).complete()
}

fn single(text: &str) -> Finished {
    held(text, Precision::Single, Executor::Fastest)
}

fn round(x: f64) -> f64 {
    f64::from(x as f32)
}

#[test]
fn a_value_is_rounded_whenever_it_is_written_and_arithmetic_is_double() {
    let text = "
neurons P[3] {
    x : 1 = 1/3
    y : 1 = 0.1
    z : 1
    last : second = 0.1 s
    every dt: { x = x*1.1 + 0.01*i; z = x*x; y = y + 1e-8; last = t }
}
run 1 ms
record x, z of P
";
    let done = single(text);
    let (mut x, mut y) = ([round(1.0 / 3.0); 3], round(0.1));
    let mut z = [0.0; 3];
    for _ in 0..10 {
        for (i, (x, z)) in x.iter_mut().zip(&mut z).enumerate() {
            *x = round(0.01_f64.mul_add(i as f64, *x * 1.1));
            *z = round(*x * *x);
        }
        y = round(y + 1e-8);
    }
    // Whether the product or the sum is fused is the compiler's choice, the same for every executor.
    let found = done.value("P.x");
    for (found, x) in found.iter().zip(&x) {
        assert!((found / x - 1.0).abs() < 1e-7, "{found} {x}");
        assert_eq!(*found, round(*found));
    }
    for (z, x) in done.value("P.z").iter().zip(found) {
        assert_eq!(*z, round(x * x), "what is seen later is what is kept");
    }
    assert_eq!(done.value("P.y"), [y; 3]);
    // 1e-8 is more than half of the distance of singles near 0.1, so that every sum moves on by a whole one.
    assert!((y - 0.1 - 10.0 * 7.45e-9).abs() < 2e-9, "{y}");
    assert_eq!(done.value("P.last"), [9.0 * 1e-4; 3], "times are doubles");
    for series in done.recording.states[0].columns.iter() {
        assert!(
            series
                .values
                .concat()
                .iter()
                .all(|value| *value == round(*value))
        );
    }
}

/// Equations, thresholds, resets, plastic and plain synapses, sums, and noise.
const NETWORK: &str = "seed = 3
neurons cell[37] {
    dv/dt = (1.3 + ge + drive + 0.2*xi*ms**0.5 - v)/(10 ms) : 1 (unless refractory)
    dge/dt = -ge/(5 ms) : 1
    drive : 1
    u : 1 = rand()
    v(0) = rand()
    threshold: v > 1 + 0.1*exp(-u)
    reset: { v = 0; u = 0.9*u + 0.1*sin(u) }
    refractory: 1 ms
}
synapses plastic: cell -> cell {
    w : 1 = 0.02*rand()
    dApre/dt = -Apre/(20 ms) : 1 (event-driven)
    dApost/dt = -Apost/(20 ms) : 1 (event-driven)
    on_pre: { ge += w; Apre += 0.01; w = clip(w - Apost, 0, 0.05) }
    on_post: { Apost += 0.01; w = clip(w + Apre, 0, 0.05) }
    connect: if i != j, p = 0.5
    delay: 2 ms*rand()
}
synapses plain: cell -> cell { w : 1 = 0.01*randn(); on_pre: ge += w; connect: p = 0.3; delay: 1 ms*rand() }
synapses gap: cell -> cell {
    drive_post = 0.001*(v_pre - v_post) : 1 (summed)
    connect: p = 0.2
}
run 50 ms
record spikes of cell
record v of cell
";

fn bits(done: &Finished) -> Vec<(String, Vec<u64>)> {
    let values = done.values.iter();
    let mut all: Vec<_> = values
        .map(|(name, values)| {
            let bits = values.iter().map(|v| v.to_bits()).collect();
            (name.clone(), bits)
        })
        .collect();
    for table in &done.recording.spikes {
        let times = table.t.iter().map(|t| t.to_bits()).collect();
        all.push((table.population.clone(), times));
    }
    all
}

#[test]
fn executors_give_the_same_bits() {
    let native = single(NETWORK);
    let spikes = native.recording.spikes[0].t.len();
    assert!(spikes > 100, "{spikes} spikes");
    let interpreted = held(NETWORK, Precision::Single, Executor::Interpreter);
    assert_eq!(bits(&native), bits(&interpreted));
    let double = held(NETWORK, Precision::Double, Executor::Fastest);
    assert_ne!(double.value("cell.v"), native.value("cell.v"));
    assert_eq!(
        double.value("plastic.delay"),
        native.value("plastic.delay"),
        "delays are times"
    );
    let unlike = |name: &str| native.value(name).iter().any(|v| *v != round(*v));
    for name in ["cell.v", "cell.u", "cell.ge", "plastic.w", "plastic.Apre"] {
        assert!(!unlike(name), "{name}");
    }
    for name in ["cell.lastspike", "plastic.lastupdate", "plastic.delay"] {
        assert!(unlike(name), "{name}");
    }
}

#[test]
fn synapses_in_order_of_delivery_hold_the_same_weights() {
    let whole = single(NETWORK);
    let options = Options {
        keep: Keep {
            held: Precision::Single,
            ..Keep::default()
        },
        ..Options::default()
    };
    let sorted = run_with("model.snn", NETWORK, &options).complete();
    assert!(sorted.value("plain.w").is_empty());
    assert_eq!(sorted.recording, whole.recording);
    assert_eq!(sorted.value("cell.v"), whole.value("cell.v"));
}

fn image(text: &str, precision: Precision) -> usize {
    let world = Files(Default::default());
    let mut compilation = Compilation::new(&world);
    compilation.keep.whole = true;
    compilation.keep.held = precision;
    let checked = compilation.check("model.snn", text, &Default::default());
    let lowered = compilation.lower(&checked.unwrap(), Executor::Fastest, None, 1);
    lowered.unwrap().setup.program.layout.size()
}

#[test]
fn neurons_and_synapses_take_half_the_room() {
    let neurons = |n: usize| {
        format!(
            "neurons P[{n}] {{ dv/dt = (a + b + c - v)/(10 ms) : 1
 a : 1
 b : 1
 c : 1 }}
run 1 ms\n"
        )
    };
    let more = |precision| image(&neurons(11_600), precision) - image(&neurons(1_600), precision);
    assert_eq!(more(Precision::Double), 32 * 10_000);
    assert_eq!(more(Precision::Single), 16 * 10_000);
    let synapses = |n: usize| {
        format!(
            "neurons P[{n}] {{ v : 1
 threshold: v > 1 }}
synapses S: P -> P {{
 w : 1
 a : 1
 on_pre: {{ v += w; a += 1; w += a }}
 connect: i = j }}
run 1 ms\n"
        )
    };
    let more = |precision| image(&synapses(11_600), precision) - image(&synapses(1_600), precision);
    // `v`, `w` and `a`; the rest are indices.
    assert_eq!(
        more(Precision::Double) - more(Precision::Single),
        12 * 10_000
    );
}
