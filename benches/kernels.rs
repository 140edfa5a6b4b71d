//! Generated kernels against hand-written AVX-512 and against C++ in the shape of Brian2's output, alternating in one process.
//!
//! Times are CPU time of the thread, the minimum over the repetitions. The C++ rival takes part when `g++` is found.
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

#[cfg(target_arch = "x86_64")]
#[path = "kernels/avx512.rs"]
mod avx512;
#[path = "kernels/models.rs"]
mod models;

use models::Model;
use snnc::backend::image::Image;
use snnc::backend::native::{self, Native};
use snnc::backend::{self, Backend, Code, Scratch};
use snnc::kir::opt;
use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::Arc;

const DT: f64 = 1e-4;

/// CPU time of this thread in nanoseconds.
fn now() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is writable.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// A generated model with its image.
struct Generated {
    model: Model,
    code: Arc<dyn Code>,
    image: Image,
    scratch: Scratch,
}

impl Generated {
    fn new(mut model: Model, start: &[Vec<f64>]) -> Self {
        opt::optimize(&mut model.program);
        if std::env::var_os("SNNC_SHOW").is_some() {
            println!("{}", model.program);
            for kernel in model.program.kernels.iter() {
                let text = native::assembly(&model.program.layout, kernel).unwrap();
                println!("{}:\n{text}", kernel.name);
            }
        }
        let code = Native.compile(&model.program).unwrap();
        let image = Image::new(&model.program.layout);
        for (&column, values) in model.columns.iter().zip(start) {
            image.write(model.program.layout.column(column), 0, values);
        }
        Generated {
            scratch: Scratch::new(&*code),
            model,
            code,
            image,
        }
    }
    fn step(&mut self) {
        for &kernel in &self.model.kernels {
            backend::run(
                &*self.code,
                &self.model.program,
                kernel,
                &self.image,
                &mut self.scratch,
            );
        }
    }
    fn column(&self, k: usize, len: usize) -> Vec<f64> {
        let mut values = Vec::new();
        let column = self.model.program.layout.column(self.model.columns[k]);
        self.image.read(column, 0..len, &mut values);
        values
    }
}

/// A function of the C++ rival.
fn rival(name: &str) -> Option<*mut c_void> {
    let folder = std::env::temp_dir();
    let library = folder.join(format!("snnc-rival-{}.so", std::process::id()));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/kernels/rival.cpp");
    let flags = [
        "-O3",
        "-ffast-math",
        "-fno-finite-math-only",
        "-march=native",
        "-shared",
        "-fPIC",
        "-o",
    ];
    let built = std::process::Command::new("g++")
        .args(flags)
        .arg(&library)
        .arg(source)
        .status();
    if !built.is_ok_and(|status| status.success()) {
        return None;
    }
    let path = CString::new(library.to_str()?).ok()?;
    let name = CString::new(name).ok()?;
    // SAFETY: both strings end with 0; the library only defines functions.
    let found = unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
        if library.is_null() {
            library
        } else {
            libc::dlsym(library, name.as_ptr())
        }
    };
    std::fs::remove_file(&library).ok();
    (!found.is_null()).then_some(found)
}

/// Loading a fast-math library switches the handling of subnormal numbers; all contenders run with the default.
fn default_floating_point() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the default value of the control register.
    unsafe {
        let value: u32 = 0x1f80;
        std::arch::asm!("ldmxcsr [{}]", in(reg) &value, options(nostack));
    }
}

struct Contender<'a> {
    name: &'static str,
    step: Box<dyn FnMut(u64) + 'a>,
}

