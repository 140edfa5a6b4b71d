" Highlighting for snn. The lists of words are made from the compiler's tables (tests/editors.rs).
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax match snnStatement /\v^\s*(automatic|collect|constant|derivative|dimension|every|example|expect|figure|for|function|if|intrinsic|let|mark|neuron|neurons|order|parameters|plot|poisson|poisson_input|record|repeat|requires|restore|return|run|save|signal|spikes|stop|strong|sweep|synapse|synapses|title|unit|use|while)>(\s*[=:.(])@!/
syntax match snnMember /\v(^|[{;])\s*\zs(at|connect|delay|dt|event|every|indices|method|n|on|on_post|on_pre|order|period|rate|rates|refractory|reset|target|threshold|times|weight)>\ze[^=;]*:/
syntax keyword snnOperator all and else from in not of or skip until vs when
syntax keyword snnOperator with if for
syntax keyword snnFunction exp expm1 exprel log log1p log10 log2 sigmoid sqrt abs sign heaviside
syntax keyword snnFunction sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh min max
syntax keyword snnFunction clip floor ceil round int mod floordiv timestep rand randn poisson step
syntax keyword snnFunction ramp sine pulses
syntax keyword snnConstant e inf pi
syntax keyword snnUnit Hz MHz amp ampere becquerel boolean candle cm cm2 cm3 coulomb farad
syntax keyword snnUnit gram gramme gray henry hertz hour integer joule kHz katal kelvin kilogram
syntax keyword snnUnit kilogramme liter litre lumen lux mA mM mS mV meter metre minute
syntax keyword snnUnit mm mm2 mm3 mol molar mole ms nA nF nM nS newton
syntax keyword snnUnit ohm pA pF pascal radian second siemens sievert steradian tesla uA uF
syntax keyword snnUnit uM uS um um2 um3 us volt watt weber
syntax match snnNumber /\v<\d+\.?\d*([eE][+-]?\d+)?/
syntax region snnString start=/"/ end=/"/ oneline
syntax match snnComment /#.*$/ contains=snnTodo
syntax match snnDoc /\/\/\/.*$/
syntax keyword snnTodo contained TODO

highlight default link snnStatement Statement
highlight default link snnMember Keyword
highlight default link snnOperator Operator
highlight default link snnFunction Function
highlight default link snnConstant Constant
highlight default link snnUnit Type
highlight default link snnNumber Number
highlight default link snnString String
highlight default link snnComment Comment
highlight default link snnDoc SpecialComment
highlight default link snnTodo Todo

let b:current_syntax = 'snn'
