//! PNG files, encoded for speed: figures are mostly flat ground, which the fastest setting already packs well.

use super::surface::Picture;

/// An opaque picture as a PNG file; `scale` is its number of pixels per point, from which viewers know its size on paper.
pub fn encode_opaque(picture: &Picture, scale: f64) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(picture.width * picture.height * 3);
    for pixel in picture.rgba.chunks_exact(4) {
        if let [r, g, b, _] = pixel {
            rgb.extend_from_slice(&[*r, *g, *b]);
        }
    }
    encode(picture, png::ColorType::Rgb, &rgb, Some(scale))
}

/// A picture with opacity as a PNG file.
pub fn encode_rgba(picture: &Picture) -> Vec<u8> {
    encode(picture, png::ColorType::Rgba, &picture.rgba, None)
}

fn encode(picture: &Picture, color: png::ColorType, data: &[u8], scale: Option<f64>) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 << 16);
    let mut encoder = png::Encoder::new(&mut out, picture.width as u32, picture.height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fastest);
    if let Some(scale) = scale {
        // 96 points to the inch.
        let per_meter = (scale * 96.0 / 0.0254).round() as u32;
        let unit = png::Unit::Meter;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_meter,
            yppu: per_meter,
            unit,
        }));
    }
    // Writing to memory fails only for pictures without pixels, and those have no file.
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(data));
    if written.is_err() { Vec::new() } else { out }
}
