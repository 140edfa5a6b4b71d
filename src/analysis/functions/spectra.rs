//! Spectra and correlations over time.
#![allow(clippy::disallowed_methods)] // analysis is done by the host

use std::sync::Arc;

use rustfft::algorithm::butterflies::{Butterfly1, Butterfly2};
use rustfft::algorithm::{BluesteinsAlgorithm, Dft, Radix4};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftDirection};

use super::reduce::mean;
use super::{Call, Shape, functions};
use crate::analysis::value::{Value, shaped};

functions! {
    "Spectra and correlations";
    "fft" "(x: D) -> D" Shape::Unknown,
        "The discrete Fourier transform of a vector: row 0 holds real, row 1 imaginary parts.",
        "fft([1, 1, 1, 1])[0, 0] == 4", |call| transform(call, false);
    "ifft" "(x: D) -> D" Shape::Unknown,
        "The inverse of `fft`: real and imaginary parts in two rows again.",
        "abs(ifft(fft([1, 2, 3]))[0, 2] - 3) < 1e-12", |call| transform(call, true);
    "psd" "(x: D, dt: Time) -> D^2*Time" Shape::Vector,
        "Power spectral density of a vector sampled every `dt`, one-sided, the mean taken away (periodogram).",
        "size(psd(range(8), 1 ms)) == 5", psd;
    "frequencies" "(x: D, dt: Time) -> 1/Time" Shape::Vector,
        "The frequencies that belong to `psd(x, dt)`.",
        "frequencies(range(8), 1 ms)[1] == 125 Hz", |call| {
            let (n, dt) = (call.array(0)?.len(), call.number(1)?);
            Ok(Value::vector((0..=n/2).map(|k| k as f64/(n as f64*dt)).collect()))
        };
    "xcorr" "(x: D, y: E, lags: integer) -> D*E" Shape::Vector,
        "Mean product of `x` and `y` shifted by -lags … lags elements, the means taken away: element `lags` is the covariance.",
        "xcorr([1, -1, 1, -1], [1, -1, 1, -1], 1)[1] == 1", xcorr;
    "autocorrelation" "(x: D, lags: integer) -> 1" Shape::Vector,
        "Correlation of a vector with itself shifted by 0 … lags elements; 1 without shift.",
        "autocorrelation([1, -1, 1, -1], 1)[0] == 1", |call| {
            let (x, lags) = (centered(call.list(0)?), call.count(1)?);
            let power = shifted(&x, &x, 0);
            Ok(Value::vector((0..=lags as i64).map(|lag| shifted(&x, &x, lag)/power).collect()))
        };
}

fn transformed(mut values: Vec<Complex<f64>>, back: bool) -> Vec<Complex<f64>> {
    if values.is_empty() {
        return values;
    }
    let direction = match back {
        false => FftDirection::Forward,
        true => FftDirection::Inverse,
    };
    let plan = plan(values.len(), direction);
    plan.process(&mut values);
    values
}

/// The plain algorithms: the same bits on every machine, and far less code on a page than a planner that knows all of them.
fn plan(n: usize, direction: FftDirection) -> Arc<dyn Fft<f64>> {
    if n.is_power_of_two() {
        let halvings = n.trailing_zeros();
        let base: Arc<dyn Fft<f64>> = match halvings % 2 {
            0 => Arc::new(Butterfly1::new(direction)),
            _ => Arc::new(Butterfly2::new(direction)),
        };
        return Arc::new(Radix4::new_with_base(halvings / 2, base));
    }
    if n < 32 {
        return Arc::new(Dft::new(n, direction));
    }
    // A convolution of a length that has an algorithm.
    let inner = plan((2 * n - 1).next_power_of_two(), direction);
    Arc::new(BluesteinsAlgorithm::new(n, inner))
}

fn transform(call: &Call<'_>, back: bool) -> Result<Value, String> {
    let array = call.array(0)?;
    let list = call.list(0)?;
    let values: Vec<Complex<f64>> = match array.shape() {
        [_] => list.iter().map(|x| Complex::new(*x, 0.0)).collect(),
        [2, n] => {
            let (real, imaginary) = list.split_at(*n);
            real.iter()
                .zip(imaginary)
                .map(|(a, b)| Complex::new(*a, *b))
                .collect()
        }
        _ => {
            return Err(
                "a vector, or two rows with real and imaginary parts, is needed".to_string(),
            );
        }
    };
    let n = values.len();
    let scale = if back { n as f64 } else { 1.0 };
    let values = transformed(values, back);
    let real = values.iter().map(|z| z.re / scale);
    let rows: Vec<f64> = real.chain(values.iter().map(|z| z.im / scale)).collect();
    shaped(&[2, n], rows)
        .map(Value::Array)
        .ok_or_else(|| "a vector is needed".to_string())
}

fn centered(mut x: Vec<f64>) -> Vec<f64> {
    let center = mean(&x);
    x.iter_mut().for_each(|x| *x -= center);
    x
}

fn psd(call: &Call<'_>) -> Result<Value, String> {
    let (x, dt) = (centered(call.list(0)?), call.number(1)?);
    let n = x.len();
    let values = transformed(x.iter().map(|x| Complex::new(*x, 0.0)).collect(), false);
    let scale = dt / n as f64;
    let density = values.iter().take(n / 2 + 1).enumerate().map(|(k, z)| {
        let both = if k == 0 || 2 * k == n { 1.0 } else { 2.0 };
        both * z.norm_sqr() * scale
    });
    Ok(Value::vector(density.collect()))
}

/// Mean over time of x(k) y(k + lag).
fn shifted(x: &[f64], y: &[f64], lag: i64) -> f64 {
    let products = x.iter().enumerate().filter_map(|(k, x)| {
        let other = usize::try_from(k as i64 + lag).ok()?;
        Some(x * y.get(other)?)
    });
    products.sum::<f64>() / x.len() as f64
}

fn xcorr(call: &Call<'_>) -> Result<Value, String> {
    let (x, y) = (centered(call.list(0)?), centered(call.list(1)?));
    if x.len() != y.len() {
        return Err(format!(
            "two vectors of one length are needed, not {} and {} values",
            x.len(),
            y.len()
        ));
    }
    let lags = call.count(2)? as i64;
    let values = (-lags..=lags).map(|lag| shifted(&x, &y, lag));
    Ok(Value::vector(values.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum that defines the transform.
    fn defined(values: &[Complex<f64>]) -> Vec<Complex<f64>> {
        let n = values.len();
        let turn =
            |k: usize| Complex::from_polar(1.0, -std::f64::consts::TAU * (k % n) as f64 / n as f64);
        let one = |j: usize| {
            values
                .iter()
                .enumerate()
                .map(|(k, x)| x * turn(j * k))
                .sum()
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn any_length_is_transformed_and_back() {
        for n in [
            1, 2, 3, 4, 5, 8, 31, 32, 33, 64, 97, 128, 100, 210, 512, 1000,
        ] {
            let values: Vec<Complex<f64>> = (0..n)
                .map(|k| Complex::new((k as f64 * 0.7).sin(), (k * k % 11) as f64 / 11.0))
                .collect();
            let there = transformed(values.clone(), false);
            let scale = n as f64;
            for (found, wanted) in there.iter().zip(defined(&values)) {
                assert!(
                    (found - wanted).norm() < 1e-12 * scale,
                    "{n}: {found} {wanted}"
                );
            }
            for (found, wanted) in transformed(there, true).iter().zip(&values) {
                assert!(
                    (found / scale - wanted).norm() < 1e-13 * scale.sqrt(),
                    "{n}"
                );
            }
        }
    }
}
