//! Numbers of about 32 digits and the exponential of small matrices of them: the reference for exact steps.

use std::ops::{Add, Mul, Sub};

/// The unevaluated sum of two doubles.
#[derive(Clone, Copy, Debug)]
pub struct Wide {
    high: f64,
    low: f64,
}

impl Wide {
    pub fn new(value: f64) -> Wide {
        Wide {
            high: value,
            low: 0.0,
        }
    }
    pub fn value(self) -> f64 {
        self.high + self.low
    }
    /// A quotient by a whole number.
    fn over(self, n: f64) -> Wide {
        let first = self.high / n;
        let rest = self - Wide::product(first, n);
        let second = rest.high / n;
        Wide::sum(first, second)
    }
    fn sum(a: f64, b: f64) -> Wide {
        let high = a + b;
        let part = high - a;
        Wide {
            high,
            low: (a - (high - part)) + (b - part),
        }
    }
    fn product(a: f64, b: f64) -> Wide {
        let high = a * b;
        Wide {
            high,
            low: a.mul_add(b, -high),
        }
    }
}

impl Add for Wide {
    type Output = Wide;
    fn add(self, other: Wide) -> Wide {
        let (s, t) = (
            Wide::sum(self.high, other.high),
            Wide::sum(self.low, other.low),
        );
        let first = Wide::sum(s.high, s.low + t.high);
        Wide::sum(first.high, first.low + t.low)
    }
}

impl Sub for Wide {
    type Output = Wide;
    fn sub(self, other: Wide) -> Wide {
        self + Wide {
            high: -other.high,
            low: -other.low,
        }
    }
}

impl Mul for Wide {
    type Output = Wide;
    fn mul(self, other: Wide) -> Wide {
        let p = Wide::product(self.high, other.high);
        Wide::sum(
            p.high,
            p.low + (self.high * other.low + self.low * other.high),
        )
    }
}

type Matrix = Vec<Vec<Wide>>;

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let n = a.len();
    (0..n)
        .map(|i| {
            (0..n)
                .map(|j| (0..n).fold(Wide::new(0.0), |sum, k| sum + a[i][k] * b[k][j]))
                .collect()
        })
        .collect()
}

/// The exponential of `matrix * dt`, by its power series after scaling and by squaring; squarings add to the unit matrix apart, so that
/// fast decays do not lose the digits of slow ones.
pub fn exponential(matrix: &[Vec<f64>], dt: f64) -> Vec<Vec<f64>> {
    let n = matrix.len();
    let norm: f64 = matrix
        .iter()
        .map(|row| row.iter().map(|a| (a * dt).abs()).sum::<f64>())
        .fold(0.0, f64::max);
    let squarings = (0..).find(|k| norm * 0.5f64.powi(*k) < 0.25).unwrap();
    let scale = 0.5f64.powi(squarings);
    let a: Matrix = matrix
        .iter()
        .map(|row| {
            row.iter()
                .map(|x| Wide::product(*x, dt) * Wide::new(scale))
                .collect()
        })
        .collect();
    // e^A - 1
    let mut term = a.clone();
    let mut result = a.clone();
    for k in 2..40 {
        term = times(&term, &a);
        for row in &mut term {
            for entry in row {
                *entry = entry.over(f64::from(k));
            }
        }
        for i in 0..n {
            for j in 0..n {
                result[i][j] = result[i][j] + term[i][j];
            }
        }
    }
    for _ in 0..squarings {
        // e^2A - 1 = (e^A - 1)^2 + 2 (e^A - 1)
        let square = times(&result, &result);
        for i in 0..n {
            for j in 0..n {
                result[i][j] = square[i][j] + result[i][j] + result[i][j];
            }
        }
    }
    (0..n)
        .map(|i| {
            (0..n)
                .map(|j| (result[i][j] + Wide::new(f64::from(u8::from(i == j)))).value())
                .collect()
        })
        .collect()
}
