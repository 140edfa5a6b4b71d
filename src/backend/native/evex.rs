//! An assembler for the few AVX-512 instructions that loops of plain arithmetic need.
//!
//! Cranelift's vectors have two lanes of doubles; these have eight. All instructions are encoded by one function from a row of a
//! table. Registers are numbers: `zmm0`-`zmm31`, masks `k1`-`k7`, and general registers by their machine number.

use std::fmt::Write;

/// A row: name, opcode map (1: 0F, 2: 0F38, 3: 0F3A), mandatory prefix (0: none, 1: 66, 2: F3), W bit, opcode.
#[derive(Clone, Copy, Debug)]
pub struct Opcode(&'static str, u8, u8, u8, u8);

/// The instructions.
pub mod op {
    use super::Opcode;

    macro_rules! rows {
        ($($name:ident = $text:literal, $map:literal, $prefix:literal, $w:literal, $code:literal;)*) => {
            $(pub const $name: Opcode = Opcode($text, $map, $prefix, $w, $code);)*
        };
    }
    rows! {
        ADD = "vaddpd", 1, 1, 1, 0x58;
        SUB = "vsubpd", 1, 1, 1, 0x5c;
        MUL = "vmulpd", 1, 1, 1, 0x59;
        DIV = "vdivpd", 1, 1, 1, 0x5e;
        MIN = "vminpd", 1, 1, 1, 0x5d;
        MAX = "vmaxpd", 1, 1, 1, 0x5f;
        SQRT = "vsqrtpd", 1, 1, 1, 0x51;
        ROUND = "vrndscalepd", 3, 1, 1, 0x09;
        COMPARE = "vcmppd", 1, 1, 1, 0xc2;
        COMPARE_INT = "vpcmpq", 3, 1, 1, 0x1f;
        BLEND = "vblendmpd", 2, 1, 1, 0x65;
        ADD_INT = "vpaddq", 1, 1, 1, 0xd4;
        SUB_INT = "vpsubq", 1, 1, 1, 0xfb;
        MUL_INT = "vpmullq", 2, 1, 1, 0x40;
        MIN_INT = "vpminsq", 2, 1, 1, 0x39;
        MAX_INT = "vpmaxsq", 2, 1, 1, 0x3d;
        MIN_UNSIGNED = "vpminuq", 2, 1, 1, 0x3b;
        ABS_INT = "vpabsq", 2, 1, 1, 0x1f;
        AND = "vpandq", 1, 1, 1, 0xdb;
        XOR = "vpxorq", 1, 1, 1, 0xef;
        FROM_INT = "vcvtqq2pd", 1, 2, 1, 0xe6;
        TO_INT = "vcvttpd2qq", 1, 1, 1, 0x7a;
        LOAD = "vmovupd", 1, 1, 1, 0x10;
        STORE = "vmovupd", 1, 1, 1, 0x11;
        MOVE = "vmovapd", 1, 1, 1, 0x28;
        SPREAD = "vbroadcastsd", 2, 1, 1, 0x19;
        SPREAD_INT = "vpbroadcastq", 2, 1, 1, 0x7c;
        WIDEN_U32 = "vpmovzxdq", 2, 1, 0, 0x35;
        WIDEN_U8 = "vpmovzxbq", 2, 1, 0, 0x32;
        WIDEN_F32 = "vcvtps2pd", 1, 0, 0, 0x5a;
        NARROW_F32 = "vcvtpd2ps", 1, 1, 1, 0x5a;
        STORE_HALF = "vmovups", 1, 0, 0, 0x11;
        NARROW_U32 = "vpmovqd", 2, 2, 0, 0x35;
        NARROW_U8 = "vpmovqb", 2, 2, 0, 0x32;
        TEST = "vptestmq", 2, 1, 1, 0x27;
        TO_MASK = "vpmovq2m", 2, 2, 1, 0x39;
        FROM_MASK = "vpmovm2q", 2, 2, 1, 0x38;
        GATHER = "vgatherqpd", 2, 1, 1, 0x93;
        GATHER_F32 = "vgatherqps", 2, 1, 0, 0x93;
        GATHER_U32 = "vpgatherqd", 2, 1, 0, 0x91;
    }

    /// Fused multiply-add in the three operand orders (132, 213, 231) of `±a*b ± c`: [negated product][negated addend].
    pub const FMA: [[[Opcode; 3]; 2]; 2] = [
        [
            [
                Opcode("vfmadd132pd", 2, 1, 1, 0x98),
                Opcode("vfmadd213pd", 2, 1, 1, 0xa8),
                Opcode("vfmadd231pd", 2, 1, 1, 0xb8),
            ],
            [
                Opcode("vfmsub132pd", 2, 1, 1, 0x9a),
                Opcode("vfmsub213pd", 2, 1, 1, 0xaa),
                Opcode("vfmsub231pd", 2, 1, 1, 0xba),
            ],
        ],
        [
            [
                Opcode("vfnmadd132pd", 2, 1, 1, 0x9c),
                Opcode("vfnmadd213pd", 2, 1, 1, 0xac),
                Opcode("vfnmadd231pd", 2, 1, 1, 0xbc),
            ],
            [
                Opcode("vfnmsub132pd", 2, 1, 1, 0x9e),
                Opcode("vfnmsub213pd", 2, 1, 1, 0xae),
                Opcode("vfnmsub231pd", 2, 1, 1, 0xbe),
            ],
        ],
    ];

    /// Operations on masks: name and opcode.
    pub const K_AND: (&str, u8) = ("kandb", 0x41);
    /// `!a & b`.
    pub const K_AND_NOT: (&str, u8) = ("kandnb", 0x42);
    /// Or.
    pub const K_OR: (&str, u8) = ("korb", 0x45);
    /// Equal bits.
    pub const K_SAME: (&str, u8) = ("kxnorb", 0x46);
    /// Differing bits.
    pub const K_XOR: (&str, u8) = ("kxorb", 0x47);
}

const GENERAL: [&str; 12] = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
];

