; Made from the compiler's tables (tests/editors.rs).
(name) @variable
((name) @constant.builtin
  (#any-of? @constant.builtin
    "e" "inf" "pi"))
((name) @type
  (#any-of? @type
    "Hz" "MHz" "amp" "ampere" "becquerel" "boolean" "candle" "cm" "cm2" "cm3" "coulomb" "farad"
    "gram" "gramme" "gray" "henry" "hertz" "hour" "integer" "joule" "kHz" "katal" "kelvin" "kilogram"
    "kilogramme" "liter" "litre" "lumen" "lux" "mA" "mM" "mS" "mV" "meter" "metre" "minute"
    "mm" "mm2" "mm3" "mol" "molar" "mole" "ms" "nA" "nF" "nM" "nS" "newton"
    "ohm" "pA" "pF" "pascal" "radian" "second" "siemens" "sievert" "steradian" "tesla" "uA" "uF"
    "uM" "uS" "um" "um2" "um3" "us" "volt" "watt" "weber"))
(call function: (name) @function)
((call function: (name) @function.builtin)
  (#any-of? @function.builtin
    "exp" "expm1" "exprel" "log" "log1p" "log10" "log2" "sigmoid" "sqrt" "abs" "sign" "heaviside"
    "sin" "cos" "tan" "arcsin" "arccos" "arctan" "arctan2" "sinh" "cosh" "tanh" "min" "max"
    "clip" "floor" "ceil" "round" "int" "mod" "floordiv" "timestep" "rand" "randn" "poisson" "step"
    "ramp" "sine" "pulses"))
(keyword) @keyword
(label) @keyword
(word_operator) @keyword.operator
(derivative) @variable.member
(number) @number
(unit) @type
(text) @string
(operator) @operator
(comment) @comment
(documentation) @comment.documentation
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
