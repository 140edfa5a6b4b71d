//! The file of a live page: the template with a model, the script, the engine and the core put in.

use serde::Serialize;

const TEMPLATE: &str = include_str!("template.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("bundle.js");
const ENGINE: &str = include_str!("engine.js");
/// SHA-256 of the scripts that the page lets run, in base 64, one a line.
const HASHES: &str = include_str!("scripts.sha256");
const EDITOR: &[u8] = include_bytes!("editor.js.lzma");
const CORE: &[u8] = include_bytes!("core.wasm.lzma");

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
    /// What is shown until the page's own compiler has run.
    pub preview: Option<super::preview::Preview>,
    /// True where the page asks its server for changes of the file.
    pub watch: bool,
    /// Version of the text, where it is watched.
    pub version: u64,
}

/// The file, complete in itself: it opens from a disk with the network off, runs no script but its own, and reaches no other
/// machine.
pub fn html(page: &Page) -> String {
    let reach = if page.watch { "'self'" } else { "'none'" };
    let scripts: Vec<String> = HASHES
        .lines()
        .map(|hash| format!("'sha256-{hash}'"))
        .collect();
    let policy = format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; img-src data: blob:; \
         connect-src {reach}; base-uri 'none'; form-action 'none'",
        scripts.join(" ")
    );
    let title = escape(if page.title.is_empty() {
        &page.name
    } else {
        &page.title
    });
    let parts: [(&str, &str); 8] = [
        ("@POLICY@", &policy),
        ("@TITLE@", &title),
        ("@STYLE@", STYLE),
        ("@DATA@", &json(page)),
        ("@ENGINE@", &json(&ENGINE)),
        ("@CORE@", &text85(CORE)),
        ("@EDITOR@", &text85(EDITOR)),
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

/// Bytes as text: their number, a space, and five characters for every four of them. The characters are those from `#` on, without
/// `<`, which means something in HTML.
pub(super) fn text85(bytes: &[u8]) -> String {
    let mut out = format!("{} ", bytes.len());
    out.reserve(bytes.len().div_ceil(4) * 5);
    for chunk in bytes.chunks(4) {
        let byte = |k: usize| u32::from(chunk.get(k).copied().unwrap_or(0));
        let word = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
        for power in [85 * 85 * 85 * 85, 85 * 85 * 85, 85 * 85, 85, 1] {
            let digit = (word / power % 85) as u8 + b'#';
            out.push((digit + u8::from(digit >= b'<')) as char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_bytes_is_whole_and_means_nothing_in_html() {
        let rows: [(&[u8], &str); 4] = [
            (b"", "0 "),
            (&[0, 0, 0, 0], "4 #####"),
            (&[255; 4], "4 v:Z/#"),
            (&[0, 0, 0, 25], "4 ####="),
        ];
        for (bytes, coded) in rows {
            assert_eq!(text85(bytes), coded);
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
        assert_eq!(text.matches("</script>").count(), 5);
        assert_eq!(text.matches("<script").count(), 5);
        assert!(text.contains("@CORE@"));
        assert!(text.contains("connect-src 'none'"));
    }
}
