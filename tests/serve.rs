//! `snnc watch` and `snnc serve` over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "cli")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server that ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start(command: &str, path: &Path) -> Server {
    let mut process = Command::new(env!("CARGO_BIN_EXE_snnc"))
        .arg(command)
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.strip_prefix("http://").unwrap();
    let address = address.split('/').next().unwrap().to_string();
    Server { process, address }
}

fn get(address: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn version(answer: &str) -> u64 {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let value: serde_json::Value = serde_json::from_str(body).unwrap();
    value["version"].as_u64().unwrap()
}

#[test]
fn a_watched_file_is_served_again_after_a_save() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.snn");
    std::fs::write(&file, "tau = 10 ms in 1 ms .. 20 ms\n").unwrap();
    let server = start("watch", &file);
    let page = get(&server.address, "/", &server.address);
    assert!(page.starts_with("HTTP/1.1 200 OK"));
    assert!(page.contains("connect-src 'self'"));
    assert!(page.contains("tau = 10 ms in 1 ms"));
    let first = version(&get(&server.address, "/changes?since=0", &server.address));
    let address = server.address.clone();
    let waiting =
        std::thread::spawn(move || get(&address, &format!("/changes?since={first}"), &address));
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(!waiting.is_finished(), "nothing has changed yet");
    std::fs::write(&file, "tau = 11 ms in 1 ms .. 20 ms\n").unwrap();
    let answer = waiting.join().unwrap();
    assert_ne!(version(&answer), first);
    assert!(answer.contains("tau = 11 ms"));
    // Another site that gives its name to this address reads nothing.
    let stranger = get(&server.address, "/", "elsewhere.example");
    assert!(stranger.starts_with("HTTP/1.1 403"));
    assert!(get(&server.address, "/../a.snn", &server.address).starts_with("HTTP/1.1 404"));
}

#[test]
fn a_folder_is_served_as_a_playground() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let text = format!("title \"Model {name}\"\nx = 1\n");
        std::fs::write(folder.path().join(format!("{name}.snn")), text).unwrap();
    }
    let server = start("serve", folder.path());
    let page = get(&server.address, "/", &server.address);
    assert!(page.contains("Model one") && page.contains("Model two"));
}
