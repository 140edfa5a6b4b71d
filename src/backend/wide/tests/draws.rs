//! Random draws: equal on every instruction set, independent of how a range is cut, right in distribution.

use super::super::generators::{binomial, generators, normal, poisson, uniform};
use super::super::random::Draw;
use super::sets;

const DRAW: Draw = Draw {
    seed: 0x0123_4567_89ab_cdef,
    stream: 3,
    step: 17,
};

#[test]
fn blocks_give_the_draws_of_their_indices() {
    for isa in sets() {
        for first in [0, 1, 6, 15, 16, (1 << 33) - 5, (1 << 40) + 1] {
            for n in [0, 1, 2, 7, 16, 17, 40, 100] {
                let (mut u, mut z) = (vec![0.0; n], vec![0.0; n]);
                generators(isa).fill_uniform(&mut u, DRAW, first);
                generators(isa).fill_normal(&mut z, DRAW, first);
                for i in 0..n {
                    let index = first + i as u64;
                    assert_eq!(
                        u[i].to_bits(),
                        uniform(DRAW, index).to_bits(),
                        "{isa:?} {index}"
                    );
                    assert_eq!(
                        z[i].to_bits(),
                        normal(DRAW, index).to_bits(),
                        "{isa:?} {index}"
                    );
                }
            }
        }
    }
}

#[test]
fn discrete_blocks_give_the_draws_of_their_indices() {
    let means: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.5 - 1.0).collect();
    let trials = vec![40.0; 200];
    let chances: Vec<f64> = (0..200).map(|i| f64::from(i) / 180.0 - 0.05).collect();
    for isa in sets() {
        type One = unsafe extern "C" fn(*mut f64, *const f64, u64, u64, u64, u64, usize);
        type Two =
            unsafe extern "C" fn(*mut f64, *const f64, *const f64, u64, u64, u64, u64, usize);
        let rows = generators(isa);
        // SAFETY: the types are the documented ones, and all arrays hold 200 doubles.
        let (counts, successes) = unsafe {
            let one: One = std::mem::transmute(rows.poisson.get());
            let two: Two = std::mem::transmute(rows.binomial.get());
            let (mut counts, mut successes) = (vec![0.0; 200], vec![0.0; 200]);
            one(
                counts.as_mut_ptr(),
                means.as_ptr(),
                DRAW.seed,
                3,
                DRAW.step,
                50,
                200,
            );
            two(
                successes.as_mut_ptr(),
                trials.as_ptr(),
                chances.as_ptr(),
                DRAW.seed,
                3,
                DRAW.step,
                50,
                200,
            );
            (counts, successes)
        };
        for i in 0..200 {
            assert_eq!(counts[i], poisson(DRAW, 50 + i as u64, means[i]));
            assert_eq!(
                successes[i],
                binomial(DRAW, 50 + i as u64, 40.0, chances[i])
            );
        }
    }
}

#[test]
fn seed_stream_step_and_index_all_matter() {
    let base = uniform(DRAW, 0);
    let others = [
        uniform(
            Draw {
                seed: DRAW.seed ^ 1,
                ..DRAW
            },
            0,
        ),
        uniform(
            Draw {
                seed: DRAW.seed ^ 1 << 63,
                ..DRAW
            },
            0,
        ),
        uniform(Draw { stream: 4, ..DRAW }, 0),
        uniform(Draw { step: 18, ..DRAW }, 0),
        uniform(
            Draw {
                step: DRAW.step | 1 << 35,
                ..DRAW
            },
            0,
        ),
        uniform(DRAW, 1),
        uniform(DRAW, 2),
        uniform(DRAW, 1 << 34),
    ];
    assert!(others.iter().all(|other| *other != base));
}

/// Mean, variance, skewness and excess kurtosis.
fn moments(values: &[f64]) -> [f64; 4] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let central = |k: i32| values.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / n;
    let variance = central(2);
    [
        mean,
        variance,
        central(3) / variance.powf(1.5),
        central(4) / (variance * variance) - 3.0,
    ]
}

#[test]
fn uniform_and_normal_draws_have_their_moments() {
    const N: usize = 1_000_000;
    let generators = generators(*sets().last().unwrap());
    let mut values = vec![0.0; N];
    generators.fill_uniform(&mut values, DRAW, 0);
    assert!(values.iter().all(|u| (0.0..1.0).contains(u)));
    let [mean, variance, skewness, kurtosis] = moments(&values);
    // Five standard errors each.
    assert!((mean - 0.5).abs() < 1.5e-3 && (variance - 1.0 / 12.0).abs() < 4e-4);
    assert!(skewness.abs() < 7e-3 && (kurtosis + 1.2).abs() < 6e-3);
    let mut bins = [0u32; 100];
    for u in &values {
        bins[(u * 100.0) as usize] += 1;
    }
    let chi2: f64 = bins
        .iter()
        .map(|&k| (f64::from(k) - 1e4).powi(2) / 1e4)
        .sum();
    assert!((40.0..200.0).contains(&chi2), "{chi2}");

    generators.fill_normal(&mut values, DRAW, 0);
    let [mean, variance, skewness, kurtosis] = moments(&values);
    assert!(mean.abs() < 5e-3 && (variance - 1.0).abs() < 7.1e-3);
    assert!(skewness.abs() < 1.3e-2 && kurtosis.abs() < 2.5e-2);
    // The two draws of a pair, and neighboring pairs, are uncorrelated.
    for lag in [1, 2] {
        let products = values.windows(lag + 1).map(|w| w[0] * w[lag]).sum::<f64>() / N as f64;
        assert!(products.abs() < 5e-3, "{lag} {products}");
    }
    let beyond = values.iter().filter(|z| z.abs() > 3.0).count() as f64 / N as f64;
    assert!((beyond - 0.0026998).abs() < 2.6e-4, "{beyond}");
}

