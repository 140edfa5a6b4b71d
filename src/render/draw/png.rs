//! PNG files, encoded for speed: figures are mostly flat ground, which the fastest setting already packs well.

use std::collections::BTreeMap;

use super::surface::Picture;

/// An opaque picture as a PNG file; `scale` is its number of pixels per point, from which viewers know its size on paper.
pub fn encode_opaque(picture: &Picture, scale: f64) -> Vec<u8> {
    let mut rgb = vec![0; picture.width * picture.height * 3];
    for (out, pixel) in rgb.chunks_exact_mut(3).zip(picture.rgba.chunks_exact(4)) {
        if let Some(color) = pixel.first_chunk::<3>() {
            out.copy_from_slice(color);
        }
    }
    // 96 points to the inch.
    let per_meter = (scale * 96.0 / 0.0254).round() as u32;
    let size = png::PixelDimensions {
        xppu: per_meter,
        yppu: per_meter,
        unit: png::Unit::Meter,
    };
    encode(picture, png::ColorType::Rgb, &rgb, |encoder| {
        encoder.set_pixel_dims(Some(size))
    })
}

/// A picture with opacity as a PNG file. Few colors (a layer of one mark, in all degrees of opacity) take a byte per pixel.
pub fn encode_rgba(picture: &Picture) -> Vec<u8> {
    match indexed(picture) {
        Some((colors, data)) => {
            let palette: Vec<u8> = colors
                .iter()
                .flat_map(|[r, g, b, _]| [*r, *g, *b])
                .collect();
            let opacity: Vec<u8> = colors.iter().map(|[_, _, _, a]| *a).collect();
            encode(picture, png::ColorType::Indexed, &data, |encoder| {
                encoder.set_palette(palette);
                encoder.set_trns(opacity);
                // Rows of indices are best packed as they are.
                encoder.set_compression(png::Compression::Fast);
                encoder.set_filter(png::Filter::NoFilter);
            })
        }
        None => encode(picture, png::ColorType::Rgba, &picture.rgba, |_| {}),
    }
}

/// The colors of a picture and the number of each pixel's color, if there are at most 256.
fn indexed(picture: &Picture) -> Option<(Vec<[u8; 4]>, Vec<u8>)> {
    let mut numbers: BTreeMap<[u8; 4], u8> = BTreeMap::new();
    let mut colors = Vec::new();
    let mut data = Vec::with_capacity(picture.width * picture.height);
    let mut before: Option<([u8; 4], u8)> = None;
    for pixel in picture.rgba.chunks_exact(4) {
        let pixel: [u8; 4] = pixel.try_into().ok()?;
        let number = match before {
            Some((same, number)) if same == pixel => number,
            _ => match numbers.get(&pixel) {
                Some(number) => *number,
                None => {
                    let number = u8::try_from(colors.len()).ok()?;
                    colors.push(pixel);
                    numbers.insert(pixel, number);
                    number
                }
            },
        };
        before = Some((pixel, number));
        data.push(number);
    }
    Some((colors, data))
}

fn encode(
    picture: &Picture,
    color: png::ColorType,
    data: &[u8],
    adjust: impl FnOnce(&mut png::Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 << 16);
    let mut encoder = png::Encoder::new(&mut out, picture.width as u32, picture.height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fastest);
    adjust(&mut encoder);
    // Writing to memory fails only for pictures without pixels, and those have no file.
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(data));
    if written.is_err() { Vec::new() } else { out }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(bytes: &[u8]) -> (png::ColorType, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        data.truncate(info.buffer_size());
        (reader.info().color_type, data)
    }

    #[test]
    fn pictures_come_back() {
        let few = Picture {
            width: 20,
            height: 30,
            rgba: (0..600u32)
                .flat_map(|k| [200, 100, 50, (k % 7) as u8 * 40])
                .collect(),
            crisp: false,
        };
        let many = Picture {
            width: 20,
            height: 30,
            rgba: (0..600u32)
                .flat_map(|k| [k as u8, (k / 3) as u8, (k / 7) as u8, 255])
                .collect(),
            crisp: false,
        };
        assert_eq!(
            read(&encode_rgba(&few)),
            (png::ColorType::Indexed, few.rgba.clone())
        );
        assert_eq!(
            read(&encode_rgba(&many)),
            (png::ColorType::Rgba, many.rgba.clone())
        );
        let (color, data) = read(&encode_opaque(&many, 2.0));
        assert_eq!((color, data.len()), (png::ColorType::Rgb, 1800));
        assert!(
            encode_rgba(&Picture {
                width: 0,
                height: 0,
                rgba: Vec::new(),
                crisp: false
            })
            .is_empty()
        );
    }
}
