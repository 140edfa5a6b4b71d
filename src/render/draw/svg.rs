//! The plotters back end for SVG: small files, text as text, dense layers as embedded pictures.
//!
//! Neighboring shapes of one look share a `path` element with relative coordinates in tenths of a point, so that a trace
//! takes about six bytes per point. (Plotters' own SVG back end writes an element per shape and cannot embed pictures.)

use std::convert::Infallible;
use std::fmt::Write;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::font;
use super::png::encode_rgba;
use super::surface::{Picture, Surface, UNIT};

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// An SVG file while it is written.
pub struct Svg {
    text: String,
    size: (f64, f64),
    /// Attributes of the path element that is open, and the end of its last line.
    open: Option<(String, BackendCoord)>,
}

impl Svg {
    /// An empty file of a size in points, with a title for screen readers.
    pub fn new((width, height): (f64, f64), title: &str) -> Svg {
        let mut text = String::with_capacity(1 << 16);
        let _ = writeln!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
             font-family=\"{}\" fill=\"none\" stroke-linejoin=\"round\">",
            width * UNIT,
            height * UNIT,
            font::FAMILY
        );
        if !title.is_empty() {
            let _ = writeln!(text, "<title>{}</title>", escape(title));
        }
        Svg {
            text,
            size: (width, height),
            open: None,
        }
    }
    /// The finished file.
    pub fn finish(mut self) -> String {
        self.close();
        self.text.push_str("</svg>\n");
        self.text
    }
    fn close(&mut self) {
        if self.open.take().is_some() {
            self.text.push_str("\"/>\n");
        }
    }
    /// Opens a path element, or goes on in the open one when the look is the same.
    fn start(&mut self, look: String, at: BackendCoord) {
        match &self.open {
            Some((open, last)) if *open == look => {
                let _ = write!(self.text, "m{}", pair(at.0 - last.0, at.1 - last.1));
            }
            _ => {
                self.close();
                let _ = write!(self.text, "<path {look} d=\"M{}", pair(at.0, at.1));
            }
        }
        self.open = Some((look, at));
    }
    /// Lines from where the path stands; `letter` is 'l' at first and may be left out after.
    fn lines(&mut self, points: impl Iterator<Item = BackendCoord>) {
        let Some((_, last)) = &mut self.open else {
            return;
        };
        let mut letter = "l";
        for point in points {
            let (dx, dy) = (point.0 - last.0, point.1 - last.1);
            if (dx, dy) == (0, 0) {
                continue;
            }
            // A pair needs a separator from the pair before it unless it begins with a minus.
            let gap = if letter.is_empty() && dx >= 0 {
                " "
            } else {
                letter
            };
            let _ = write!(self.text, "{gap}{}", pair(dx, dy));
            letter = "";
            *last = point;
        }
    }
}

fn pair(x: i32, y: i32) -> String {
    if y < 0 {
        format!("{x}{y}")
    } else {
        format!("{x} {y}")
    }
}

fn hex(color: (u8, u8, u8)) -> String {
    format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2)
}

fn fill_look(color: BackendColor) -> String {
    let opacity = if color.alpha < 1.0 {
        format!(" fill-opacity=\"{:.3}\"", color.alpha)
    } else {
        String::new()
    };
    format!("fill=\"{}\"{opacity}", hex(color.rgb))
}

fn line_look(color: BackendColor, width: u32) -> String {
    let opacity = if color.alpha < 1.0 {
        format!(" stroke-opacity=\"{:.3}\"", color.alpha)
    } else {
        String::new()
    };
    format!(
        "stroke=\"{}\" stroke-width=\"{width}\"{opacity}",
        hex(color.rgb)
    )
}

fn escape(text: &str) -> String {
    let safe = text.chars().filter(|c| !c.is_control());
    safe.fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
        out
    })
}

/// A plotters back end that writes into an [`Svg`].
pub struct SvgBackend<'a> {
    svg: &'a mut Svg,
}

