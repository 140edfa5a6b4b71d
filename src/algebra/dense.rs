//! Small dense matrices of numbers: exponential, linear systems, eigenvalues.

/// A square matrix, row by row.
#[derive(Clone, PartialEq, Debug)]
pub struct Dense {
    size: usize,
    entries: Vec<f64>,
}

impl Dense {
    /// The zero matrix.
    pub fn zero(size: usize) -> Dense {
        Dense {
            size,
            entries: vec![0.0; size * size],
        }
    }
    /// The unit matrix.
    pub fn identity(size: usize) -> Dense {
        let mut result = Dense::zero(size);
        for k in 0..size {
            result.set(k, k, 1.0);
        }
        result
    }
    /// From rows of equal length.
    pub fn from_rows(rows: &[Vec<f64>]) -> Dense {
        let mut result = Dense::zero(rows.len());
        for (i, row) in rows.iter().enumerate() {
            for (j, value) in row.iter().enumerate().take(rows.len()) {
                result.set(i, j, *value);
            }
        }
        result
    }
    /// Number of rows.
    pub fn size(&self) -> usize {
        self.size
    }
    /// An entry.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.size + column]
    }
    /// Changes an entry.
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        self.entries[row * self.size + column] = value;
    }
    /// The sum of a matrix and a multiple of another.
    pub fn plus(&self, factor: f64, other: &Dense) -> Dense {
        let pairs = self.entries.iter().zip(&other.entries);
        Dense {
            size: self.size,
            entries: pairs.map(|(a, b)| a + factor * b).collect(),
        }
    }
    /// The multiple of a matrix.
    pub fn scaled(&self, factor: f64) -> Dense {
        Dense {
            size: self.size,
            entries: self.entries.iter().map(|a| factor * a).collect(),
        }
    }
    /// The product of two matrices.
    pub fn times(&self, other: &Dense) -> Dense {
        let mut result = Dense::zero(self.size);
        for i in 0..self.size {
            for k in 0..self.size {
                let a = self.at(i, k);
                for j in 0..self.size {
                    let value = a.mul_add(other.at(k, j), result.at(i, j));
                    result.set(i, j, value);
                }
            }
        }
        result
    }
    /// The largest sum of magnitudes in a row.
    pub fn norm(&self) -> f64 {
        let sums = self
            .entries
            .chunks(self.size.max(1))
            .map(|row| row.iter().map(|a| a.abs()).sum());
        sums.fold(0.0, f64::max)
    }
    /// The solution of `self x = right` for several right sides at once (elimination with row pivots); nothing for a singular matrix.
    pub fn solve(&self, right: &Dense) -> Option<Dense> {
        let n = self.size;
        let (mut a, mut b) = (self.clone(), right.clone());
        for k in 0..n {
            let pivot = (k..n).max_by(|i, j| a.at(*i, k).abs().total_cmp(&a.at(*j, k).abs()))?;
            if a.at(pivot, k) == 0.0 || !a.at(pivot, k).is_finite() {
                return None;
            }
            for j in 0..n {
                a.entries.swap(k * n + j, pivot * n + j);
                b.entries.swap(k * n + j, pivot * n + j);
            }
            for i in k + 1..n {
                let factor = a.at(i, k) / a.at(k, k);
                for j in 0..n {
                    a.set(i, j, a.at(i, j) - factor * a.at(k, j));
                    b.set(i, j, b.at(i, j) - factor * b.at(k, j));
                }
            }
        }
        for k in (0..n).rev() {
            for j in 0..n {
                let known: f64 = (k + 1..n).map(|i| a.at(k, i) * b.at(i, j)).sum();
                b.set(k, j, (b.at(k, j) - known) / a.at(k, k));
            }
        }
        Some(b)
    }
    /// False for a matrix that has no inverse, up to rounding. Rows and columns are brought to one size first, so that units do not matter.
    pub fn is_regular(&self) -> bool {
        let n = self.size;
        let mut a = self.clone();
        for _ in 0..4 {
            for i in 0..n {
                let row = (0..n).map(|j| a.at(i, j).abs()).fold(0.0, f64::max);
                let column = (0..n).map(|j| a.at(j, i).abs()).fold(0.0, f64::max);
                if row == 0.0 || column == 0.0 || !row.is_finite() || !column.is_finite() {
                    return false;
                }
                let (by_row, by_column) = (1.0 / row.sqrt(), 1.0 / column.sqrt());
                for j in 0..n {
                    a.set(i, j, a.at(i, j) * by_row);
                    a.set(j, i, a.at(j, i) * by_column);
                }
            }
        }
        let inverse = a.solve(&Dense::identity(n));
        inverse.is_some_and(|inverse| inverse.norm() * a.norm() < 1e12)
    }
    /// The matrix exponential, by scaling, a Padé approximant of degree 13, and squaring; nothing when it is not finite.
    pub fn exponential(&self) -> Option<Dense> {
        /// Coefficients of the approximant's numerator, constant first.
        const PADE: [f64; 14] = [
            64764752532480000.0,
            32382376266240000.0,
            7771770303897600.0,
            1187353796428800.0,
            129060195264000.0,
            10559470521600.0,
            670442572800.0,
            33522128640.0,
            1323241920.0,
            40840800.0,
            960960.0,
            16380.0,
            182.0,
            1.0,
        ];
        // Up to this norm the approximant is accurate to rounding.
        const REACH: f64 = 5.371920351148152;
        let norm = self.norm();
        if !norm.is_finite() {
            return None;
        }
        let squarings = (0..1100).find(|k| norm * 0.5f64.powi(*k) <= REACH)?;
        let a = self.scaled(0.5f64.powi(squarings));
        let square = a.times(&a);
        let (mut even, mut odd) = (Dense::zero(self.size), Dense::zero(self.size));
        let mut power = Dense::identity(self.size);
        for pair in PADE.chunks(2) {
            if let [for_even, for_odd] = pair {
                even = even.plus(*for_even, &power);
                odd = odd.plus(*for_odd, &power);
            }
            power = power.times(&square);
        }
        let odd = a.times(&odd);
        let mut result = even.plus(-1.0, &odd).solve(&even.plus(1.0, &odd))?;
        for _ in 0..squarings {
            result = result.times(&result);
        }
        result
            .entries
            .iter()
            .all(|value| value.is_finite())
            .then_some(result)
    }
    /// The coefficients of `det(z - A)`, highest power first (Faddeev and LeVerrier).
    fn characteristic(&self) -> Vec<f64> {
        let n = self.size;
        let mut coefficients = vec![1.0];
        let mut m = Dense::zero(n);
        for k in 1..=n {
            let last = coefficients.last().copied().unwrap_or(1.0);
            m = self.times(&m).plus(last, &Dense::identity(n));
            let product = self.times(&m);
            let trace: f64 = (0..n).map(|i| product.at(i, i)).sum();
            coefficients.push(-trace / k as f64);
        }
        coefficients
    }
    /// Real and imaginary parts of the eigenvalues. Exact to rounding up to 2×2; beyond, good to a few digits for matrices of
    /// the sizes met in neuron models (roots of the characteristic polynomial).
    pub fn eigenvalues(&self) -> Vec<(f64, f64)> {
        if self.size == 1 {
            return vec![(self.at(0, 0), 0.0)];
        }
        if self.size == 2 {
            let mean = 0.5 * (self.at(0, 0) + self.at(1, 1));
            let half = 0.5 * (self.at(0, 0) - self.at(1, 1));
            let discriminant = half * half + self.at(0, 1) * self.at(1, 0);
            let root = discriminant.abs().sqrt();
            return match discriminant < 0.0 {
                true => vec![(mean, root), (mean, -root)],
                false => vec![(mean + root, 0.0), (mean - root, 0.0)],
            };
        }
        let scale = self.norm();
        if scale == 0.0 || !scale.is_finite() {
            return vec![(0.0, 0.0); self.size];
        }
        let roots = roots(&self.scaled(1.0 / scale).characteristic());
        roots
            .into_iter()
            .map(|(re, im)| (scale * re, scale * im))
            .collect()
    }
}

