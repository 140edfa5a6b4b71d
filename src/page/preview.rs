//! What a page shows before its compiler has run: the model's sliders and plots as they were when the page was made.

use serde::Serialize;
use serde_json::{Value, json};

use super::html::{Page, text85};
use super::session::Session;
use crate::pipeline::Executor;

/// Parts of a long line of which the extremes are kept.
const POINTS: usize = 300;
/// Most numbers of all plots together.
const MOST: usize = 20_000;

/// Sliders, plots and report of a model that has run.
#[derive(Serialize, Clone, Debug)]
pub struct Preview {
    offer: Value,
    list: Value,
    /// The numbers of the plots, each with 32 bits, as text.
    pool: String,
    report: Value,
    time: f64,
    window: f64,
}

/// Runs the model of a page; nothing where it fails, or has too much to show.
pub fn preview(page: &Page) -> Option<Preview> {
    let mut session = Session::new(Executor::Fastest);
    let request = json!({ "name": page.name, "text": page.text, "files": page.files, "seed": 1 });
    let read = |text: String| serde_json::from_str::<Value>(&text).ok();
    let offer = read(session.load(&request.to_string()))?;
    let window = offer["duration"].as_f64()?;
    let ended = read(session.advance(f64::MAX, false))?;
    if ended["state"] != "complete" {
        return None;
    }
    let mut pool = Vec::new();
    let list = read(session.figures(POINTS, &mut pool))?;
    let bytes = pool.iter().flat_map(|value| (*value as f32).to_le_bytes());
    let bytes: Vec<u8> = bytes.collect();
    (pool.len() <= MOST).then(|| Preview {
        offer,
        list,
        pool: text85(&bytes),
        report: read(session.report()).unwrap_or_default(),
        time: ended["time"].as_f64().unwrap_or(window),
        window: if window > 0.0 { window } else { 0.1 },
    })
}
