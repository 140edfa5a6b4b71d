//! Reading kernels: domain, statements, operations.

use super::{Parser, Result1, Token};
use crate::kir::layout::ColumnId;
use crate::kir::typing::{BINARY, COMPARE, DISTRIBUTION, UNARY};
use crate::kir::{At, Carried, Const, Domain, Kernel, Op, Stmt, Ty, Value, primitive};

impl Parser {
    pub(super) fn kernel(&mut self, line: usize) -> Result1<()> {
        let name = self.word("a name")?;
        let domain = match self.word("a domain")?.as_str() {
            "once" => Domain::Once,
            "elements" => Domain::Elements {
                len: self.length()?,
            },
            "sequence" => Domain::Sequence {
                len: self.length()?,
            },
            "list" => Domain::List(self.list()?),
            "rows" => {
                let list = self.list()?;
                self.keyword("start")?;
                let start = self.column()?;
                let order = if self.eat("order") {
                    Some(self.column()?)
                } else {
                    None
                };
                Domain::Rows { list, start, order }
            }
            word => return self.fail(format!("`{word}` is no domain")),
        };
        self.lines.push(vec![line]);
        let mut kernel = Kernel::new(name, domain);
        self.mark('{')?;
        kernel.body = self.body(&mut kernel, 0)?;
        self.program.kernels.push(kernel);
        Ok(())
    }
    /// Statements up to and with the closing brace.
    fn body(&mut self, kernel: &mut Kernel, depth: usize) -> Result1<Vec<Stmt>> {
        if depth > 64 {
            return self.fail("loops are nested too deeply");
        }
        let mut body = Vec::new();
        while !self.eat_mark('}') {
            let line = self.line();
            if let Some(lines) = self.lines.last_mut() {
                lines.push(line);
            }
            body.push(match self.peek() {
                Token::Word(word) if word == "store" => {
                    self.at += 1;
                    let (column, at) = self.place()?;
                    self.mark('=')?;
                    let value = self.value()?;
                    let mask = if self.eat("if") {
                        Some(self.value()?)
                    } else {
                        None
                    };
                    Stmt::Store {
                        column,
                        at,
                        value,
                        mask,
                    }
                }
                Token::Word(word) if word == "push" => {
                    self.at += 1;
                    let list = self.list()?;
                    self.keyword("if")?;
                    let mask = self.value()?;
                    Stmt::Push { list, mask }
                }
                Token::Word(word) if word == "while" => {
                    self.at += 1;
                    self.repeat(kernel, depth)?
                }
                _ => {
                    let value = self.value()?;
                    self.mark('=')?;
                    let op = self.op()?;
                    let types = |value| kernel.types.get(value).copied().unwrap_or(Ty::F64);
                    // A wrong operand is the verifier's to report; any type does until then.
                    let ty = op.result(&types, &self.program.layout).unwrap_or(Ty::F64);
                    define(kernel, value, ty);
                    Stmt::Let(value, op)
                }
            });
        }
        Ok(body)
    }
    fn repeat(&mut self, kernel: &mut Kernel, depth: usize) -> Result1<Stmt> {
        self.keyword("limit")?;
        let limit = self.number("a number of rounds")?;
        let mut carried = Vec::new();
        self.mark('(')?;
        while !self.eat_mark(')') {
            let value = self.value()?;
            self.mark('=')?;
            let init = self.value()?;
            self.keyword("then")?;
            let next = self.value()?;
            self.eat_mark(',');
            let ty = kernel.types.get(init).copied().unwrap_or(Ty::F64);
            define(kernel, value, ty);
            carried.push(Carried { value, init, next });
        }
        self.keyword("again")?;
        let again = self.value()?;
        self.mark('{')?;
        let body = self.body(kernel, depth + 1)?;
        Ok(Stmt::While {
            carried,
            body,
            again,
            limit,
        })
    }
    fn place(&mut self) -> Result1<(ColumnId, At)> {
        let column = self.column()?;
        self.mark('[')?;
        let at = if self.eat("i") {
            At::Element
        } else if self.eat("0") {
            At::Uniform
        } else {
            At::Index(self.value()?)
        };
        self.mark(']')?;
        Ok((column, at))
    }
    fn pair(&mut self) -> Result1<(Value, Value)> {
        let a = self.value()?;
        self.mark(',')?;
        Ok((a, self.value()?))
    }
    fn op(&mut self) -> Result1<Op> {
        let name = self.word("an operation")?;
        if let Some(row) = UNARY.iter().find(|row| row.1 == name) {
            return Ok(Op::Unary(row.0, self.value()?));
        }
        if let Some(row) = BINARY.iter().find(|row| row.1 == name) {
            let (a, b) = self.pair()?;
            return Ok(Op::Binary(row.0, a, b));
        }
        if let Some(row) = COMPARE.iter().find(|row| row.1 == name) {
            let (a, b) = self.pair()?;
            return Ok(Op::Compare(row.0, a, b));
        }
        match name.as_str() {
            "f64" => Ok(Op::Const(Const::F64(self.float()?))),
            "i64" => Ok(Op::Const(Const::I64(self.number("an integer")?))),
            "bool" => Ok(Op::Const(Const::Bool(self.number("true or false")?))),
            "index" => Ok(Op::Index),
            "load" => {
                let (column, at) = self.place()?;
                Ok(Op::Load { column, at })
            }
            "fma" | "select" => {
                let (a, b) = self.pair()?;
                self.mark(',')?;
                let c = self.value()?;
                Ok(if name == "fma" {
                    Op::Fma(a, b, c)
                } else {
                    let (condition, then, otherwise) = (a, b, c);
                    Op::Select {
                        condition,
                        then,
                        otherwise,
                    }
                })
            }
            "call" => {
                let name = self.word("a primitive")?;
                let Some(found) = primitive::find(&name) else {
                    self.at -= 1;
                    return self.fail(format!("there is no primitive `{name}`"));
                };
                let mut args = Vec::new();
                self.mark('(')?;
                while !self.eat_mark(')') {
                    args.push(self.value()?);
                    self.eat_mark(',');
                }
                let primitive = found.name;
                Ok(Op::Call { primitive, args })
            }
            "random" => self.random(),
            name => {
                self.at -= 1;
                self.fail(format!("`{name}` is no operation"))
            }
        }
    }
    fn random(&mut self) -> Result1<Op> {
        let name = self.word("a distribution")?;
        let Some(row) = DISTRIBUTION.iter().find(|row| row.1 == name) else {
            return self.fail(format!("`{name}` is no distribution"));
        };
        self.keyword("stream")?;
        let stream = self.number("the number of a stream")?;
        self.keyword("seed")?;
        let seed = self.value()?;
        self.keyword("step")?;
        let step = self.value()?;
        self.keyword("index")?;
        let index = self.value()?;
        let argument = if self.eat("mean") {
            Some(self.value()?)
        } else {
            None
        };
        Ok(Op::Random {
            distribution: row.0,
            stream,
            seed,
            step,
            index,
            argument,
        })
    }
}

fn define(kernel: &mut Kernel, value: Value, ty: Ty) {
    while kernel.types.len() <= value.0 as usize {
        kernel.types.push(Ty::F64);
    }
    kernel.types[value] = ty;
}
