// The two benchmark models after the code shape of Brian2's C++: structure of arrays, one loop for each pass, spikes as a list.
// Compiled with -O3 -ffast-math -fno-finite-math-only -march=native, Brian2's default flags.
#include <cmath>
#include <cstdint>

extern "C" void hodgkin_huxley(int n, double dt, double* __restrict v, double* __restrict m, double* __restrict h,
                               double* __restrict nn, double* __restrict ge, double* __restrict gi) {
    const double Cm = 200e-12, gl = 10e-9, El = -65e-3, EK = -90e-3, ENa = 50e-3, g_na = 20e-6, g_kd = 6e-6;
    const double VT = -63e-3, taue = 5e-3, taui = 10e-3, Ee = 0.0, Ei = -80e-3, mV = 1e-3, ms = 1e-3;
    const double _ge = std::exp(-dt / taue), _gi = std::exp(-dt / taui);
    for (int i = 0; i < n; i++) {
        const double V = v[i], M = m[i], H = h[i], N = nn[i], GE = ge[i], GI = gi[i];
        const double alpha_m = 0.32 / mV * (13 * mV - V + VT) / (std::exp((13 * mV - V + VT) / (4 * mV)) - 1) / ms;
        const double beta_m = 0.28 / mV * (V - VT - 40 * mV) / (std::exp((V - VT - 40 * mV) / (5 * mV)) - 1) / ms;
        const double alpha_h = 0.128 * std::exp((17 * mV - V + VT) / (18 * mV)) / ms;
        const double beta_h = 4. / (1 + std::exp((40 * mV - V + VT) / (5 * mV))) / ms;
        const double alpha_n = 0.032 / mV * (15 * mV - V + VT) / (std::exp((15 * mV - V + VT) / (5 * mV)) - 1) / ms;
        const double beta_n = .5 * std::exp((10 * mV - V + VT) / (40 * mV)) / ms;
        const double gna = g_na * (M * M * M) * H, gk = g_kd * (N * N * N * N);
        const double a_v = -(gl + GE + GI + gna + gk) / Cm;
        const double b_v = (gl * El + GE * Ee + GI * Ei + gna * ENa + gk * EK) / Cm;
        const double BA_v = b_v / a_v;
        const double a_m = -(alpha_m + beta_m), BA_m = alpha_m / a_m;
        const double a_h = -(alpha_h + beta_h), BA_h = alpha_h / a_h;
        const double a_n = -(alpha_n + beta_n), BA_n = alpha_n / a_n;
        v[i] = (V + BA_v) * std::exp(dt * a_v) - BA_v;
        m[i] = (M + BA_m) * std::exp(dt * a_m) - BA_m;
        h[i] = (H + BA_h) * std::exp(dt * a_h) - BA_h;
        nn[i] = (N + BA_n) * std::exp(dt * a_n) - BA_n;
        ge[i] = _ge * GE;
        gi[i] = _gi * GI;
    }
}

extern "C" int cuba(int n, double t, double dt, double* __restrict v, double* __restrict ge, double* __restrict gi,
                    double* __restrict lastspike, char* __restrict not_refractory, int32_t* __restrict spikes) {
    const double taum = 20e-3, taue = 5e-3, taui = 10e-3, Vt = -50e-3, Vr = -60e-3, El = -49e-3, refractory = 5e-3;
    const double em = std::exp(-dt / taum), ee = std::exp(-dt / taue), ei = std::exp(-dt / taui);
    const double ke = taue / (taue - taum) * (ee - em), ki = taui / (taui - taum) * (ei - em);
    for (int i = 0; i < n; i++) {
        const bool active = (t - lastspike[i]) > refractory;
        not_refractory[i] = active;
        const double V = v[i], GE = ge[i], GI = gi[i];
        const double _v = El + (V - El) * em + ke * GE + ki * GI;
        ge[i] = GE * ee;
        gi[i] = GI * ei;
        if (active) v[i] = _v;
    }
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (v[i] > Vt && not_refractory[i]) {
            spikes[count++] = i;
            not_refractory[i] = false;
            lastspike[i] = t;
        }
    }
    for (int k = 0; k < count; k++) v[spikes[k]] = Vr;
    return count;
}

// Spikes become a queue of synapse numbers, which the effect then visits, as in Brian2.
extern "C" void synapses(int count, const int32_t* __restrict spikes, const int64_t* __restrict start, const int32_t* __restrict target,
                         const double* __restrict weight, double* __restrict g, int32_t* __restrict queue) {
    int n = 0;
    for (int k = 0; k < count; k++)
        for (int64_t s = start[spikes[k]]; s < start[spikes[k] + 1]; s++) queue[n++] = s;
    for (int q = 0; q < n; q++) {
        const int32_t s = queue[q];
        g[target[s]] += weight[s];
    }
}
