//! Arrays as files: NumPy's `.npy`, and text with columns (`.csv`).

use super::value::Array;

/// An array as a file, by the ending of its name.
///
/// # Errors
/// A sentence, where there is no such kind of file.
pub fn write(name: &str, array: &Array) -> Result<Vec<u8>, String> {
    if name.ends_with(".npy") {
        return Ok(write_npy(array));
    }
    if name.ends_with(".csv") {
        return write_csv(array);
    }
    Err("the name of the file ends in .npy or .csv".to_string())
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
        let npy = write("a.npy", &array).unwrap();
        assert_eq!(npy.len(), 128 + 48);
        assert_eq!(npy.get(128..136).unwrap(), 0.1f64.to_le_bytes());
        let csv = String::from_utf8(write("a.csv", &array).unwrap()).unwrap();
        let back: Vec<f64> = csv
            .split([',', '\n'])
            .filter_map(|w| w.parse().ok())
            .collect();
        assert_eq!(back, array.iter().copied().collect::<Vec<_>>());
        assert!(write("a.txt", &array).is_err());
    }
}
