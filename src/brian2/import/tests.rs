//! What single statements become.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::import;

/// A population for scripts that need one.
const GROUP: &str = "G = NeuronGroup(4, QQQdv/dt = (I - v)/(10*ms) : 1\nI : 1QQQ, threshold='v > 1', reset='v = 0')\n";

/// A script, lines that its model has, and lines that it has not.
fn holds(script: &str, wanted: &[&str], unwanted: &[&str]) {
    let script = format!(
        "from brian2 import *\n{}",
        script.replace("GROUP", GROUP).replace("QQQ", "'''")
    );
    let imported = import(&script);
    let lines: Vec<&str> = imported.text.lines().map(str::trim).collect();
    for line in wanted {
        assert!(
            lines.contains(line),
            "no `{line}` in\n{}\nof\n{script}",
            imported.text
        );
    }
    for part in unwanted {
        assert!(
            !imported.text.contains(part),
            "`{part}` in\n{}\nof\n{script}",
            imported.text
        );
    }
}

#[test]
fn constants_keep_their_units_and_their_order() {
    holds(
        "tau = 10*ms\narea = 20000*umetre**2\nN = int(0.8*10)\nx = [1, 2, 3]\ny = x[1]*tau\nd = dict(a=3*mV)\nz = d['a']\nfrom numpy import pi as p\nw = p/2",
        &[
            "tau = 10 ms",
            "area = 20000*umetre**2",
            "N = int(0.8*10)",
            "y = 2*tau",
            "z = 3 mV",
            "w = p/2".replace('p', "pi").as_str(),
        ],
        &["not translated"],
    );
}

#[test]
fn a_constant_that_changes_before_anything_runs_keeps_the_old_value_where_it_was_used() {
    holds(
        "a = 2\nb = 3*a\na = a*5\nGROUPG.I = 'a'\nrun(1*ms)\na = 7.5\nrun(1*ms)",
        &["b = 3*2", "a = 10.0", "a = 7.5"],
        &["not translated"],
    );
}

#[test]
fn texts_are_put_together() {
    holds(
        "eqs = 'dv/dt = -v/tau : 1\\n'\neqs += f'tau = {5}*ms : second\\n' + '{} : 1'.format('x')\nG = NeuronGroup(1, eqs)\nG.x = 'i %s 1' % '+'\nrun(1*ms)",
        &[
            "dv/dt = -v/tau : 1",
            "tau = 5*ms : second",
            "x : 1",
            "x(0) = i + 1",
        ],
        &["not translated"],
    );
}

#[test]
fn connections_come_in_all_forms() {
    holds(
        "GROUPS = Synapses(G, G, 'w : 1', on_pre={'pre': 'v += w', 'late': 'v -= w'}, on_event={'pre': 'spike'})\nS.connect(condition='i != j', p=0.1)\n\
         S.connect(i=[0, 1], j=2)\nS.connect(j='k for k in range(i) if rand() < 0.5', skip_if_invalid=True)\nS.connect(i=arange(2), j=[3, 3], n=2)\n\
         S.late.delay = 2*ms\nS.delay = 'rand()*ms'\nS.w['i == j'] = 3\nrun(1*ms)",
        &[
            "on_pre: v += w",
            "on_pre late: v -= w",
            "connect: if i != j, p = 0.1",
            "connect: i = [0, 1], j = [2]",
            "connect: j = k for k in range(i) if rand() < 0.5, skip",
            "connect: i = [0, 1], j = [3, 3], n = 2",
            "delay late: 2 ms",
            "delay: rand()*ms",
            "S.w[i == j] = 3",
        ],
        &["not translated"],
    );
}

#[test]
fn loops_and_sweeps() {
    holds(
        "GROUPM = SpikeMonitor(G)\nfor k in range(3):\n    G.I = 1 + k\n    run(5*ms)\ncounts = []\nfor x in linspace(1, 2, 3):\n    G.I = x\n    run(1*ms)\n    counts.append(M.count[0])",
        &[
            "for k in range(3) {",
            "G.I = 1 + k",
            "for x in linspace(1, 2, 3) {",
            "collect counts = G.spikes.count[0]",
        ],
        &["not translated"],
    );
    holds(
        "rates = []\nfor tau in [5, 10]*ms:\n    start_scope()\n    G = NeuronGroup(1, 'dv/dt = (2 - v)/tau : 1', threshold='v > 1', reset='v = 0')\n    M = SpikeMonitor(G)\n    \
         run(50*ms)\n    rates.append(M.num_spikes/(50*ms))\nplot([5, 10]*ms, rates)",
        &[
            "sweep tau in [5, 10] ms {",
            "run 50 ms",
            "plot rates vs [5, 10] ms",
        ],
        &["not translated"],
    );
}

#[test]
fn plots_of_monitors() {
    holds(
        "GROUPM = StateMonitor(G, 'v', record=[0, 2])\nS = SpikeMonitor(G)\nR = PopulationRateMonitor(G)\nrun(1*ms)\nplot(M.t/ms, M.v[1])\ntitle('Two')\nfigure()\nplot(S.t/ms, S.i, '.k')\n\
         figure()\nplot(R.t/ms, R.smooth_rate(width=2*ms)/Hz)\nfigure()\nhist(S.count, bins=5)",
        &[
            "plot \"Two\": G.v[2]",
            "plot raster(G)",
            "plot rate(G, smooth: 2 ms)",
            "plot histogram(G.spikes.count, bins: 5)",
        ],
        &["not translated"],
    );
}

#[test]
fn what_depends_on_what_is_left_is_left() {
    holds(
        "a = somewhere.else_()\nGROUPG.I = a\nG.v = 0.5\nrun(1*ms)",
        &[
            "# not translated: a = somewhere.else_()  (the function `else_`)",
            "# not translated: G.I = a  (`a` is not translated)",
            "v(0) = 0.5",
        ],
        &[],
    );
}

#[test]
fn a_second_network_is_not_run_with_the_first() {
    holds(
        "GROUPrun(1*ms)\nstart_scope()\nH = NeuronGroup(1, 'x : 1')\nrun(2*ms)",
        &[
            "run 1 ms",
            "# not translated: run(2*ms)  (it runs another network)",
        ],
        &["neurons H"],
    );
}

#[test]
fn a_monitor_that_begins_later_is_left_with_the_reason() {
    holds(
        "GROUPearly = SpikeMonitor(G)\nrun(1*ms)\nlate = SpikeMonitor(G)\nrun(1*ms)",
        &["record spikes of G"],
        &[],
    );
    let script = format!(
        "from brian2 import *\n{GROUP}run(1*ms)\nM = StateMonitor(G, 'v', record=True)\nrun(1*ms)\n"
    );
    let imported = import(&script.replace("QQQ", "'''"));
    assert_eq!(imported.left, 1, "{}", imported.text);
    assert!(imported.text.contains("a monitor made after a run"));
    assert!(!imported.text.lines().any(|line| line.starts_with("record")));
}