/// A place in memory: base register, index register with the logarithm of its scale, displacement.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// Base.
    pub base: u8,
    /// Index.
    pub index: Option<(u8, u8)>,
    /// Displacement in bytes.
    pub offset: i32,
}

/// The operand that may be in memory.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// A vector register.
    Zmm(u8),
    /// A mask register.
    Mask(u8),
    /// A general register.
    General(u8),
    /// A whole vector, or what a widening or narrowing instruction accesses.
    Memory(Address),
    /// One double or integer, in all lanes.
    Broadcast(Address),
    /// Gathered with the vector register as index, scaled by the given logarithm.
    Gathered(Address, u8, u8),
}

/// The other operands of an instruction.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rest {
    /// The first source, where there are two.
    pub source: u8,
    /// Lanes written, as a mask register; 0 for all.
    pub mask: u8,
    /// Other lanes become 0 rather than keep their value.
    pub zero: bool,
    /// The immediate byte.
    pub immediate: Option<u8>,
    /// On 256-bit vectors.
    pub half: bool,
}

/// Code under construction.
#[derive(Default)]
pub struct Assembler {
    /// Machine code.
    pub code: Vec<u8>,
    /// The same as text, a line for each instruction.
    pub text: String,
}

impl Assembler {
    /// Encodes an instruction on 512-bit vectors, or on halves of them. `target` is the register operand, usually the result.
    pub fn put(&mut self, op: Opcode, target: u8, rm: Operand, rest: Rest) {
        let Opcode(_, map, prefix, w, code) = op;
        let bit = |value: u8, n: u8| value >> n & 1;
        let not = |value: u8| value ^ 1;
        let mut high = bit(rest.source, 4);
        // The extension bits of the operand in memory or register: X, B.
        let (x, b) = match rm {
            Operand::Zmm(n) => (bit(n, 4), bit(n, 3)),
            Operand::Mask(n) | Operand::General(n) => (0, bit(n, 3)),
            Operand::Memory(at) | Operand::Broadcast(at) => {
                (at.index.map_or(0, |index| bit(index.0, 3)), bit(at.base, 3))
            }
            Operand::Gathered(at, index, _) => {
                high = bit(index, 4);
                (bit(index, 3), bit(at.base, 3))
            }
        };
        let broadcast = u8::from(matches!(rm, Operand::Broadcast(_)));
        let p0 =
            not(bit(target, 3)) << 7 | not(x) << 6 | not(b) << 5 | not(bit(target, 4)) << 4 | map;
        let p1 = w << 7 | (!rest.source & 15) << 3 | 1 << 2 | prefix;
        let length = if rest.half { 1 } else { 2 };
        let p2 =
            u8::from(rest.zero) << 7 | length << 5 | broadcast << 4 | not(high) << 3 | rest.mask;
        self.code.extend([0x62, p0, p1, p2, code]);
        self.modrm(target & 7, rm);
        self.code.extend(rest.immediate);
        self.describe(op.0, target, rm, rest);
    }
    /// The byte that names both operands, and the address.
    fn modrm(&mut self, register: u8, rm: Operand) {
        let (at, index) = match rm {
            Operand::Zmm(n) | Operand::Mask(n) | Operand::General(n) => {
                return self.code.push(0xc0 | register << 3 | n & 7);
            }
            Operand::Memory(at) | Operand::Broadcast(at) => (at, at.index),
            Operand::Gathered(at, index, scale) => (at, Some((index, scale))),
        };
        match index {
            // A base of rsp would need an index byte, too; it is not used.
            None => self.code.push(0x80 | register << 3 | at.base & 7),
            Some((index, scale)) => {
                let sib = scale << 6 | (index & 7) << 3 | at.base & 7;
                self.code.extend([0x80 | register << 3 | 4, sib]);
            }
        }
        self.code.extend(at.offset.to_le_bytes());
    }
    fn describe(&mut self, name: &str, target: u8, rm: Operand, rest: Rest) {
        let mask = match (rest.mask, rest.zero) {
            (0, _) => String::new(),
            (mask, false) => format!("{{k{mask}}}"),
            (mask, true) => format!("{{k{mask}}}{{z}}"),
        };
        let rm = operand(rm);
        let source = rest.source;
        let immediate = rest
            .immediate
            .map_or(String::new(), |byte| format!(", {byte}"));
        // Unused sources are written as zmm0, which keeps this free of a column for the number of operands.
        let line = format!("{name} {target}{mask}, zmm{source}, {rm}{immediate}");
        self.line(&line);
    }
    /// Adds a line of text.
    pub fn line(&mut self, line: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "    {line}");
    }
    /// An operation on two masks.
    pub fn masks(&mut self, op: (&str, u8), target: u8, a: u8, b: u8) {
        // VEX with L=1, prefix 66, map 0F.
        self.code.extend([
            0xc5,
            0x80 | (!a & 15) << 3 | 4 | 1,
            op.1,
            0xc0 | target << 3 | b,
        ]);
        self.line(&format!("{} k{target}, k{a}, k{b}", op.0));
    }
    /// The complement of a mask.
    pub fn mask_not(&mut self, target: u8, a: u8) {
        self.code.extend([0xc5, 0xf9, 0x44, 0xc0 | target << 3 | a]);
        self.line(&format!("knotb k{target}, k{a}"));
    }
    /// Stores a mask as one byte.
    pub fn mask_store(&mut self, at: Address, mask: u8) {
        // VEX.L0.66.0F.W0 91; a base above 7 needs the long form.
        let b = (at.base >> 3 & 1) ^ 1;
        self.code.extend([0xc4, 0xc0 | b << 5 | 1, 0x79, 0x91]);
        self.modrm(mask, Operand::Memory(at));
        self.line(&format!("kmovb {}, k{mask}", operand(Operand::Memory(at))));
    }
    /// Other instructions, as bytes.
    pub fn raw(&mut self, bytes: &[u8], text: &str) {
        self.code.extend(bytes);
        self.line(text);
    }
    /// Pads with instructions that do nothing up to a multiple of `unit` bytes.
    pub fn align(&mut self, unit: usize) {
        while !self.code.len().is_multiple_of(unit) {
            self.code.push(0x90);
        }
    }
}

fn operand(rm: Operand) -> String {
    let place = |at: Address| {
        let base = GENERAL.get(at.base as usize).unwrap_or(&"?");
        let index = at.index.map_or(String::new(), |(index, scale)| {
            let index = GENERAL.get(index as usize).unwrap_or(&"?");
            format!(" + {index}*{}", 1 << scale)
        });
        format!("[{base}{index} + {:#x}]", at.offset)
    };
    match rm {
        Operand::Zmm(n) => format!("zmm{n}"),
        Operand::Mask(n) => format!("k{n}"),
        Operand::General(n) => GENERAL.get(n as usize).unwrap_or(&"?").to_string(),
        Operand::Memory(at) => place(at),
        Operand::Broadcast(at) => format!("{}{{1to8}}", place(at)),
        Operand::Gathered(at, index, scale) => {
            format!("{} + zmm{index}*{}", place(at), 1 << scale)
        }
    }
}
