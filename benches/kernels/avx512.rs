//! The two models by hand in AVX-512: what generated code is measured against.

use std::arch::x86_64::*;

const Q: [f64; 10] = [
    0.5000000000000006,
    0.16666666666666685,
    0.04166666666657417,
    0.00833333333331466,
    0.001388888893224255,
    0.00019841269902891578,
    2.4801504580421064e-05,
    2.7557228069670085e-06,
    2.7626280731386634e-07,
    2.5114438707569713e-08,
];

type V = __m512d;

#[inline(always)]
fn s(x: f64) -> V {
    // SAFETY: callers have AVX-512.
    unsafe { _mm512_set1_pd(x) }
}

/// e^x for |x| < 700.
#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn exp(x: V) -> V {
    let shift = s(6755399441055744.0);
    let n = _mm512_fmadd_pd(x, s(std::f64::consts::LOG2_E), shift);
    let k = _mm512_sub_pd(n, shift);
    let r = _mm512_fnmadd_pd(k, s(0.693147180559663), x);
    let r = _mm512_fnmadd_pd(k, s(2.8235290563031577e-13), r);
    let mut q = s(Q[9]);
    for c in Q.iter().rev().skip(1) {
        q = _mm512_fmadd_pd(q, r, s(*c));
    }
    let p = _mm512_fmadd_pd(_mm512_mul_pd(r, r), q, _mm512_add_pd(r, s(1.0)));
    let scale = _mm512_slli_epi64::<52>(_mm512_castpd_si512(n));
    _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(p), scale))
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn gate(x: V, alpha: V, beta: V, dt: f64) -> V {
    let sum = _mm512_add_pd(alpha, beta);
    let target = _mm512_div_pd(alpha, sum);
    let e = exp(_mm512_mul_pd(sum, s(-dt)));
    _mm512_fmadd_pd(_mm512_sub_pd(x, target), e, target)
}

/// scale * t / (e^t - 1) with t = k v + c.
#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn linoid(v: V, scale: f64, k: f64, c: f64) -> V {
    let t = _mm512_fmadd_pd(v, s(k), s(c));
    _mm512_div_pd(_mm512_mul_pd(s(scale), t), _mm512_sub_pd(exp(t), s(1.0)))
}

/// One step; columns hold a multiple of 8 elements.
#[target_feature(enable = "avx512f,avx512dq")]
pub unsafe fn hodgkin_huxley(len: usize, dt: f64, columns: &[*mut f64]) {
    let &[v, m, h, n, ge, gi, ..] = columns else {
        return;
    };
    let vt = -63.0;
    let (de, di) = ((-dt / 5e-3).exp(), (-dt / 10e-3).exp());
    for i in (0..len).step_by(8) {
        // SAFETY: i + 8 <= len.
        unsafe {
            let [v0, m0, h0, n0, e0, i0] = [v, m, h, n, ge, gi].map(|p| _mm512_loadu_pd(p.add(i)));
            let am = linoid(v0, 320.0 * 4.0, -250.0, (13.0 + vt) / 4.0);
            let bm = linoid(v0, 280.0 * 5.0, 200.0, (-40.0 - vt) / 5.0);
            let t = _mm512_fmadd_pd(v0, s(-1e3 / 18.0), s((17.0 + vt) / 18.0));
            let ah = _mm512_mul_pd(s(128.0), exp(t));
            let t = _mm512_fmadd_pd(v0, s(-200.0), s((40.0 + vt) / 5.0));
            let bh = _mm512_div_pd(s(4000.0), _mm512_add_pd(s(1.0), exp(t)));
            let an = linoid(v0, 32.0 * 5.0, -200.0, (15.0 + vt) / 5.0);
            let t = _mm512_fmadd_pd(v0, s(-25.0), s((10.0 + vt) / 40.0));
            let bn = _mm512_mul_pd(s(500.0), exp(t));
            let m3h = _mm512_mul_pd(_mm512_mul_pd(m0, m0), _mm512_mul_pd(m0, h0));
            let na = _mm512_mul_pd(s(20e-6 / 200e-12), m3h);
            let n2 = _mm512_mul_pd(n0, n0);
            let k = _mm512_mul_pd(s(6e-6 / 200e-12), _mm512_mul_pd(n2, n2));
            let c = s(1.0 / 200e-12);
            let sum = _mm512_fmadd_pd(_mm512_add_pd(e0, i0), c, s(10e-9 / 200e-12));
            let sum = _mm512_add_pd(sum, _mm512_add_pd(na, k));
            let b = _mm512_fmadd_pd(i0, s(-80e-3 / 200e-12), s(10e-9 * -65e-3 / 200e-12));
            let b = _mm512_fmadd_pd(na, s(50e-3), b);
            let b = _mm512_fmadd_pd(k, s(-90e-3), b);
            let target = _mm512_div_pd(b, sum);
            let e = exp(_mm512_mul_pd(sum, s(-dt)));
            _mm512_storeu_pd(
                v.add(i),
                _mm512_fmadd_pd(_mm512_sub_pd(v0, target), e, target),
            );
            _mm512_storeu_pd(m.add(i), gate(m0, am, bm, dt));
            _mm512_storeu_pd(h.add(i), gate(h0, ah, bh, dt));
            _mm512_storeu_pd(n.add(i), gate(n0, an, bn, dt));
            _mm512_storeu_pd(ge.add(i), _mm512_mul_pd(e0, s(de)));
            _mm512_storeu_pd(gi.add(i), _mm512_mul_pd(i0, s(di)));
        }
    }
}

/// One step with threshold and spike list; the reset is left to the caller. Returns the number of spikes.
#[target_feature(enable = "avx512f,avx512dq")]
pub unsafe fn cuba(len: usize, t: f64, dt: f64, columns: &[*mut f64], spikes: &mut [u32]) -> usize {
    let &[v, ge, gi, last, ..] = columns else {
        return 0;
    };
    let (em, ee, ei) = ((-dt / 20e-3).exp(), (-dt / 5e-3).exp(), (-dt / 10e-3).exp());
    let (ke, ki) = (
        5.0 / (5.0 - 20.0) * (ee - em),
        10.0 / (10.0 - 20.0) * (ei - em),
    );
    let el = -49e-3;
    let mut count = 0;
    for i in (0..len).step_by(8) {
        // SAFETY: i + 8 <= len.
        unsafe {
            let [v0, e0, i0, l0] = [v, ge, gi, last].map(|p| _mm512_loadu_pd(p.add(i)));
            let active = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(_mm512_sub_pd(s(t), l0), s(5e-3));
            let x = _mm512_fmadd_pd(v0, s(em), s(el - el * em));
            let x = _mm512_fmadd_pd(e0, s(ke), x);
            let x = _mm512_fmadd_pd(i0, s(ki), x);
            let x = _mm512_mask_blend_pd(active, v0, x);
            let above = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(x, s(-50e-3)) & active;
            _mm512_storeu_pd(v.add(i), x);
            _mm512_storeu_pd(ge.add(i), _mm512_mul_pd(e0, s(ee)));
            _mm512_storeu_pd(gi.add(i), _mm512_mul_pd(i0, s(ei)));
            if above != 0 {
                _mm512_mask_storeu_pd(last.add(i), above, s(t));
                let mut bits = above;
                while bits != 0 {
                    spikes[count] = (i as u32) + bits.trailing_zeros();
                    count += 1;
                    bits &= bits - 1;
                }
            }
        }
    }
    count
}
