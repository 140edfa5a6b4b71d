//! Checks texts on a thread of its own, so that requests are answered meanwhile.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lsp_server::{Connection, Message};

use super::analysis::{Findings, Overlay};

/// A text to be checked.
pub(super) struct Job {
    /// Its path.
    pub path: String,
    /// Which state of the open texts it belongs to.
    pub generation: u64,
    /// All open texts.
    pub open: BTreeMap<String, String>,
}

/// What the loop of the server waits for.
pub(super) enum Event {
    /// The client says something.
    Message(Message),
    /// A text is checked.
    Checked(String, u64, Box<Findings>),
    /// The client has hung up.
    Gone,
}

/// Ends the server when the thread that checks ends for whatever reason: nobody shall wait for it.
struct Door(Sender<Event>);

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Gone);
    }
}

/// Starts the thread that checks and the one that listens.
pub(super) fn start(connection: &Connection) -> (Sender<Job>, Receiver<Event>) {
    let (jobs, waiting) = channel::<Job>();
    let (events, receiver) = channel();
    let messages = connection.receiver.clone();
    let results = events.clone();
    thread::spawn(move || {
        for message in &messages {
            if events.send(Event::Message(message)).is_err() {
                return;
            }
        }
        let _ = events.send(Event::Gone);
    });
    thread::spawn(move || {
        let results = Door(results);
        while let Ok(first) = waiting.recv() {
            // Of each text, only its newest state is worth the time.
            let mut newest = BTreeMap::from([(first.path.clone(), first)]);
            while let Ok(job) = waiting.try_recv() {
                newest.insert(job.path.clone(), job);
            }
            for (path, job) in newest {
                let world = Overlay { open: &job.open };
                let Some(text) = job.open.get(&path) else {
                    continue;
                };
                let findings = Box::new(Findings::of(&world, &path, text));
                if results
                    .0
                    .send(Event::Checked(path, job.generation, findings))
                    .is_err()
                {
                    return;
                }
            }
        }
    });
    (jobs, receiver)
}
