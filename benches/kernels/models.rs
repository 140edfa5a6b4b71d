//! The two benchmark models as kernels, in the shape in which equations are lowered.

use snnc::kir::build::Builder;
use snnc::kir::layout::{ColumnId, Elem, Layout};
use snnc::kir::{At, BinaryOp, CompareOp, Domain, Kernel, KernelId, Program, UnaryOp, Value};

/// A program with the columns that rivals share.
pub struct Model {
    pub program: Program,
    pub kernels: Vec<KernelId>,
    pub columns: Vec<ColumnId>,
}

struct Math<'a>(Builder<'a>);

impl Math<'_> {
    fn n(&mut self, value: f64) -> Value {
        self.0.f64(value)
    }
    fn bin(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.0.binary(op, a, b)
    }
    fn add(&mut self, a: Value, b: Value) -> Value {
        self.bin(BinaryOp::Add, a, b)
    }
    fn sub(&mut self, a: Value, b: Value) -> Value {
        self.bin(BinaryOp::Sub, a, b)
    }
    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.bin(BinaryOp::Mul, a, b)
    }
    fn div(&mut self, a: Value, b: Value) -> Value {
        self.bin(BinaryOp::Div, a, b)
    }
    fn neg(&mut self, a: Value) -> Value {
        self.0.unary(UnaryOp::Neg, a)
    }
    fn call(&mut self, name: &'static str, a: Value) -> Value {
        self.0.call(name, &[a])
    }
    /// (offset - v + VT) / scale, or its mirror image (v - VT - offset) / scale.
    fn distance(&mut self, v: Value, vt: Value, offset: f64, scale: f64, rising: bool) -> Value {
        let offset = self.n(offset * 1e-3);
        let x = if rising {
            let x = self.sub(v, vt);
            self.sub(x, offset)
        } else {
            let x = self.sub(offset, v);
            self.add(x, vt)
        };
        let scale = self.n(scale * 1e-3);
        self.div(x, scale)
    }
    /// x*exp(a*dt) + b*dt*exprel(a*dt)
    fn step(&mut self, x: Value, a: Value, b: Value, dt: Value) -> Value {
        let z = self.mul(a, dt);
        let e = self.call("exp", z);
        let decayed = self.mul(x, e);
        let bdt = self.mul(b, dt);
        let z = self.mul(a, dt);
        let r = self.call("exprel", z);
        let gained = self.mul(bdt, r);
        self.add(decayed, gained)
    }
    /// factor / exprel(t) / ms
    fn linoid(&mut self, factor: f64, t: Value) -> Value {
        let factor = self.n(factor);
        let r = self.call("exprel", t);
        let x = self.div(factor, r);
        let ms = self.n(1e-3);
        self.div(x, ms)
    }
}