/// All roots of a polynomial (highest power first, leading coefficient 1) by the iteration of Weierstrass, Durand and Kerner.
fn roots(coefficients: &[f64]) -> Vec<(f64, f64)> {
    type Complex = (f64, f64);
    let times = |a: Complex, b: Complex| (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0);
    let degree = coefficients.len().saturating_sub(1);
    let mut found: Vec<Complex> = Vec::new();
    let mut start = (1.0, 0.0);
    for _ in 0..degree {
        start = times(start, (0.4, 0.9));
        found.push(start);
    }
    for _ in 0..500 {
        let mut moved = 0.0f64;
        for k in 0..degree {
            let z = found[k];
            let value = coefficients.iter().fold((0.0, 0.0), |sum, c| {
                let product = times(sum, z);
                (product.0 + c, product.1)
            });
            let spread = (0..degree)
                .filter(|j| *j != k)
                .fold((1.0, 0.0), |product, j| {
                    times(product, (z.0 - found[j].0, z.1 - found[j].1))
                });
            let size = spread.0 * spread.0 + spread.1 * spread.1;
            if size == 0.0 {
                continue;
            }
            let step = times(value, (spread.0 / size, -spread.1 / size));
            found[k] = (z.0 - step.0, z.1 - step.1);
            moved = moved.max(step.0.abs() + step.1.abs());
        }
        if moved < 1e-15 {
            break;
        }
    }
    found
}
