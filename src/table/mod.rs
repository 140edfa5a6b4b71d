//! Tables of numbers in files: comma-separated text and NumPy arrays.
//!
//! Reading knows no names and no units of the language: columns keep the words of their header, and who asks decides what they mean.

mod npy;
mod text;

/// Numbers with the shape they have in the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Table {
    /// Lengths of the axes, the slowest first: `[n]` for a list, `[rows, columns]` for rows.
    pub shape: Vec<usize>,
    /// The numbers in C order: row by row.
    pub values: Vec<f64>,
    /// Names of the columns, where the file has a header.
    pub header: Option<Vec<String>>,
    /// True where all numbers are written as whole numbers.
    pub whole: bool,
}

/// Reads a file. The ending of its name tells the format: `.npy`, and text with one row per line for all others.
///
/// # Errors
/// A sentence that says what is wrong, and where.
pub fn read(name: &str, bytes: &[u8]) -> Result<Table, String> {
    let ending = name.rsplit('.').next().unwrap_or("");
    match ending.to_ascii_lowercase().as_str() {
        "npy" => npy::read(bytes),
        "npz" => Err(
            "an archive of arrays (.npz) holds several tables: save the array as .npy".to_string(),
        ),
        _ if bytes.starts_with(npy::MAGIC) => npy::read(bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text::read(text),
            Err(error) => Err(format!(
                "it is neither text in UTF-8 (byte {} is not) nor a NumPy array (.npy)",
                error.valid_up_to()
            )),
        },
    }
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }
    /// Number of values per row: 1 for a list.
    pub fn columns(&self) -> usize {
        self.shape.get(1).copied().unwrap_or(1)
    }
    /// The values of some columns, row by row.
    pub fn select(&self, columns: &[usize]) -> Vec<f64> {
        let width = self.columns().max(1);
        let rows = self.values.chunks_exact(width);
        rows.flat_map(|row| columns.iter().filter_map(|k| row.get(*k).copied()))
            .collect()
    }
}