/// Alternates the contenders and prints nanoseconds per element and step, and ratios to the first.
fn race(title: &str, len: usize, contenders: &mut [Contender]) -> Vec<f64> {
    let repetitions = std::env::var("SNNC_REPETITIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(25);
    let steps = (400_000 / len).max(5) as u64;
    let mut best = vec![f64::INFINITY; contenders.len()];
    default_floating_point();
    for repetition in 0..repetitions {
        for (k, contender) in contenders.iter_mut().enumerate() {
            let start = now();
            for step in 0..steps {
                (contender.step)(repetition * steps + step);
            }
            best[k] = best[k].min((now() - start) / (steps as f64 * len as f64));
        }
    }
    println!("{title}, {len} neurons");
    for (contender, &time) in contenders.iter().zip(&best) {
        println!(
            "  {:<28} {time:8.3} ns   {:5.2} x",
            contender.name,
            time / best[0]
        );
    }
    best
}

fn pointers(columns: &mut [Vec<f64>]) -> Vec<*mut f64> {
    columns
        .iter_mut()
        .map(|column| column.as_mut_ptr())
        .collect()
}

fn spread(k: usize, low: f64, high: f64) -> f64 {
    let x = (k as f64 * 0.618_033_988_749_895).fract();
    low + x * (high - low)
}

fn compare(name: &str, ours: &[f64], theirs: &[f64]) {
    let scale = theirs.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let off = ours
        .iter()
        .zip(theirs)
        .fold(0.0f64, |a, (x, y)| a.max((x - y).abs()));
    println!(
        "  largest difference from {name}: {:.1e} of the largest value",
        off / scale
    );
}

fn hodgkin_huxley(len: usize) {
    let column = |low, high, n: usize| {
        (0..len + 16)
            .map(|k| spread(k + n, low, high))
            .collect::<Vec<f64>>()
    };
    let start: Vec<Vec<f64>> = vec![
        column(-70e-3, -50e-3, 0),
        column(0.0, 0.2, 7),
        column(0.3, 1.0, 11),
        column(0.1, 0.6, 13),
        column(0.0, 60e-9, 17),
        column(0.0, 200e-9, 19),
    ];
    let trimmed: Vec<Vec<f64>> = start.iter().map(|column| column[..len].to_vec()).collect();
    let mut ours = Generated::new(models::hodgkin_huxley(len), &trimmed);
    let (mut hand, mut theirs) = (start.clone(), start.clone());
    let (hand_pointers, their_pointers) = (pointers(&mut hand), pointers(&mut theirs));
    let mut contenders = vec![Contender {
        name: "generated",
        step: Box::new(|_| ours.step()),
    }];
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512dq") {
        contenders.push(Contender {
            name: "hand-written AVX-512",
            // SAFETY: the columns are `len + 16` long and outlive the race.
            step: Box::new(|_| unsafe {
                avx512::hodgkin_huxley(len.next_multiple_of(8), DT, &hand_pointers)
            }),
        });
    }
    type Rival = unsafe extern "C" fn(
        c_int,
        f64,
        *mut f64,
        *mut f64,
        *mut f64,
        *mut f64,
        *mut f64,
        *mut f64,
    );
    if let Some(found) = rival("hodgkin_huxley") {
        // SAFETY: the signature of the function in the source.
        let function: Rival = unsafe { std::mem::transmute(found) };
        let p = their_pointers.clone();
        contenders.push(Contender {
            name: "C++, Brian2's flags",
            // SAFETY: as above.
            step: Box::new(move |_| unsafe {
                function(len as c_int, DT, p[0], p[1], p[2], p[3], p[4], p[5])
            }),
        });
    }
    race("Hodgkin-Huxley, exponential Euler", len, &mut contenders);
    drop(contenders);
    compare("AVX-512", &ours.column(0, len), &hand[0][..len]);
    compare("C++", &ours.column(0, len), &theirs[0][..len]);
}

