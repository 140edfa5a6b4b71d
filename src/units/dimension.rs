//! Dimensions: rational exponents of the seven base dimensions.

use std::ops::{Div, Mul};

/// A reduced fraction with a positive denominator.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Rational {
    /// Numerator.
    pub num: i32,
    /// Denominator, > 0.
    pub den: i32,
}

impl Rational {
    /// Zero.
    pub const ZERO: Rational = Rational { num: 0, den: 1 };
    /// One.
    pub const ONE: Rational = Rational { num: 1, den: 1 };

    /// The reduced fraction, or nothing where it does not fit 32 bits or `den` is 0.
    pub fn new(num: i64, den: i64) -> Option<Rational> {
        if den == 0 {
            return None;
        }
        let divisor = gcd(num.unsigned_abs(), den.unsigned_abs()).max(1) as i64;
        let sign = if den < 0 { -1 } else { 1 };
        let (num, den) = (sign * num / divisor, sign * den / divisor);
        Some(Rational {
            num: i32::try_from(num).ok()?,
            den: i32::try_from(den).ok()?,
        })
    }
    /// The fraction closest to a float with a denominator up to 1000, if it is that close (1e-9).
    pub fn approximate(value: f64) -> Option<Rational> {
        (1..=1000i64).find_map(|den| {
            let num = (value * den as f64).round();
            let close = (num / den as f64 - value).abs() < 1e-9 && num.abs() < 1e9;
            close.then(|| Rational::new(num as i64, den)).flatten()
        })
    }
    /// The value as a float.
    pub fn to_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }
    /// Sum, if it fits.
    pub fn checked_add(self, other: Rational) -> Option<Rational> {
        let (a, b, c, d) = (
            i64::from(self.num),
            i64::from(self.den),
            i64::from(other.num),
            i64::from(other.den),
        );
        Rational::new(a * d + c * b, b * d)
    }
    /// Product, if it fits.
    pub fn checked_mul(self, other: Rational) -> Option<Rational> {
        Rational::new(
            i64::from(self.num) * i64::from(other.num),
            i64::from(self.den) * i64::from(other.den),
        )
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Base dimensions in the order of [`Dimension`]'s exponents: length, mass, time, current, temperature, amount, luminosity.
pub const BASE_SYMBOLS: [&str; 7] = ["m", "kg", "s", "A", "K", "mol", "cd"];

/// A physical dimension: one exponent per base dimension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Dimension(pub [Rational; 7]);

impl Dimension {
    /// The dimension of pure numbers.
    pub const NONE: Dimension = Dimension([Rational::ZERO; 7]);
    /// Time.
    pub const TIME: Dimension = Dimension::base(2);
    /// The dimension whose only exponent is 1 at a position of [`BASE_SYMBOLS`].
    pub const fn base(position: usize) -> Dimension {
        let mut exponents = [Rational::ZERO; 7];
        exponents[position] = Rational::ONE;
        Dimension(exponents)
    }
    /// True for pure numbers.
    pub fn is_none(&self) -> bool {
        *self == Dimension::NONE
    }
    /// The dimension to a power; nothing when an exponent grows out of range.
    pub fn pow(self, exponent: Rational) -> Option<Dimension> {
        let mut result = Dimension::NONE;
        for (out, base) in result.0.iter_mut().zip(self.0) {
            *out = base.checked_mul(exponent)?;
        }
        Some(result)
    }
    /// The product; nothing when an exponent grows out of range.
    pub fn checked_mul(self, other: Dimension) -> Option<Dimension> {
        let mut result = Dimension::NONE;
        for (out, (a, b)) in result.0.iter_mut().zip(self.0.into_iter().zip(other.0)) {
            *out = a.checked_add(b)?;
        }
        Some(result)
    }
    /// The inverse dimension.
    pub fn inverse(self) -> Dimension {
        Dimension(self.0.map(|r| Rational {
            num: -r.num,
            den: r.den,
        }))
    }
}

impl Mul for Dimension {
    type Output = Dimension;
    /// Saturates silently to the left factor on overflow; checked code uses [`Dimension::checked_mul`].
    fn mul(self, other: Dimension) -> Dimension {
        self.checked_mul(other).unwrap_or(self)
    }
}

impl Div for Dimension {
    type Output = Dimension;
    fn div(self, other: Dimension) -> Dimension {
        self.checked_mul(other.inverse()).unwrap_or(self)
    }
}
