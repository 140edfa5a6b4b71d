//! `snnc watch` and `snnc serve`: live pages over HTTP on this machine.
//!
//! Only the loopback address is served, one request per connection, from memory or from the files that were named.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Exit;
use super::args::{ServeArgs, WatchArgs};
use super::files;
use super::page::{example, of_model, playground};
use crate::page::html::html;

/// Longest request line and header that is read.
const LONGEST: u64 = 16 << 10;
/// How long a question for changes waits for one.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time between two looks at the file.
const LOOK: Duration = Duration::from_millis(60);

/// An answer: status, type, content.
type Answer = (&'static str, &'static str, String);

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// Serves one model, and its text again after each save.
pub fn watch(args: &WatchArgs) -> Exit {
    let file = args.file.clone();
    if let Err(complaint) = files::read(&file) {
        super::complain(&complaint);
        return Exit::Usage;
    }
    serve_with(args.port, args.open, move |path| watched(&file, path))
}

/// Serves the models of a folder.
pub fn serve(args: &ServeArgs) -> Exit {
    let folder = args.folder.clone();
    if !folder.is_dir() {
        super::complain(&format!("`{}` is not a folder", folder.display()));
        return Exit::Usage;
    }
    serve_with(args.port, args.open, move |path| {
        if path != "/" {
            return missing();
        }
        let mut page = playground(models(&folder));
        if page.examples.is_empty() {
            page.title = format!("no models in {}", folder.display());
        }
        ("200 OK", HTML, html(&page))
    })
}

fn missing() -> Answer {
    ("404 Not Found", "text/plain", "not here\n".into())
}

fn models(folder: &Path) -> Vec<crate::page::html::Example> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let model = |path: PathBuf| {
        let name = path.file_stem()?.to_string_lossy().into_owned();
        let right = path.extension().is_some_and(|ending| ending == "snn");
        let text = std::fs::read_to_string(&path).ok().filter(|_| right)?;
        Some(example(&name, &text))
    };
    paths.into_iter().filter_map(model).collect()
}

fn watched(file: &Path, path: &str) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match path {
        "/" => match files::read(file) {
            Ok(input) => {
                let mut page = of_model(&input);
                page.watch = true;
                page.version = version(&page.text, &page.files);
                ("200 OK", HTML, html(&page))
            }
            Err(complaint) => ("404 Not Found", "text/plain", complaint),
        },
        "/changes" => {
            let since = query.strip_prefix("since=").and_then(|n| n.parse().ok());
            let started = Instant::now();
            loop {
                // While it is being saved a file may be missing or empty for a moment.
                if let Ok(input) = files::read(file) {
                    let page = of_model(&input);
                    let now = version(&page.text, &page.files);
                    if Some(now) != since || started.elapsed() > PATIENCE {
                        let answer = serde_json::json!({ "version": now, "text": page.text, "files": page.files });
                        return ("200 OK", JSON, answer.to_string());
                    }
                }
                std::thread::sleep(LOOK);
            }
        }
        _ => missing(),
    }
}

/// A number that changes with the texts; scripts read it exactly.
fn version(text: &str, files: &std::collections::BTreeMap<String, String>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let all = files.iter().flat_map(|(name, text)| [name.as_str(), text]);
    for byte in std::iter::once(text).chain(all).flat_map(str::bytes) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash >> 11
}

fn serve_with(
    port: u16,
    open: bool,
    answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> Exit {
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => listener,
        Err(error) => {
            super::complain(&format!("port {port} cannot be used: {error}"));
            return Exit::Usage;
        }
    };
    let port = listener.local_addr().map_or(port, |address| address.port());
    let address = format!("http://127.0.0.1:{port}/");
    super::print(&format!("{address} (ends with Ctrl-C)"));
    if open {
        files::open(Path::new(&address));
    }
    let answer = Arc::new(answer);
    for stream in listener.incoming().flatten() {
        let answer = answer.clone();
        // A connection that fails is the browser's to repeat.
        std::thread::spawn(move || respond(stream, port, answer.as_ref()));
    }
    Exit::Success
}

fn respond(mut stream: TcpStream, port: u16, answer: &dyn Fn(&str) -> Answer) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?.take(LONGEST));
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.strip_prefix("GET ")?.split(' ').next()?.to_string();
    // A page of another site must not read this one by giving its own name to this address.
    let mut host = String::new();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).ok()? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            host = value.trim().to_string();
        }
    }
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let (status, kind, text) = if own.contains(&host) {
        answer(&path)
    } else {
        ("403 Forbidden", "text/plain", "not for this name\n".into())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(text.as_bytes()).ok()
}
