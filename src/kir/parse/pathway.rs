//! Reading pathways and reducers.

use super::{ParseError, Parser, Result1};
use crate::kir::KernelId;
use crate::kir::pathway::{Delay, Effect, Near, Pathway, Reducer, Reduction, To, Weight, Write};

impl Parser {
    pub(super) fn pathway(&mut self, line: usize) -> Result1<()> {
        let name = self.word("a name")?;
        let list = self.list()?;
        self.keyword("rows")?;
        let rows = self.column()?;
        let first = self.number("the first row")?;
        self.keyword("delay")?;
        let delay = match self.word("a delay")?.as_str() {
            "common" => Delay::Common(self.float()?),
            "shared" => Delay::Shared(self.column()?),
            "each" => Delay::Each(self.column()?),
            word => return self.fail(format!("`{word}` is no delay")),
        };
        let changing = self.eat("changing");
        let effect = match self.word("an effect")?.as_str() {
            "call" => {
                let kernel = self.word("a kernel")?;
                self.delivered
                    .push((self.program.pathways.len(), line, kernel));
                Effect::Call {
                    kernel: KernelId(0),
                    due: self.list()?,
                    near: self.near()?,
                    writes: self.writes()?,
                }
            }
            "add" => self.addition()?,
            word => return self.fail(format!("`{word}` is no effect")),
        };
        self.program.pathways.push(Pathway {
            name,
            list,
            rows,
            first,
            delay,
            changing,
            effect,
        });
        Ok(())
    }
    fn near(&mut self) -> Result1<Vec<Near>> {
        let mut near = Vec::new();
        while self.eat("near") {
            let index = self.column()?;
            self.keyword("in")?;
            let into = self.column()?;
            near.push(Near { index, into });
        }
        Ok(near)
    }
    fn writes(&mut self) -> Result1<Vec<Write>> {
        let mut writes = Vec::new();
        while self.eat("write") {
            let column = self.column()?;
            self.keyword("from")?;
            let from = self.column()?;
            let how = ["set", "add"].into_iter().find(|word| self.eat(word));
            let to = match how {
                None => To::Own,
                Some(how) => {
                    self.keyword("at")?;
                    To::Side {
                        index: self.column()?,
                        first: self.number("the first element")?,
                        add: how == "add",
                        active: match self.eat("where") {
                            true => Some(self.column()?),
                            false => None,
                        },
                    }
                }
            };
            writes.push(Write { column, from, to });
        }
        Ok(writes)
    }
    fn addition(&mut self) -> Result1<Effect> {
        let target = self.column()?;
        self.keyword("at")?;
        let index = self.column()?;
        let first = self.number("the first element")?;
        self.keyword("weight")?;
        let weight = match self.word("a weight")?.as_str() {
            "shared" => Weight::Shared(self.column()?),
            word @ ("each" | "fixed") => Weight::Each {
                fixed: word == "fixed",
                column: self.column()?,
            },
            word => return self.fail(format!("`{word}` is no weight")),
        };
        let active = match self.eat("where") {
            true => Some(self.column()?),
            false => None,
        };
        Ok(Effect::Add {
            target,
            index,
            first,
            weight,
            active,
        })
    }
    pub(super) fn reducer(&mut self) -> Result1<()> {
        let name = self.word("a name")?;
        let word = self.word("a reduction")?;
        let Some((reduction, _)) = Reduction::ALL.iter().find(|row| row.1 == word) else {
            return self.fail(format!("`{word}` is no reduction"));
        };
        let source = self.column()?;
        let first = self.number("the first element")?;
        let last = self.number("the end of the elements")?;
        self.keyword("into")?;
        let into = self.column()?;
        self.program.reducers.push(Reducer {
            name,
            reduction: *reduction,
            source,
            first,
            last,
            into,
        });
        Ok(())
    }
    /// Finds the kernels of pathways, once all are read.
    pub(super) fn pathway_kernels(&mut self) -> Result1<()> {
        for (number, line, name) in std::mem::take(&mut self.delivered) {
            let mut kernels = self.program.kernels.iter_enumerated();
            let Some((found, _)) = kernels.find(|(_, kernel)| kernel.name == name) else {
                let message = format!("there is no kernel `{name}`");
                return Err(ParseError { line, message });
            };
            if let Some(pathway) = self.program.pathways.get_mut(number)
                && let Effect::Call { kernel, .. } = &mut pathway.effect
            {
                *kernel = found;
            }
        }
        Ok(())
    }
}
