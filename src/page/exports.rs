//! The functions that a page's script calls. Texts pass through memory: the script asks for room, writes, calls, and reads the answer at
//! [`answer`] of the length that the call returned.
#![allow(unsafe_code)]

use std::cell::RefCell;

use super::session::Session;
use crate::backend::wasm::host;
use crate::pipeline::Executor;

#[derive(Default)]
struct Door {
    session: Session,
    /// What the script wrote.
    question: Vec<u8>,
    /// What it may read.
    answer: String,
    pool: Vec<f64>,
}

thread_local! {
    static DOOR: RefCell<Door> = RefCell::new(Door {
        session: Session::new(Executor::Fastest),
        ..Door::default()
    });
}

fn door<T>(f: impl FnOnce(&mut Door) -> T) -> T {
    DOOR.with(|door| f(&mut door.borrow_mut()))
}

fn answering(f: impl FnOnce(&mut Door) -> String) -> usize {
    door(|door| {
        door.answer = f(door);
        door.answer.len()
    })
}

/// Says that kernels may use the fused multiply-add of relaxed SIMD, which the script has tried.
// SAFETY (all functions): the names are the script's and clash with nothing.
#[unsafe(no_mangle)]
pub extern "C" fn use_fused() {
    host::use_fused(true);
}

/// Room for a question of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn question(length: usize) -> *mut u8 {
    door(|door| {
        door.question.clear();
        door.question.resize(length, 0);
        door.question.as_mut_ptr()
    })
}

/// Where the last answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    door(|door| door.answer.as_ptr())
}

/// Where the numbers of the last figures stand.
#[unsafe(no_mangle)]
pub extern "C" fn pool() -> *const f64 {
    door(|door| door.pool.as_ptr())
}

/// How many they are.
#[unsafe(no_mangle)]
pub extern "C" fn pool_size() -> usize {
    door(|door| door.pool.len())
}

/// Loads the model of the question.
#[unsafe(no_mangle)]
pub extern "C" fn load() -> usize {
    answering(|door| {
        let text = String::from_utf8_lossy(&door.question).into_owned();
        door.session.load(&text)
    })
}

/// Simulates for so many seconds.
#[unsafe(no_mangle)]
pub extern "C" fn advance(seconds: f64, beyond: u32) -> usize {
    answering(|door| door.session.advance(seconds, beyond != 0))
}

/// Describes the figures, with long lines shortened to the extremes of so many stretches.
#[unsafe(no_mangle)]
pub extern "C" fn figures(points: usize) -> usize {
    answering(|door| {
        let mut pool = std::mem::take(&mut door.pool);
        let text = door.session.figures(points, &mut pool);
        door.pool = pool;
        text
    })
}

/// The report of the run.
#[unsafe(no_mangle)]
pub extern "C" fn report() -> usize {
    answering(|door| door.session.report())
}

/// Recordings as CSV.
#[unsafe(no_mangle)]
pub extern "C" fn csv() -> usize {
    answering(|door| door.session.csv())
}

/// Drops what was recorded before a time.
#[unsafe(no_mangle)]
pub extern "C" fn forget(before: f64) {
    door(|door| door.session.forget(before));
}
