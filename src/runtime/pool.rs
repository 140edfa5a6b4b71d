//! Several threads for one kernel: each takes a range of elements, and what they push is put together in the order of the
//! ranges, so that results do not depend on their number.
//!
//! Threads live as long as a run. Between kernels they wait in a loop for a short while, then sleep.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Scope, Thread};

use super::delivery::Delivery;
use super::plan::{Call, Operation, Plan};
use super::rows::Rows;
use crate::backend::image::Image;
use crate::backend::{BLOCK, Code, Scratch};
use crate::index::Id;
use crate::kir::KernelId;

/// Estimated nanoseconds of work that make a further thread worth its waking.
pub(super) const WORTH: f64 = 15_000.0;
/// Rounds of waiting before a thread sleeps.
const SPINS: u32 = 4_000;

/// What the threads of a run share.
struct Shared {
    /// The job: kernel, elements, threads that take part.
    kernel: AtomicU32,
    len: AtomicUsize,
    parts: AtomicUsize,
    /// Threads that have not finished the job.
    left: AtomicUsize,
    stop: AtomicBool,
    /// What is delivered; else the job is a kernel.
    delivery: Mutex<Option<Arc<Task>>>,
    workers: Vec<Worker>,
}

/// Events that all threads deliver, each to the elements it owns.
struct Task {
    /// Line of the plan.
    line: usize,
    rows: Arc<Rows>,
    due: Vec<u32>,
}

/// One thread's mailbox, on a cache line of its own.
#[repr(align(64))]
struct Worker {
    /// Grows with every job this thread takes part in. The job is not changed before all who take part have finished.
    job: AtomicU64,
    asleep: AtomicBool,
    /// Entries pushed in the job, per list.
    counts: Mutex<Vec<u64>>,
}

/// The threads of one run, besides the calling one.
pub(super) struct Pool {
    shared: Arc<Shared>,
    threads: Vec<Thread>,
}

/// The elements of one of several parts: whole blocks.
fn range(len: usize, parts: usize, part: usize) -> (usize, usize) {
    let size = len.div_ceil(parts.max(1)).next_multiple_of(BLOCK);
    let first = (part * size).min(len);
    (first, (first + size).min(len))
}

