//! Colors of figures: a light and a dark theme, palettes that color-blind readers can tell apart, series of colors for values.

use crate::figure::style::ColorMap;

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// The colors of a figure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Theme {
    /// Name as given on the command line.
    pub name: &'static str,
    /// Behind everything.
    pub background: Rgb,
    /// Text.
    pub ink: Rgb,
    /// Axes and their ticks.
    pub axis: Rgb,
    /// Quiet lines such as a threshold.
    pub muted: Rgb,
    /// The grid.
    pub grid: Rgb,
    /// Colors of marks, in order of use.
    pub palette: &'static [Rgb],
    /// The part of the sequential colors that stands out from the background.
    pub shades: (f64, f64),
}

const fn rgb(hex: u32) -> Rgb {
    ((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The colors of Okabe and Ito (2008), without those too pale for white paper.
const LIGHT_PALETTE: &[Rgb] = &[
    rgb(0x0072B2),
    rgb(0xD55E00),
    rgb(0x009E73),
    rgb(0xCC79A7),
    rgb(0xE69F00),
    rgb(0x56B4E9),
    rgb(0x7A5C3E),
];
/// The same hues, lighter, for a dark ground.
const DARK_PALETTE: &[Rgb] = &[
    rgb(0x56B4E9),
    rgb(0xF0883E),
    rgb(0x2CC79B),
    rgb(0xE39BC4),
    rgb(0xF0C04A),
    rgb(0x7F9CF5),
    rgb(0xC9B79C),
];

impl Theme {
    /// For paper and bright screens.
    pub const LIGHT: Theme = Theme {
        name: "light",
        background: rgb(0xFFFFFF),
        ink: rgb(0x1F2328),
        axis: rgb(0x57606A),
        muted: rgb(0x6E7781),
        grid: rgb(0xE7EAEE),
        palette: LIGHT_PALETTE,
        shades: (0.0, 0.92),
    };
    /// For slides and dark screens.
    pub const DARK: Theme = Theme {
        name: "dark",
        background: rgb(0x14181D),
        ink: rgb(0xE6EAEF),
        axis: rgb(0x9AA4AF),
        muted: rgb(0x8B95A1),
        grid: rgb(0x2A3037),
        palette: DARK_PALETTE,
        shades: (0.22, 1.0),
    };
    /// All themes.
    pub const ALL: [Theme; 2] = [Theme::LIGHT, Theme::DARK];
    /// The theme of a name.
    pub fn named(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name == name)
    }
    /// The color at a position (0 to 1) of a series of colors, for marks that stand on the background.
    pub fn shade(&self, map: ColorMap, position: f64) -> Rgb {
        let (low, high) = if map == ColorMap::Sequential {
            self.shades
        } else {
            (0.0, 1.0)
        };
        map_color(map, low + (high - low) * position)
    }
    /// A color of the palette by number, again from the start after the last.
    pub fn palette_color(&self, number: usize) -> Rgb {
        self.palette
            .get(number % self.palette.len().max(1))
            .copied()
            .unwrap_or(self.ink)
    }
}

/// Viridis (Smith and van der Walt), in ninths.
const SEQUENTIAL: &[Rgb] = &[
    rgb(0x440154),
    rgb(0x472D7B),
    rgb(0x3B528B),
    rgb(0x2C728E),
    rgb(0x21918C),
    rgb(0x28AE80),
    rgb(0x5EC962),
    rgb(0xADDC30),
    rgb(0xFDE725),
];
const DIVERGING: &[Rgb] = &[
    rgb(0x2166AC),
    rgb(0x4393C3),
    rgb(0x92C5DE),
    rgb(0xD1E5F0),
    rgb(0xF7F7F7),
    rgb(0xFDDBC7),
    rgb(0xF4A582),
    rgb(0xD6604D),
    rgb(0xB2182B),
];
/// Even in lightness, after cmocean's "phase" (Thyng et al. 2016).
const CYCLIC: &[Rgb] = &[
    rgb(0xA8780D),
    rgb(0xC9593C),
    rgb(0xD13F88),
    rgb(0xB04DD0),
    rgb(0x7472E3),
    rgb(0x2F92C9),
    rgb(0x1B9E83),
    rgb(0x4F9A2E),
    rgb(0xA8780D),
];

/// The color at a position (0 to 1) of a series of colors.
pub fn map_color(map: ColorMap, position: f64) -> Rgb {
    let anchors = match map {
        ColorMap::Sequential => SEQUENTIAL,
        ColorMap::Diverging => DIVERGING,
        ColorMap::Cyclic => CYCLIC,
    };
    let place = position.clamp(0.0, 1.0) * (anchors.len() - 1) as f64;
    let k = (place.floor() as usize).min(anchors.len() - 2);
    let (Some(a), Some(b)) = (anchors.get(k), anchors.get(k + 1)) else {
        return (0, 0, 0);
    };
    mix(*a, *b, place - k as f64)
}

/// The color between two.
pub fn mix(a: Rgb, b: Rgb, part: f64) -> Rgb {
    let channel =
        |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    (channel(a.0, b.0), channel(a.1, b.1), channel(a.2, b.2))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a bound with room")]
    use super::*;

    fn luminance(color: Rgb) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
    }
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_marks_stand_out_from_the_ground() {
        for theme in Theme::ALL {
            assert!(contrast(theme.ink, theme.background) > 7.0);
            assert!(contrast(theme.axis, theme.background) > 4.5);
            assert!(
                theme
                    .palette
                    .iter()
                    .all(|c| contrast(*c, theme.background) > 2.0),
                "{}",
                theme.name
            );
        }
    }

    #[test]
    fn the_sequential_colors_rise_in_lightness() {
        let lightness: Vec<f64> = (0..=20)
            .map(|k| luminance(map_color(ColorMap::Sequential, f64::from(k) / 20.0)))
            .collect();
        assert!(lightness.windows(2).all(|w| matches!(w, [a, b] if a < b)));
    }
}
