//! NumPy arrays: a header that is a Python dictionary, then the numbers.

use super::Table;

/// First bytes of the format.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// How a number is stored.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Float,
    Signed,
    Unsigned,
}

/// Reads an array of numbers or truth values with one or two axes (none is a list of one).
pub(super) fn read(bytes: &[u8]) -> Result<Table, String> {
    let broken = || "it is not a complete NumPy array".to_string();
    if !bytes.starts_with(MAGIC) {
        return Err("it does not begin like a NumPy array".to_string());
    }
    let version = *bytes.get(6).ok_or_else(broken)?;
    let start = if version == 1 { 10 } else { 12 };
    let length = bytes.get(8..start).ok_or_else(broken)?;
    let length = length
        .iter()
        .rev()
        .fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
    let header = bytes.get(start..start + length).ok_or_else(broken)?;
    let header = String::from_utf8_lossy(header);
    let data = bytes.get(start + length..).ok_or_else(broken)?;
    let descr = after(&header, "'descr'").ok_or_else(broken)?;
    let descr = descr
        .trim_start()
        .strip_prefix('\'')
        .and_then(|rest| rest.split('\'').next());
    let descr = descr.ok_or("its entries are records, not numbers")?;
    let (kind, size, big) = kind(descr)?;
    let fortran = after(&header, "'fortran_order'").ok_or_else(broken)?;
    let fortran = fortran.trim_start().starts_with("True");
    let mut shape = shape(&header).ok_or_else(broken)?;
    let count = shape
        .iter()
        .try_fold(1usize, |product, axis| product.checked_mul(*axis));
    let count = count.filter(|count| count.checked_mul(size) == Some(data.len()));
    let count = count.ok_or_else(broken)?;
    if count == 0 {
        return Err("it has no numbers".to_string());
    }
    if shape.len() > 2 {
        return Err(format!(
            "it has {} axes; at most two are expected",
            shape.len()
        ));
    }
    if shape.is_empty() {
        shape.push(1);
    }
    let mut values: Vec<f64> = data
        .chunks_exact(size)
        .map(|bytes| number(bytes, kind, big))
        .collect();
    if let (true, [rows, columns]) = (fortran, shape.as_slice()) {
        let at = |row: usize, column: usize| values.get(column * rows + row).copied();
        let ordered = (0..*rows).flat_map(|row| (0..*columns).map(move |column| (row, column)));
        values = ordered
            .filter_map(|(row, column)| at(row, column))
            .collect();
    }
    Ok(Table {
        shape,
        values,
        header: None,
        whole: kind != Kind::Float,
    })
}

/// The text behind a key of the dictionary.
fn after<'h>(header: &'h str, key: &str) -> Option<&'h str> {
    let at = header.find(key)?;
    header.get(at + key.len()..)?.trim_start().strip_prefix(':')
}

fn shape(header: &str) -> Option<Vec<usize>> {
    let inner = after(header, "'shape'")?.trim_start().strip_prefix('(')?;
    let inner = inner.split(')').next()?;
    let axes = inner
        .split(',')
        .map(str::trim)
        .filter(|axis| !axis.is_empty());
    axes.map(|axis| axis.parse().ok()).collect()
}

/// Kind, bytes, and whether the first byte is the highest.
fn kind(descr: &str) -> Result<(Kind, usize, bool), String> {
    let mut chars = descr.chars();
    let order = chars.next();
    let kind = chars.next();
    let size = chars.as_str().parse::<usize>().ok();
    let known = match (kind, size) {
        (Some('f'), Some(size @ (4 | 8))) => Some((Kind::Float, size)),
        (Some('i'), Some(size @ (1 | 2 | 4 | 8))) => Some((Kind::Signed, size)),
        (Some('u'), Some(size @ (1 | 2 | 4 | 8))) => Some((Kind::Unsigned, size)),
        (Some('b'), Some(1)) => Some((Kind::Unsigned, 1)),
        _ => None,
    };
    match known {
        Some((kind, size)) => Ok((kind, size, order == Some('>'))),
        None => Err(format!(
            "its entries are of type `{descr}`; numbers with 32 or 64 bits are expected"
        )),
    }
}

fn number(bytes: &[u8], kind: Kind, big: bool) -> f64 {
    let byte = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    let bits = if big {
        bytes.iter().fold(0, byte)
    } else {
        bytes.iter().rev().fold(0, byte)
    };
    let unused = 64 - 8 * bytes.len() as u32;
    match kind {
        Kind::Float if bytes.len() == 4 => f64::from(f32::from_bits(bits as u32)),
        Kind::Float => f64::from_bits(bits),
        Kind::Signed => (((bits << unused) as i64) >> unused) as f64,
        Kind::Unsigned => bits as f64,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::read;

    fn array(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn numbers_of_all_kinds_are_read() {
        let header = |descr: &str, shape: &str| {
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n")
        };
        let doubles: Vec<u8> = [1.5f64, -2.0]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let table = read(&array(&header("<f8", "(2,)"), &doubles)).unwrap();
        assert_eq!((table.shape, table.values), (vec![2], vec![1.5, -2.0]));
        let floats: Vec<u8> = [0.5f32, 4.0].iter().flat_map(|v| v.to_be_bytes()).collect();
        let table = read(&array(&header(">f4", "(1, 2)"), &floats)).unwrap();
        assert_eq!((table.shape, table.values), (vec![1, 2], vec![0.5, 4.0]));
        let table = read(&array(&header("|i1", "(2,)"), &[255, 3])).unwrap();
        assert_eq!((table.values, table.whole), (vec![-1.0, 3.0], true));
        let table = read(&array(&header("|b1", "()"), &[1])).unwrap();
        assert_eq!((table.shape, table.values), (vec![1], vec![1.0]));
        let columns = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }\n";
        let data: Vec<u8> = [0i16, 3, 1, 4, 2, 5]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let table = read(&array(columns, &data)).unwrap();
        assert_eq!(table.values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
        let message = read(&array(text, &[0; 15])).unwrap_err();
        assert!(message.contains("complete"), "{message}");
        let text = "{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }";
        let message = read(&array(text, &[0; 16])).unwrap_err();
        assert!(message.contains("<U4"), "{message}");
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1), }";
        let message = read(&array(text, &[0; 1])).unwrap_err();
        assert!(message.contains("3 axes"), "{message}");
        assert!(read(b"abc").is_err());
        assert!(read(b"\x93NUMPY\x01\x00\xff\xff").is_err());
    }
}