/// Hodgkin-Huxley neurons with two synaptic conductances, exponential Euler.
pub fn hodgkin_huxley(len: usize) -> Model {
    let mut layout = Layout::default();
    let columns: Vec<ColumnId> = ["v", "m", "h", "n", "ge", "gi"]
        .iter()
        .map(|name| layout.add_column(*name, Elem::F64, len, "1", 0.0))
        .collect();
    let dt_column = layout.add_column("dt", Elem::F64, 1, "s", 1e-4);
    let mut program = Program {
        layout,
        ..Program::default()
    };
    let builder = Builder::new(&program.layout, "hh.state", Domain::Elements { len });
    let mut e = Math(builder);
    let loaded: Vec<Value> = columns.iter().map(|&column| e.0.element(column)).collect();
    let [v, m, h, n, ge, gi] = loaded[..] else {
        unreachable!()
    };
    let dt = e.0.uniform(dt_column);
    let vt = e.n(-63e-3);
    let ms = e.n(1e-3);
    let t = e.distance(v, vt, 13.0, 4.0, false);
    let alpha_m = e.linoid(0.32 * 4.0, t);
    let t = e.distance(v, vt, 40.0, 5.0, true);
    let beta_m = e.linoid(0.28 * 5.0, t);
    let t = e.distance(v, vt, 17.0, 18.0, false);
    let (x, k) = (e.call("exp", t), e.n(0.128));
    let x = e.mul(k, x);
    let alpha_h = e.div(x, ms);
    let t = e.distance(v, vt, 40.0, 5.0, false);
    let (x, one, four) = (e.call("exp", t), e.n(1.0), e.n(4.0));
    let x = e.add(one, x);
    let x = e.div(four, x);
    let beta_h = e.div(x, ms);
    let t = e.distance(v, vt, 15.0, 5.0, false);
    let alpha_n = e.linoid(0.032 * 5.0, t);
    let t = e.distance(v, vt, 10.0, 40.0, false);
    let (x, k) = (e.call("exp", t), e.n(0.5));
    let x = e.mul(k, x);
    let beta_n = e.div(x, ms);
    let (gl, gna, gk, cm) = (e.n(10e-9), e.n(20e-6), e.n(6e-6), e.n(200e-12));
    let three = e.n(3.0);
    let cube = e.0.call("pow", &[m, three]);
    let x = e.mul(gna, cube);
    let ina = e.mul(x, h);
    let four = e.n(4.0);
    let fourth = e.0.call("pow", &[n, four]);
    let ik = e.mul(gk, fourth);
    let sum = e.add(gl, ge);
    let sum = e.add(sum, gi);
    let sum = e.add(sum, ina);
    let sum = e.add(sum, ik);
    let x = e.neg(sum);
    let a = e.div(x, cm);
    let (el, ee, ei, ena, ek) = (e.n(-65e-3), e.n(0.0), e.n(-80e-3), e.n(50e-3), e.n(-90e-3));
    let mut b = e.mul(gl, el);
    for (g, reversal) in [(ge, ee), (gi, ei), (ina, ena), (ik, ek)] {
        let x = e.mul(g, reversal);
        b = e.add(b, x);
    }
    let b = e.div(b, cm);
    let v_new = e.step(v, a, b, dt);
    let mut gate = |x: Value, alpha: Value, beta: Value| {
        let sum = e.add(alpha, beta);
        let a = e.neg(sum);
        e.step(x, a, alpha, dt)
    };
    let m_new = gate(m, alpha_m, beta_m);
    let h_new = gate(h, alpha_h, beta_h);
    let n_new = gate(n, alpha_n, beta_n);
    let mut decay = |g: Value, tau: f64| {
        let tau = e.n(tau);
        let x = e.neg(dt);
        let x = e.div(x, tau);
        let x = e.call("exp", x);
        e.mul(x, g)
    };
    let ge_new = decay(ge, 5e-3);
    let gi_new = decay(gi, 10e-3);
    let new = [v_new, m_new, h_new, n_new, ge_new, gi_new];
    for (&column, value) in columns.iter().zip(new) {
        e.0.store(column, At::Element, value, None);
    }
    let kernel: Kernel = e.0.finish();
    let kernels = vec![program.kernels.push(kernel)];
    Model {
        program,
        kernels,
        columns,
    }
}