fn cuba(len: usize) {
    let column = |low, high, n: usize| {
        (0..len + 16)
            .map(|k| spread(k + n, low, high))
            .collect::<Vec<f64>>()
    };
    let start: Vec<Vec<f64>> = vec![
        column(-60e-3, -50e-3, 0),
        column(0.0, 1e-3, 7),
        column(-1e-3, 0.0, 11),
        vec![-1.0; len + 16],
    ];
    let trimmed: Vec<Vec<f64>> = start.iter().map(|column| column[..len].to_vec()).collect();
    let mut fused = Generated::new(models::cuba(len, true), &trimmed);
    let mut split = Generated::new(models::cuba(len, false), &trimmed);
    let (mut hand, mut theirs) = (start.clone(), start.clone());
    let (hand_pointers, their_pointers) = (pointers(&mut hand), pointers(&mut theirs));
    let mut hand_spikes = vec![0u32; len + 16];
    let mut their_spikes = vec![0u32; len + 16];
    let mut active = vec![1 as c_char; len + 16];
    let mut total = [0u64; 4];
    let [fused_total, split_total, hand_total, their_total] = &mut total;
    let run = |generated: &mut Generated, k: u64, total: &mut u64| {
        let layout = &generated.model.program.layout;
        let t = layout.column(generated.model.columns[4]);
        generated.image.set(t, 0, k as f64 * DT);
        generated.step();
        let layout = &generated.model.program.layout;
        let count = layout.column(layout.find("spikes.count").unwrap());
        *total += generated.image.load(count, 0);
    };
    let mut contenders = vec![
        Contender {
            name: "generated, one pass",
            step: Box::new(|k| run(&mut fused, k, fused_total)),
        },
        Contender {
            name: "generated, two passes",
            step: Box::new(|k| run(&mut split, k, split_total)),
        },
    ];
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512dq") {
        contenders.push(Contender {
            name: "hand-written AVX-512",
            step: Box::new(|k| {
                // SAFETY: the columns are `len + 16` long and outlive the race.
                let count = unsafe {
                    avx512::cuba(len, k as f64 * DT, DT, &hand_pointers, &mut hand_spikes)
                };
                for &spike in &hand_spikes[..count] {
                    // SAFETY: a spike is an index below `len`.
                    unsafe { *hand_pointers[0].add(spike as usize) = -60e-3 };
                }
                *hand_total += count as u64;
            }),
        });
    }
    type Rival = unsafe extern "C" fn(
        c_int,
        f64,
        f64,
        *mut f64,
        *mut f64,
        *mut f64,
        *mut f64,
        *mut c_char,
        *mut u32,
    ) -> c_int;
    if let Some(found) = rival("cuba") {
        // SAFETY: the signature of the function in the source.
        let function: Rival = unsafe { std::mem::transmute(found) };
        let p = their_pointers.clone();
        let (active, spikes) = (active.as_mut_ptr(), their_spikes.as_mut_ptr());
        contenders.push(Contender {
            name: "C++, Brian2's flags",
            step: Box::new(move |k| {
                // SAFETY: as above.
                let count = unsafe {
                    function(
                        len as c_int,
                        k as f64 * DT,
                        DT,
                        p[0],
                        p[1],
                        p[2],
                        p[3],
                        active,
                        spikes,
                    )
                };
                *their_total += count as u64;
            }),
        });
    }
    race(
        "Integrate-and-fire, exact, three variables",
        len,
        &mut contenders,
    );
    drop(contenders);
    println!("  spikes: {total:?}");
    compare("AVX-512", &fused.column(0, len), &hand[0][..len]);
}

fn synapses(len: usize, fan: usize, active: usize) {
    let target = |k: usize| (k as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let targets: Vec<f64> = (0..len * fan)
        .map(|k| (target(k) % len as u64) as f64)
        .collect();
    let weights: Vec<f64> = (0..len * fan).map(|k| spread(k, 0.0, 1.0)).collect();
    let starts: Vec<f64> = (0..=len).map(|k| (k * fan) as f64).collect();
    let mut ours = Generated::new(
        models::synapses(len, fan),
        &[vec![0.0; len], weights.clone(), targets.clone(), starts],
    );
    let targets: Vec<i32> = targets.iter().map(|&x| x as i32).collect();
    let starts: Vec<i64> = (0..=len).map(|k| (k * fan) as i64).collect();
    let mut theirs = vec![0.0; len];
    let mut queue = vec![0i32; active * fan];
    let spikes =
        move |step: u64| (0..active).map(move |k| target(k + step as usize * active) % len as u64);
    let layout = ours.model.program.layout.clone();
    let items = layout.column(layout.find("spikes.items").unwrap());
    let count = layout.column(layout.find("spikes.count").unwrap());
    let g = theirs.as_mut_ptr();
    let mut contenders = vec![Contender {
        name: "generated",
        step: Box::new(|step| {
            for (k, spike) in spikes(step).enumerate() {
                ours.image.store(items, k, spike);
            }
            ours.image.store(count, 0, active as u64);
            ours.step();
        }),
    }];
    type Rival = unsafe extern "C" fn(
        c_int,
        *const i32,
        *const i64,
        *const i32,
        *const f64,
        *mut f64,
        *mut i32,
    );
    if let Some(found) = rival("synapses") {
        // SAFETY: the signature of the function in the source.
        let function: Rival = unsafe { std::mem::transmute(found) };
        let (starts, targets, weights) = (starts.as_ptr(), targets.as_ptr(), weights.as_ptr());
        let queue = queue.as_mut_ptr();
        contenders.push(Contender {
            name: "C++, queue of synapses",
            step: Box::new(move |step| {
                let list: Vec<i32> = spikes(step).map(|spike| spike as i32).collect();
                // SAFETY: as above.
                unsafe {
                    function(
                        active as c_int,
                        list.as_ptr(),
                        starts,
                        targets,
                        weights,
                        g,
                        queue,
                    );
                }
            }),
        });
    }
    race(
        "Synapses, target += weight, times per event",
        active * fan,
        &mut contenders,
    );
    drop(contenders);
    compare("C++", &ours.column(0, len), &theirs);
}

fn main() {
    synapses(4000, 1000, 20);
    hodgkin_huxley(4096);
    cuba(4000);
    cuba(40_000);
}
