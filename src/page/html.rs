//! The file of a live page: the template with a model, the script, the engine and the core put in.

use serde::Serialize;

const TEMPLATE: &str = include_str!("template.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("bundle.js");
const ENGINE: &str = include_str!("engine.js");
/// SHA-256 of the script, in base 64: the only script that the page lets run.
const HASH: &str = include_str!("bundle.sha256");
const CORE: &[u8] = include_bytes!("core.wasm.gz");

/// An example of a playground.
#[derive(Serialize, Clone, Debug)]
pub struct Example {
    /// Name of its file.
    pub name: String,
    /// What it is called in the list.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// What a page shows.
#[derive(Serialize, Clone, Debug, Default)]
pub struct Page {
    /// Name of the model's file.
    pub name: String,
    /// Heading.
    pub title: String,
    /// The model.
    pub text: String,
    /// Files that the model names, with their texts.
    pub files: std::collections::BTreeMap<String, String>,
    /// Further models to choose from.
    pub examples: Vec<Example>,
    /// True where the page asks its server for changes of the file.
    pub watch: bool,
    /// Version of the text, where it is watched.
    pub version: u64,
}

/// The file, complete in itself: it opens from a disk with the network off, runs no script but its own, and reaches no other
/// machine.
pub fn html(page: &Page) -> String {
    let reach = if page.watch { "'self'" } else { "'none'" };
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}' 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; img-src data: blob:; \
         connect-src {reach}; base-uri 'none'; form-action 'none'",
        HASH.trim()
    );
    let title = escape(if page.title.is_empty() {
        &page.name
    } else {
        &page.title
    });
    let parts: [(&str, &str); 7] = [
        ("@POLICY@", &policy),
        ("@TITLE@", &title),
        ("@STYLE@", STYLE),
        ("@DATA@", &json(page)),
        ("@ENGINE@", &json(&ENGINE)),
        ("@CORE@", &base64(CORE)),
        ("@SCRIPT@", SCRIPT),
    ];
    let mut out = String::with_capacity(1 << 20);
    let mut rest = TEMPLATE;
    // One pass, so that nothing is looked for in what was put in.
    while let Some((before, after)) = rest.split_once('@') {
        out.push_str(before);
        let found = parts.iter().find_map(|(mark, text)| {
            let tail = after.strip_prefix(mark.trim_start_matches('@'))?;
            Some((tail, *text))
        });
        match found {
            Some((tail, text)) => {
                out.push_str(text);
                rest = tail;
            }
            None => {
                out.push('@');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// JSON that cannot end the element it stands in.
fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.replace('<', "\\u003c")
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |k: usize| u32::from(chunk.get(k).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for k in 0..4 {
            let digit = DIGITS
                .get((word >> (18 - 6 * k) & 63) as usize)
                .copied()
                .unwrap_or(b'=');
            out.push(if k <= chunk.len() { digit as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_pads() {
        let rows = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (text, coded) in rows {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    #[test]
    fn a_model_cannot_leave_its_element() {
        let page = Page {
            name: "</script><script>alert(1)</script>@CORE@".into(),
            text: "</script><!-- <script>".into(),
            ..Page::default()
        };
        let text = html(&page);
        assert_eq!(text.matches("</script>").count(), 4);
        assert_eq!(text.matches("<script").count(), 4);
        assert!(text.contains("@CORE@"));
        assert!(text.contains("connect-src 'none'"));
    }
}