/// Chi-squared of counts against probabilities, classes with fewer than 10 expected joined; with its degrees of freedom.
fn chi_squared(values: &[f64], probability: impl Fn(usize) -> f64, classes: usize) -> (f64, f64) {
    let mut counts = vec![0.0; classes];
    for &k in values {
        assert!(k >= 0.0 && k.fract() == 0.0);
        counts[(k as usize).min(classes - 1)] += 1.0;
    }
    let n = values.len() as f64;
    let (mut chi2, mut degrees, mut seen, mut expected) = (0.0, -1.0, 0.0, 0.0);
    let (mut all_seen, mut all_expected) = (0.0, 0.0);
    for (k, count) in counts.iter().enumerate() {
        seen += count;
        expected += n * probability(k);
        if expected >= 10.0 && n - all_expected - expected >= 10.0 {
            chi2 += (seen - expected).powi(2) / expected;
            degrees += 1.0;
            all_seen += seen;
            all_expected += expected;
            (seen, expected) = (0.0, 0.0);
        }
    }
    let (seen, expected) = (n - all_seen, n - all_expected);
    (chi2 + (seen - expected).powi(2) / expected, degrees + 1.0)
}

/// log(k!) by summation.
fn log_factorials(n: usize) -> Vec<f64> {
    let mut sum = 0.0;
    (0..=n)
        .map(|k| {
            sum += if k > 0 { (k as f64).ln() } else { 0.0 };
            sum
        })
        .collect()
}

#[test]
fn poisson_draws_have_their_distribution() {
    const N: u64 = 200_000;
    let factorials = log_factorials(400);
    for (stream, mean) in [0.05, 0.9, 4.0, 9.99, 10.0, 13.7, 60.0, 150.0]
        .into_iter()
        .enumerate()
    {
        let draw = Draw {
            stream: stream as u32,
            ..DRAW
        };
        let values: Vec<f64> = (0..N).map(|i| poisson(draw, i, mean)).collect();
        let (chi2, degrees) = chi_squared(
            &values,
            |k| (k as f64 * mean.ln() - mean - factorials[k]).exp(),
            400,
        );
        assert!(
            (chi2 - degrees).abs() < 5.0 * (2.0 * degrees).sqrt(),
            "{mean}: {chi2} of {degrees}"
        );
    }
    let big: Vec<f64> = (0..N).map(|i| poisson(DRAW, i, 1e6)).collect();
    let [mean, variance, ..] = moments(&big);
    assert!((mean - 1e6).abs() < 12.0 && (variance / 1e6 - 1.0).abs() < 0.016);
    assert_eq!(poisson(DRAW, 0, 0.0), 0.0);
    assert_eq!(poisson(DRAW, 0, -1.0), 0.0);
    assert!(poisson(DRAW, 0, f64::NAN).is_nan());
}

#[test]
fn binomial_draws_have_their_distribution() {
    const N: u64 = 200_000;
    let factorials = log_factorials(1000);
    let rows = [
        (1.0, 0.3),
        (20.0, 0.1),
        (20.0, 0.5),
        (50.0, 0.9),
        (100.0, 0.25),
        (1000.0, 0.01),
        (1000.0, 0.4),
    ];
    for (stream, (n, p)) in rows.into_iter().enumerate() {
        let draw = Draw {
            stream: stream as u32,
            ..DRAW
        };
        let values: Vec<f64> = (0..N).map(|i| binomial(draw, i, n, p)).collect();
        let size = n as usize;
        let probability = |k: usize| {
            let ways = factorials[size] - factorials[k] - factorials[size - k];
            (ways + k as f64 * f64::ln(p) + (size - k) as f64 * f64::ln(1.0 - p)).exp()
        };
        let (chi2, degrees) = chi_squared(&values, probability, size + 1);
        assert!(
            (chi2 - degrees).abs() < 5.0 * (2.0 * degrees).sqrt(),
            "{n} {p}: {chi2} of {degrees}"
        );
    }
    assert_eq!(binomial(DRAW, 0, 10.0, 1.0), 10.0);
    assert_eq!(binomial(DRAW, 0, 10.0, 0.0), 0.0);
    assert_eq!(binomial(DRAW, 0, 0.0, 0.5), 0.0);
    assert!(binomial(DRAW, 0, f64::NAN, 0.5).is_nan());
}
