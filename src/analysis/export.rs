//! Arrays as files: NumPy's `.npy`, several of them in an `.npz`, and text with columns (`.csv`).

use super::value::Array;

/// Arrays as a file, by the ending of its name; more than one for an archive only.
///
/// # Errors
/// A sentence, where there is no such kind of file.
pub fn write(name: &str, arrays: &[(&str, Array)]) -> Result<Vec<u8>, String> {
    if name.ends_with(".npz") {
        return write_npz(arrays);
    }
    let [(_, array)] = arrays else {
        return Err("only a file that ends in .npz holds several values".to_string());
    };
    if name.ends_with(".npy") {
        return Ok(write_npy(array));
    }
    if name.ends_with(".csv") {
        return write_csv(array);
    }
    Err("the name of the file ends in .npy, .npz or .csv".to_string())
}

/// A ZIP archive of `.npy` files, stored as they are: local headers with their data, then the directory.
fn write_npz(arrays: &[(&str, Array)]) -> Result<Vec<u8>, String> {
    let too_long = || "an archive of more than 4 GiB cannot be written".to_string();
    let short = |value: usize| u32::try_from(value).map_err(|_| too_long());
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (k, (name, array)) in arrays.iter().enumerate() {
        if arrays.iter().take(k).any(|(other, _)| other == name) {
            return Err(format!(
                "two values are called `{name}`: give one another name, `other: …`"
            ));
        }
        let data = write_npy(array);
        let file = format!("{}.npy", name.replace(['/', '\\'], "_"));
        // Version 2.0, UTF-8 names, stored, midnight of 1 January 1980: the same bytes every time.
        let mut common = Vec::new();
        for half in [20u16, 1 << 11, 0, 0, 33] {
            common.extend(half.to_le_bytes());
        }
        common.extend(crc32(&data).to_le_bytes());
        common.extend(short(data.len())?.to_le_bytes());
        common.extend(short(data.len())?.to_le_bytes());
        common.extend((file.len() as u16).to_le_bytes());
        common.extend(0u16.to_le_bytes());
        directory.extend(*b"PK\x01\x02");
        directory.extend(20u16.to_le_bytes());
        directory.extend(&common);
        // No comment, first disk, binary, no attributes.
        directory.extend([0; 10]);
        directory.extend(short(bytes.len())?.to_le_bytes());
        directory.extend(file.bytes());
        bytes.extend(*b"PK\x03\x04");
        bytes.extend(common);
        bytes.extend(file.bytes());
        bytes.extend(data);
    }
    let (start, length) = (short(bytes.len())?, short(directory.len())?);
    let count = u16::try_from(arrays.len()).map_err(|_| too_long())?;
    bytes.extend(directory);
    bytes.extend(*b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend(0u16.to_le_bytes());
    Ok(bytes)
}

/// The checksum of ZIP archives.
fn crc32(bytes: &[u8]) -> u32 {
    let mut table = [0u32; 256];
    for (k, entry) in (0u32..).zip(&mut table) {
        *entry = (0..8).fold(k, |value, _| (value >> 1) ^ (0xedb8_8320 * (value & 1)));
    }
    let step = |crc: u32, byte: &u8| {
        let entry = table.get(((crc ^ u32::from(*byte)) & 0xff) as usize);
        (crc >> 8) ^ entry.copied().unwrap_or(0)
    };
    !bytes.iter().fold(!0, step)
}

fn write_npy(array: &Array) -> Vec<u8> {
    let lengths: Vec<String> = array.shape().iter().map(|n| format!("{n},")).collect();
    let mut header = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}",
        lengths.join(" ")
    );
    while !(header.len() + 11).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(array.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

fn write_csv(array: &Array) -> Result<Vec<u8>, String> {
    let width = match array.shape() {
        [] | [_] => 1,
        [_, width] => *width,
        _ => return Err("a table has at most two axes; write a .npy file".to_string()),
    };
    let values: Vec<f64> = array.iter().copied().collect();
    let mut text = String::new();
    for row in values.chunks(width.max(1)) {
        let words: Vec<String> = row.iter().map(f64::to_string).collect();
        text.push_str(&words.join(","));
        text.push('\n');
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::analysis::value::shaped;

    #[test]
    fn files_hold_all_values() {
        let array = shaped(&[2, 3], vec![0.1, 1e-300, -2.0, 3.5, f64::INFINITY, 0.0]).unwrap();
        let one = [("a", array.clone())];
        let npy = write("a.npy", &one).unwrap();
        assert_eq!(npy.len(), 128 + 48);
        assert_eq!(npy.get(128..136).unwrap(), 0.1f64.to_le_bytes());
        let csv = String::from_utf8(write("a.csv", &one).unwrap()).unwrap();
        let back: Vec<f64> = csv
            .split([',', '\n'])
            .filter_map(|w| w.parse().ok())
            .collect();
        assert_eq!(back, array.iter().copied().collect::<Vec<_>>());
        assert!(write("a.txt", &one).is_err());
    }

    /// The checksum of the standard's own example.
    #[test]
    fn archives_hold_each_array_once() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let array = shaped(&[3], vec![1.0, 2.0, 3.0]).unwrap();
        let both = [("a", array.clone()), ("b", array.clone())];
        let npz = write("both.npz", &both).unwrap();
        assert_eq!(npz.get(..4).unwrap(), b"PK\x03\x04");
        assert_eq!(npz.windows(6).filter(|w| w == b"\x93NUMPY").count(), 2);
        assert!(write("both.npy", &both).is_err());
        let twice = [("a", array.clone()), ("a", array)];
        assert!(write("twice.npz", &twice).unwrap_err().contains("`a`"));
    }
}
