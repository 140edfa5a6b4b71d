// Structure of .snn for editors: lines, blocks, brackets, words and numbers. It takes any text whose brackets pair, so that highlighting stays
// calm while a line is half written; what is right or wrong is the business of `snnc lsp`. words.js is made from the compiler's tables.
const words = require("./words.js");

const OPERATORS = [
  "->", "..", "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=",
  "+", "-", "*", "/", "%", "^", "<", ">", "=", ":", ",", ".",
];

module.exports = grammar({
  name: "snn",

  extras: ($) => [/[ \t\r\f\u00a0\ufeff]/, /\\\r?\n/, $.comment, $.documentation],
  word: ($) => $.name,

  rules: {
    file: ($) => optional($._lines),
    _lines: ($) => choice($.line, seq(optional($.line), repeat1(seq($._end, optional($.line))))),

    // `tau = 10 ms`, `neurons lif[10] { … }`, `threshold: v > -50 mV`
    line: ($) => prec.right(choice(seq(choice($.keyword, $.label), repeat($._part)), repeat1($._part))),
    keyword: () => prec(2, choice(...words.top)),
    label: () => prec(2, choice(...words.members.filter((word) => !words.top.includes(word)))),
    _end: () => choice("\n", ";"),

    _part: ($) =>
      choice($.derivative, $.quantity, $.call, $.name, $.text, $.word_operator, $.operator, $.group, $.list, $.block),

    // `dv/dt`
    derivative: () => token(prec(1, /d[\p{L}_][\p{L}\p{N}_]*[ \t]*\/[ \t]*dt/)),
    // `10 ms`, `2.5e-3`
    quantity: ($) => prec.right(seq($.number, optional(alias($.name, $.unit)))),
    number: () => token(/(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/),
    // `exp(v)`
    call: ($) => prec(1, seq(field("function", $.name), alias($._arguments, $.group))),
    _arguments: ($) => seq(token.immediate("("), repeat(choice($._part, $._end)), ")"),
    name: () => /[\p{L}_][\p{L}\p{N}_]*/,
    word_operator: () => choice(...words.within),
    operator: () => choice(...OPERATORS),
    text: () =>
      token(
        choice(
          seq('"""', repeat(choice(/[^"]/, /"[^"]/, /""[^"]/)), '"""'),
          seq("'''", repeat(choice(/[^']/, /'[^']/, /''[^']/)), "'''"),
          /"([^"\\\n]|\\.)*"/,
          /'([^'\\\n]|\\.)*'/,
        ),
      ),

    group: ($) => seq("(", repeat(choice($._part, $._end)), ")"),
    list: ($) => seq("[", repeat(choice($._part, $._end)), "]"),
    block: ($) => seq("{", optional($._lines), "}"),

    documentation: () => token(prec(2, /\/\/\/[^\n]*/)),
    comment: () => token(/#[^\n]*/),
  },
});
