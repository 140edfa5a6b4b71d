//! A client of the language server for tests: it speaks over standard input and output, as an editor does.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A client with one open text. In the text, `|` marks the place of the next request.
pub struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: u64,
    version: u64,
    /// Diagnostics that were published last.
    pub shown: Vec<Value>,
}

pub const URI: &str = "file:///nowhere/m%20odel.snn";

impl Client {
    pub fn start() -> Client {
        let mut server = Command::new(env!("CARGO_BIN_EXE_snnc"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let mut client = Client {
            server,
            input,
            output,
            requests: 0,
            version: 1,
            shown: Vec::new(),
        };
        let result = client.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(result["serverInfo"]["name"], "snnc");
        client.tell("initialized", json!({}));
        client
    }

    pub fn with(text: &str) -> Client {
        let mut client = Client::start();
        client.open(text);
        client
    }

    pub fn open(&mut self, text: &str) {
        let document = json!({ "uri": URI, "languageId": "snn", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        self.published();
    }

    pub fn change(&mut self, changes: Value) {
        self.tell_change(changes);
        self.published();
    }

    pub fn tell_change(&mut self, changes: Value) {
        self.version += 1;
        let document = json!({ "uri": URI, "version": self.version });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": changes }),
        );
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.write(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    pub fn write(&mut self, message: Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    pub fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(
                self.output.read_line(&mut line).unwrap() > 0,
                "the server is gone"
            );
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        if message["method"] == "textDocument/publishDiagnostics" {
            let shown = message["params"]["diagnostics"].as_array().unwrap();
            self.shown.clone_from(shown);
        }
        message
    }

    pub fn published(&mut self) {
        while self.read()["method"] != "textDocument/publishDiagnostics" {}
    }

    pub fn respond(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.write(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message["id"] == id {
                return message;
            }
        }
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let response = self.respond(method, params);
        assert!(response.get("error").is_none(), "{response}");
        response["result"].clone()
    }

    pub fn at(&mut self, method: &str, (line, character): (u64, u64), more: Value) -> Value {
        let mut params = json!({
            "textDocument": { "uri": URI },
            "position": { "line": line, "character": character },
        });
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        self.ask(&format!("textDocument/{method}"), params)
    }

    pub fn whole(&mut self, method: &str, more: Value) -> Value {
        self.at(method, (0, 0), more)
    }

    pub fn codes(&self) -> Vec<&str> {
        self.shown
            .iter()
            .map(|d| d["code"].as_str().unwrap())
            .collect()
    }

    pub fn labels(&mut self, place: (u64, u64)) -> Vec<String> {
        let items = self.at("completion", place, json!({}));
        let labels = items.as_array().unwrap().iter();
        labels
            .map(|item| item["label"].as_str().unwrap().to_string())
            .collect()
    }

    pub fn end(mut self) {
        let result = self.ask("shutdown", Value::Null);
        assert_eq!(result, Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.server.wait().unwrap().success());
    }
}

/// Line and UTF-16 column of a mark, and the text without it.
pub fn marked(text: &str) -> (String, (u64, u64)) {
    let at = text.find('|').expect("a mark");
    let line = text[..at].matches('\n').count() as u64;
    let column = text[..at]
        .rsplit('\n')
        .next()
        .unwrap()
        .encode_utf16()
        .count() as u64;
    (text.replacen('|', "", 1), (line, column))
}
