//! The embedded typeface: Inter (SIL Open Font License, `font/LICENSE.txt`), regular and semi-bold, reduced to Latin, Greek and
//! mathematical signs. No font of the system is asked for, so figures are the same everywhere.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, Outline};

static REGULAR: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("font/Inter-Regular-subset.ttf")).ok());
static SEMI_BOLD: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("font/Inter-SemiBold-subset.ttf")).ok()
});

/// Height of capitals and digits, as a part of the font size.
pub const CAP_HEIGHT: f64 = 0.727;
/// The family in vector files: the same face where it is installed, else a close one.
pub const FAMILY: &str = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";

fn face(bold: bool) -> Option<&'static FontRef<'static>> {
    if bold {
        SEMI_BOLD.as_ref()
    } else {
        REGULAR.as_ref()
    }
}

/// A glyph of a text, placed along its baseline.
pub struct Placed {
    /// Distance from the start of the text, in the unit of the font size.
    pub at: f64,
    /// Curves in font units, y upward.
    pub outline: Outline,
    /// Unit of the font size per font unit.
    pub scale: f64,
}

fn glyphs(
    font: &'static FontRef<'static>,
    text: &str,
    size: f64,
) -> impl Iterator<Item = (GlyphId, f64, f64)> {
    let scale = size / f64::from(font.units_per_em().unwrap_or(1000.0));
    text.chars().map(move |c| {
        let id = font.glyph_id(c);
        (id, f64::from(font.h_advance_unscaled(id)) * scale, scale)
    })
}

/// Width of a text.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    face(bold).map_or(0.0, |font| {
        glyphs(font, text, size)
            .map(|(_, advance, _)| advance)
            .sum()
    })
}

/// The glyphs of a text with their places.
pub fn place(text: &str, size: f64, bold: bool) -> Vec<Placed> {
    let Some(font) = face(bold) else {
        return Vec::new();
    };
    let mut at = 0.0;
    let mut placed = Vec::new();
    for (id, advance, scale) in glyphs(font, text, size) {
        placed.extend(
            font.outline(id)
                .map(|outline| Placed { at, outline, scale }),
        );
        at += advance;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_typeface_has_the_signs_of_units_and_ticks() {
        for bold in [false, true] {
            let font = face(bold)
                .map(|f| f.codepoint_ids().map(|(_, c)| c).collect::<Vec<char>>())
                .unwrap_or_default();
            let needed = "AZaz09 −µΩ²³⁻⁰¹⁴⁵⁶⁷⁸⁹×·°αβγτωΔΣ√∞≤≥→…’";
            assert_eq!(
                needed
                    .chars()
                    .filter(|c| !font.contains(c))
                    .collect::<String>(),
                ""
            );
        }
    }

    #[test]
    fn widths_scale_with_size() {
        let (one, two) = (
            width("time (ms)", 10.0, false),
            width("time (ms)", 20.0, false),
        );
        assert!(one > 30.0 && one < 60.0 && (two - 2.0 * one).abs() < 1e-9);
    }
}
