//! Strongly connected parts of a graph, in an order in which each comes after what it needs.

use std::collections::BTreeSet;

/// The parts of a graph whose nodes need each other, directly or not. A part comes after all that it needs; among those that could
/// come next, the one with the smallest node does. Nodes are in order within each.
pub fn components(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let (of, count) = labels(needs);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, part) in of.iter().enumerate() {
        members[*part].push(node);
    }
    // Parts that need a part, and how many each still waits for.
    let mut needed_by: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    let mut waiting = vec![0; count];
    for (node, needed) in needs.iter().enumerate() {
        for other in needed {
            if of[node] != of[*other] && needed_by[of[*other]].insert(of[node]) {
                waiting[of[node]] += 1;
            }
        }
    }
    let mut ready: BTreeSet<(usize, usize)> = (0..count)
        .filter(|part| waiting[*part] == 0)
        .map(|part| (members[part][0], part))
        .collect();
    let mut result = Vec::new();
    while let Some((_, part)) = ready.pop_first() {
        for next in &needed_by[part] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                ready.insert((members[*next][0], *next));
            }
        }
        result.push(std::mem::take(&mut members[part]));
    }
    result
}

/// The part of each node, and how many there are: Tarjan's algorithm, with a stack of its own.
fn labels(needs: &[Vec<usize>]) -> (Vec<usize>, usize) {
    const NONE: usize = usize::MAX;
    let n = needs.len();
    let mut number = vec![NONE; n];
    let mut low = vec![0; n];
    let mut part = vec![NONE; n];
    let (mut numbered, mut parts) = (0, 0);
    let mut trail = Vec::new();
    for root in 0..n {
        if number[root] != NONE {
            continue;
        }
        // Nodes being visited, and which of their needs comes next.
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if *next == 0 {
                (number[node], low[node]) = (numbered, numbered);
                numbered += 1;
                trail.push(node);
            }
            if let Some(other) = needs[node].get(*next).copied() {
                *next += 1;
                if number[other] == NONE {
                    path.push((other, 0));
                } else if part[other] == NONE {
                    low[node] = low[node].min(number[other]);
                }
                continue;
            }
            path.pop();
            if let Some((above, _)) = path.last() {
                low[*above] = low[*above].min(low[node]);
            }
            if low[node] == number[node] {
                while let Some(member) = trail.pop() {
                    part[member] = parts;
                    if member == node {
                        break;
                    }
                }
                parts += 1;
            }
        }
    }
    (part, parts)
}