impl Pool {
    /// Starts threads that run kernels of `code` on `image`.
    pub fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        threads: usize,
        code: &'scope dyn Code,
        image: &'scope Image,
        plan: &'scope Plan,
    ) -> Pool {
        let others = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            kernel: AtomicU32::new(0),
            len: AtomicUsize::new(0),
            parts: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            delivery: Mutex::new(None),
            workers: (0..others)
                .map(|_| Worker {
                    job: AtomicU64::new(0),
                    asleep: AtomicBool::new(false),
                    counts: Mutex::new(Vec::new()),
                })
                .collect(),
        });
        let mut handles = Vec::new();
        for number in 0..others {
            let shared = shared.clone();
            let body = move || work(&shared, number, code, image, plan);
            // A thread that cannot be had makes the run slower, nothing else.
            match std::thread::Builder::new().spawn_scoped(scope, body) {
                Ok(handle) => handles.push(handle.thread().clone()),
                Err(_) => break,
            }
        }
        Pool {
            shared,
            threads: handles,
        }
    }
    /// Threads worth using for a call.
    fn parts(&self, call: &Call) -> usize {
        let worth = (call.cost / WORTH) as usize;
        (self.threads.len() + 1)
            .min(worth)
            .min(call.len.div_ceil(BLOCK))
    }
    /// Threads, the calling one included.
    pub fn threads(&self) -> usize {
        self.threads.len() + 1
    }
    /// Wakes the threads that take part in a job.
    fn begin(&self, parts: usize) {
        let shared = &*self.shared;
        shared.parts.store(parts, Ordering::Relaxed);
        shared.left.store(parts - 1, Ordering::Relaxed);
        for (worker, thread) in shared.workers.iter().zip(&self.threads).take(parts - 1) {
            worker.job.fetch_add(1, Ordering::SeqCst);
            if worker.asleep.load(Ordering::SeqCst) {
                thread.unpark();
            }
        }
    }
    /// Waits for them.
    fn end(&self) {
        let mut spins = 0u32;
        while self.shared.left.load(Ordering::Acquire) > 0 {
            spins += 1;
            if spins < SPINS {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
    /// Takes the events of the units that are due to their synapses, each thread to those that it owns. Gives the list of units back.
    pub fn deliver(
        &self,
        (line, delivery): (usize, &Delivery),
        rows: Arc<Rows>,
        due: Vec<u32>,
        image: &Image,
        own: (&dyn Code, &mut Scratch),
    ) -> Vec<u32> {
        let parts = rows.parts();
        if parts > self.threads() {
            delivery.deliver(&rows, &due, image, own, None);
            return due;
        }
        let task = Arc::new(Task { line, rows, due });
        let set = |task: Option<Arc<Task>>| {
            *self
                .shared
                .delivery
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = task;
        };
        set(Some(task.clone()));
        self.begin(parts);
        delivery.deliver(&task.rows, &task.due, image, own, Some(0));
        self.end();
        set(None);
        // All threads have let go of it.
        Arc::try_unwrap(task).map_or_else(|task| task.due.clone(), |task| task.due)
    }
    /// Runs a kernel over its elements on as many threads as are worth it. Returns false, and does nothing, if that is one.
    pub fn call(
        &self,
        call: &Call,
        code: &dyn Code,
        image: &Image,
        scratch: &mut Scratch,
        counts: &mut Vec<u64>,
    ) -> bool {
        let parts = self.parts(call);
        let shared = &*self.shared;
        if parts < 2 {
            return false;
        }
        shared.kernel.store(call.kernel.0, Ordering::Relaxed);
        shared.len.store(call.len, Ordering::Relaxed);
        self.begin(parts);
        let (lo, hi) = range(call.len, parts, 0);
        let own = code.call(call.kernel, image, lo, hi, scratch);
        counts.clear();
        counts.extend_from_slice(own);
        self.end();
        for part in 1..parts {
            let (lo, _) = range(call.len, parts, part);
            let Some(worker) = shared.workers.get(part - 1) else {
                continue;
            };
            let more = worker.counts.lock().unwrap_or_else(PoisonError::into_inner);
            for ((list, total), more) in call.lists.iter().zip(counts.iter_mut()).zip(more.iter()) {
                for k in 0..*more as usize {
                    let entry = image.load(&list.items, lo + k);
                    image.store(&list.items, *total as usize + k, entry);
                }
                *total += more;
            }
        }
        true
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for (worker, thread) in self.shared.workers.iter().zip(&self.threads) {
            worker.job.fetch_add(1, Ordering::SeqCst);
            thread.unpark();
        }
    }
}

fn work(shared: &Shared, number: usize, code: &dyn Code, image: &Image, plan: &Plan) {
    let Some(worker) = shared.workers.get(number) else {
        return;
    };
    let mut scratch = Scratch::new(code);
    let mut seen = 0;
    loop {
        let mut spins = 0u32;
        let mut job = worker.job.load(Ordering::SeqCst);
        while job == seen {
            spins += 1;
            if spins < SPINS {
                std::hint::spin_loop();
            } else {
                worker.asleep.store(true, Ordering::SeqCst);
                if worker.job.load(Ordering::SeqCst) == seen {
                    std::thread::park();
                }
                worker.asleep.store(false, Ordering::SeqCst);
            }
            job = worker.job.load(Ordering::SeqCst);
        }
        seen = job;
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        let task = shared
            .delivery
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(task) = task {
            let done = Done(&shared.left);
            if let Some(Operation::Deliver(delivery)) =
                plan.lines.get(task.line).map(|line| &line.operation)
            {
                let own = (code, &mut scratch);
                delivery.deliver(&task.rows, &task.due, image, own, Some(number + 1));
            }
            drop(task);
            drop(done);
            continue;
        }
        let done = Done(&shared.left);
        let parts = shared.parts.load(Ordering::Relaxed);
        let kernel = KernelId::from_usize(shared.kernel.load(Ordering::Relaxed) as usize);
        let (lo, hi) = range(shared.len.load(Ordering::Relaxed), parts, number + 1);
        let counts = code.call(kernel, image, lo, hi, &mut scratch);
        let mut mine = worker.counts.lock().unwrap_or_else(PoisonError::into_inner);
        mine.clear();
        mine.extend_from_slice(counts);
        drop(mine);
        drop(done);
    }
}

/// Reports a part as finished, whatever happens in it.
struct Done<'a>(&'a AtomicUsize);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn parts_are_whole_blocks_and_cover_everything() {
        for (len, parts) in [(1, 2), (1000, 2), (1025, 3), (256 * 7, 4), (100_000, 16)] {
            let mut next = 0;
            for part in 0..parts {
                let (lo, hi) = range(len, parts, part);
                assert_eq!(lo, next);
                assert!(lo.is_multiple_of(256) || lo == len);
                next = hi;
            }
            assert_eq!(next, len);
        }
    }
}