impl<'a> SvgBackend<'a> {
    /// Writes into a file.
    pub fn new(svg: &'a mut Svg) -> SvgBackend<'a> {
        SvgBackend { svg }
    }
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (
            (self.svg.size.0 * UNIT).ceil() as u32,
            (self.svg.size.1 * UNIT).ceil() as u32,
        )
    }
    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }
    fn present(&mut self) -> Done {
        Ok(())
    }
    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Done {
        self.draw_rect(at, (at.0 + 1, at.1 + 1), &color, true)
    }
    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        self.draw_path([from, to], style)
    }
    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        let corners = [a, (b.0, a.1), b, (a.0, b.1)];
        if fill {
            self.fill_polygon(corners, style)
        } else {
            self.draw_path(corners.into_iter().chain([a]), style)
        }
    }
    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        let mut points = path.into_iter();
        if let Some(first) = points.next() {
            self.svg
                .start(line_look(style.color(), style.stroke_width()), first);
            self.svg.lines(points);
        }
        Ok(())
    }
    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Done {
        let color = style.color();
        let look = if fill {
            fill_look(color)
        } else {
            line_look(color, style.stroke_width())
        };
        let r = radius as i32;
        // Two half circles end where they began.
        self.svg.start(look, (center.0 - r, center.1));
        let _ = write!(
            self.svg.text,
            "a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 {} 0",
            2 * r,
            -2 * r
        );
        Ok(())
    }
    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        let mut points = corners.into_iter();
        if let Some(first) = points.next() {
            self.svg.start(fill_look(style.color()), first);
            self.svg.lines(points);
            self.svg.text.push('z');
            // After `z` the pen is back at the first corner.
            if let Some((_, last)) = &mut self.svg.open {
                *last = first;
            }
        }
        Ok(())
    }
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        self.svg.close();
        let anchor = style.anchor();
        let place = match anchor.h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let part = match anchor.v_pos {
            VPos::Top => 1.0,
            VPos::Center => 0.5,
            VPos::Bottom => 0.0,
        };
        let down = (style.size() * font::CAP_HEIGHT * part).round() as i32;
        let weight = if matches!(style.style(), FontStyle::Bold) {
            " font-weight=\"600\""
        } else {
            ""
        };
        let (x, y, turn) = match style.transform() {
            FontTransform::Rotate270 => (
                at.0 + down,
                at.1,
                format!(" transform=\"rotate(-90 {} {})\"", at.0 + down, at.1),
            ),
            _ => (at.0, at.1 + down, String::new()),
        };
        let (size, color) = (style.size(), fill_look(style.color()));
        let text = escape(text);
        let _ = writeln!(
            self.svg.text,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" {color}{place}{weight}{turn}>{text}</text>"
        );
        Ok(())
    }
}

impl Surface for SvgBackend<'_> {
    const VECTOR: bool = true;

    fn markup(&mut self, text: &str) {
        self.svg.close();
        self.svg.text.push_str(text);
    }

    fn picture(&mut self, [left, top, width, height]: [f64; 4], picture: &Picture) {
        self.svg.close();
        let crisp = if picture.crisp {
            " style=\"image-rendering:pixelated\""
        } else {
            ""
        };
        let _ = write!(
            self.svg.text,
            "<image x=\"{left:.0}\" y=\"{top:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" preserveAspectRatio=\"none\"{crisp} \
             href=\"data:image/png;base64,"
        );
        base64(&encode_rgba(picture), &mut self.svg.text);
        self.svg.text.push_str("\"/>\n");
    }
}

/// Appends bytes in base 64.
fn base64(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len() / 3 * 4 + 4);
    for group in bytes.chunks(3) {
        let byte = |k: usize| u32::from(group.get(k).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for k in 0..4 {
            let digit = DIGITS
                .get((bits >> (18 - 6 * k) & 63) as usize)
                .map_or('=', |d| char::from(*d));
            out.push(if k <= group.len() { digit } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        for (bytes, expected) in [
            ("", ""),
            ("M", "TQ=="),
            ("Ma", "TWE="),
            ("Man", "TWFu"),
            ("Many", "TWFueQ=="),
        ] {
            let mut out = String::new();
            base64(bytes.as_bytes(), &mut out);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn neighbors_of_one_look_share_an_element() {
        let mut svg = Svg::new((10.0, 10.0), "a < b");
        let mut backend = SvgBackend::new(&mut svg);
        let black = BackendColor {
            alpha: 1.0,
            rgb: (0, 0, 0),
        };
        let _ = backend.draw_path([(0, 0), (5, -3), (7, 1)], &black);
        let _ = backend.draw_path([(10, 10), (10, 20)], &black);
        let text = svg.finish();
        assert!(text.contains("d=\"M0 0l5-3 2 4m3 9l0 10\"/>"), "{text}");
        assert!(text.contains("<title>a &lt; b</title>"));
        assert_eq!(text.matches("<path").count(), 1);
    }
}