/// Leaky integrate-and-fire neurons with exponential currents, exact update. `fused`: state and threshold in one kernel.
pub fn cuba(len: usize, fused: bool) -> Model {
    let mut layout = Layout::default();
    let mut columns: Vec<ColumnId> = ["v", "ge", "gi", "lastspike"]
        .iter()
        .map(|name| layout.add_column(*name, Elem::F64, len, "1", 0.0))
        .collect();
    let active_column = layout.add_column("active", Elem::Bool, len, "1", 0.0);
    let t_column = layout.add_column("t", Elem::F64, 1, "s", 0.0);
    let dt_column = layout.add_column("dt", Elem::F64, 1, "s", 1e-4);
    columns.push(t_column);
    let spikes = layout.add_list("spikes", len);
    let mut program = Program {
        layout,
        ..Program::default()
    };
    let layout = &program.layout;
    let mut e = Math(Builder::new(layout, "lif.state", Domain::Elements { len }));
    let (t, dt) = (e.0.uniform(t_column), e.0.uniform(dt_column));
    let last = e.0.element(columns[3]);
    let (since, refractory) = (e.sub(t, last), e.n(5e-3));
    let active = e.0.compare(CompareOp::Gt, since, refractory);
    if !fused {
        e.0.store(active_column, At::Element, active, None);
    }
    let mut decay = |tau: f64| {
        let tau = e.n(tau);
        let x = e.neg(dt);
        let x = e.div(x, tau);
        e.call("exp", x)
    };
    let (em, ee, ei) = (decay(20e-3), decay(5e-3), decay(10e-3));
    let mut factor = |tau: f64, decay: Value| {
        let k = e.n(tau / (tau - 20e-3));
        let x = e.sub(decay, em);
        e.mul(k, x)
    };
    let (ke, ki) = (factor(5e-3, ee), factor(10e-3, ei));
    let (v, ge, gi) = (
        e.0.element(columns[0]),
        e.0.element(columns[1]),
        e.0.element(columns[2]),
    );
    let el = e.n(-49e-3);
    let x = e.sub(v, el);
    let x = e.mul(x, em);
    let x = e.add(el, x);
    let y = e.mul(ke, ge);
    let x = e.add(x, y);
    let y = e.mul(ki, gi);
    let v_new = e.add(x, y);
    e.0.store(columns[0], At::Element, v_new, Some(active));
    let x = e.mul(ge, ee);
    e.0.store(columns[1], At::Element, x, None);
    let x = e.mul(gi, ei);
    e.0.store(columns[2], At::Element, x, None);
    let mut kernels = Vec::new();
    let mut bodies = Vec::new();
    let active = if fused {
        active
    } else {
        bodies.push(
            std::mem::replace(
                &mut e,
                Math(Builder::new(
                    layout,
                    "lif.threshold",
                    Domain::Elements { len },
                )),
            )
            .0
            .finish(),
        );
        e.0.element(active_column)
    };
    let v = e.0.element(columns[0]);
    let threshold = e.n(-50e-3);
    let above = e.0.compare(CompareOp::Gt, v, threshold);
    let spike = e.bin(BinaryOp::And, above, active);
    e.0.push(spikes, spike);
    let t = e.0.uniform(t_column);
    e.0.store(columns[3], At::Element, t, Some(spike));
    bodies.push(e.0.finish());
    let mut e = Math(Builder::new(layout, "lif.reset", Domain::List(spikes)));
    let reset = e.n(-60e-3);
    e.0.store(columns[0], At::Element, reset, None);
    bodies.push(e.0.finish());
    for body in bodies {
        kernels.push(program.kernels.push(body));
    }
    Model {
        program,
        kernels,
        columns,
    }
}

/// Synapses of `fan` targets for each of `len` neurons: `g[target] += weight` along the rows of the neurons in the list.
pub fn synapses(len: usize, fan: usize) -> Model {
    let mut layout = Layout::default();
    let g = layout.add_column("g", Elem::F64, len, "1", 0.0);
    let weight = layout.add_column("weight", Elem::F64, len * fan, "1", 0.0);
    let target = layout.add_column("target", Elem::U32, len * fan, "1", 0.0);
    let start = layout.add_column("start", Elem::I64, len + 1, "1", 0.0);
    let spikes = layout.add_list("spikes", len);
    let mut program = Program {
        layout,
        ..Program::default()
    };
    let domain = Domain::Rows {
        list: spikes,
        start,
        order: None,
    };
    let mut e = Math(Builder::new(&program.layout, "synapses.pre", domain));
    let (w, j) = (e.0.element(weight), e.0.element(target));
    let old = e.0.load(g, At::Index(j));
    let new = e.add(old, w);
    e.0.store(g, At::Index(j), new, None);
    let kernel = e.0.finish();
    let kernels = vec![program.kernels.push(kernel)];
    Model {
        program,
        kernels,
        columns: vec![g, weight, target, start],
    }
}
