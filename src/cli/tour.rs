//! `snnc tour`: the guided tour.

use super::Exit;
use super::args::TourArgs;
use crate::manual::tour::{LESSONS, list};

/// Prints a lesson, its model, or the list of lessons.
pub fn tour(args: &TourArgs) -> Exit {
    let Some(number) = args.lesson else {
        super::print(&list());
        return Exit::Success;
    };
    let lesson = number.checked_sub(1).and_then(|at| LESSONS.get(at));
    let Some(lesson) = lesson else {
        super::complain(&format!(
            "there is no lesson {number}; the tour has lessons 1 to {}",
            LESSONS.len()
        ));
        return Exit::Usage;
    };
    if args.model {
        super::print(&lesson.model());
        return Exit::Success;
    }
    super::print(&lesson.text());
    if number < LESSONS.len() {
        super::print(&format!("\nNext: snnc tour {}", number + 1));
    }
    Exit::Success
}
