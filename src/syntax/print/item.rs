//! Declarations and statements as text.

use super::Printer;
use super::STEP;
use super::expr::{quoted, width};
use super::lines::{Kind, Line};
use crate::source::Span;
use crate::syntax::ast::{
    Argument, DefinitionKind, Doc, Expr, FunctionDeclaration, Ident, If, Item, ItemKind, Method,
    Plot, PopulationKind, Property, Record, Unit, UseTarget,
};

impl Printer<'_> {
    pub(super) fn items(&mut self, head: String, items: &[Item], span: Span) {
        if self.one_line(&head, span, |printer| {
            items.iter().for_each(|item| printer.item(item))
        }) {
            return;
        }
        let first = items.first().map(|item| {
            item.doc
                .as_ref()
                .map_or(item.span.start, |doc| doc.span.start)
        });
        self.open(format!("{head} {{"), span, first);
        for item in items {
            self.item(item);
        }
        self.close(span.end, "}");
    }

    pub(super) fn item(&mut self, item: &Item) {
        let (span, doc) = (item.span, item.doc.as_ref());
        let with = |options: &[Argument], printer: &Self| match options {
            [] => String::new(),
            options => format!(", {}", printer.arguments(options)),
        };
        let line = match &item.kind {
            ItemKind::Title(text) => format!("title {}", quoted(text)),
            ItemKind::Constant(constant) => {
                let range = constant.range.as_ref().map(|range| self.range(range));
                let reserve = range.as_ref().map_or(0, |range| width(range) + 1);
                let head = constant.name.name.clone();
                let value = self.wrapped(
                    &constant.value,
                    self.indent + width(&head) + 3,
                    self.indent + STEP,
                    reserve,
                );
                let cells = [head, format!("= {value}")]
                    .into_iter()
                    .chain(range)
                    .collect();
                return self.simple(span, doc, Kind::Constant, cells);
            }
            ItemKind::Function(function) => {
                let head = format!("{}({}) =", function.name.name, names(&function.parameters));
                return self.assigned(span, doc, Kind::Other, head, &function.body);
            }
            ItemKind::Signal(signal) => {
                let every = signal.every.as_ref().map_or(String::new(), |every| {
                    format!(" every {}", self.flat(every))
                });
                let tail = format!("{every}{}", with(&signal.options, self));
                let head = format!(
                    "signal {}({}) = ",
                    signal.name.name,
                    names(&signal.parameters)
                );
                let value = self.wrapped(
                    &signal.values,
                    self.indent + width(&head),
                    self.indent + STEP,
                    width(&tail),
                );
                format!("{head}{value}{tail}")
            }
            ItemKind::Use(used) => match &used.target {
                UseTarget::Name(name) => format!("use {}", name.name),
                UseTarget::Path(path) => format!("use {}", quoted(path)),
            },
            ItemKind::Record(record) => self.record(record),
            ItemKind::Plot(plot) => self.plot(plot),
            ItemKind::Mark(mark) => {
                format!(
                    "mark {} = {}{}",
                    mark.axis.name,
                    self.flat(&mark.value),
                    with(&mark.options, self)
                )
            }
            ItemKind::Run(run) => {
                let until = run.until.as_ref().map_or(String::new(), |until| {
                    format!(", until {}", self.flat(until))
                });
                format!(
                    "run {}{until}{}",
                    self.flat(&run.duration),
                    with(&run.options, self)
                )
            }
            ItemKind::Assignment(a) => {
                let head = format!("{} {}", self.flat(&a.place), a.operator.spelling());
                return self.assigned(span, doc, Kind::Other, head, &a.value);
            }
            ItemKind::Let(l) => {
                return self.assigned(
                    span,
                    doc,
                    Kind::Other,
                    format!("let {} =", l.name.name),
                    &l.value,
                );
            }
            ItemKind::Collect(c) => {
                return self.assigned(
                    span,
                    doc,
                    Kind::Other,
                    format!("collect {} =", c.name.name),
                    &c.value,
                );
            }
            ItemKind::Save(name) => format!("save {}", name.name),
            ItemKind::Restore(name) => format!("restore {}", name.name),
            ItemKind::Stop => "stop".to_string(),
            ItemKind::Expect(expect) => {
                let range = expect
                    .range
                    .as_ref()
                    .map_or(String::new(), |range| format!(" {}", self.range(range)));
                format!("expect {}{range}", self.flat(&expect.value))
            }
            ItemKind::Expression(expr) => self.wrapped(expr, self.indent, self.indent + STEP, 0),
            ItemKind::Dimension(dimension) => {
                let sides: Vec<String> = dimension
                    .definitions
                    .iter()
                    .map(|unit| format!(" = {}", self.unit(unit)))
                    .collect();
                format!("dimension {}{}", dimension.name.name, sides.concat())
            }
            ItemKind::Unit(unit) => self.unit_declaration(unit),
            ItemKind::LibraryConstant(constant) => {
                let unit = constant
                    .unit
                    .as_ref()
                    .map_or(String::new(), |unit| format!(" : {}", self.unit(unit)));
                format!(
                    "constant {}{unit} = {}",
                    constant.name.name,
                    self.flat(&constant.value)
                )
            }
            ItemKind::Automatic(automatic) => format!("automatic {}", names(&automatic.methods)),
            ItemKind::Error => self.between(span.start, span.end).to_string(),
            _ => return self.block(item, span, doc),
        };
        self.simple(span, doc, Kind::Other, vec![line]);
    }

    /// Items with braces.
    fn block(&mut self, item: &Item, span: Span, doc: Option<&Doc>) {
        self.lead(span, doc, span.start);
        match &item.kind {
            ItemKind::Definition(definition) => {
                let word = match definition.kind {
                    DefinitionKind::Neuron => "neuron",
                    DefinitionKind::Synapse => "synapse",
                };
                self.body(
                    format!("{word} {}", definition.name.name),
                    &definition.members,
                    span,
                    true,
                );
            }
            ItemKind::Population(population) => {
                let word = match population.kind {
                    PopulationKind::Neurons => "neurons",
                    PopulationKind::Poisson => "poisson",
                    PopulationKind::Spikes => "spikes",
                };
                let size = population
                    .size
                    .as_ref()
                    .map_or(String::new(), |size| format!("[{}]", self.flat(size)));
                let head = format!(
                    "{word} {}{size}{}",
                    population.name.name,
                    of(population.model.as_ref())
                );
                self.body(head, &population.members, span, false);
            }
            ItemKind::Projection(p) => {
                let ends = format!("{} -> {}", self.flat(&p.source), self.flat(&p.target));
                let head = format!("synapses {}: {ends}{}", p.name.name, of(p.model.as_ref()));
                self.body(head, &p.members, span, false);
            }
            ItemKind::PoissonInput(input) => {
                let head = format!(
                    "poisson_input {}: {}",
                    input.name.name,
                    self.flat(&input.target)
                );
                self.body(head, &input.members, span, true);
            }
            ItemKind::Parameters(parameters) => {
                self.block_of_statements(
                    format!("parameters {} {{", parameters.name.name),
                    &parameters.values,
                    span,
                );
            }
            ItemKind::Figure(figure) => {
                let title = figure
                    .title
                    .as_ref()
                    .map_or(String::new(), |title| format!(" {}", quoted(title)));
                let comma = if figure.title.is_some() { "," } else { "" };
                let options = match figure.options.as_slice() {
                    [] => String::new(),
                    options => format!("{comma} {}", self.arguments(options)),
                };
                self.items(format!("figure{title}{options}"), &figure.body, span);
            }
            ItemKind::Sweep(sweep) => {
                let variables: Vec<String> = sweep
                    .variables
                    .iter()
                    .map(|(name, values)| format!("{} in {}", name.name, self.flat(values)))
                    .collect();
                self.items(format!("sweep {}", variables.join(", ")), &sweep.body, span);
            }
            ItemKind::For(f) => {
                self.items(
                    format!("for {} in {}", f.variable.name, self.flat(&f.values)),
                    &f.body,
                    span,
                );
            }
            ItemKind::Repeat(repeat) => self.items(
                format!("repeat {}", self.flat(&repeat.count)),
                &repeat.body,
                span,
            ),
            ItemKind::While(w) => {
                self.items(format!("while {}", self.flat(&w.condition)), &w.body, span)
            }
            ItemKind::Every(every) => self.items(
                format!("every {}", self.flat(&every.interval)),
                &every.body,
                span,
            ),
            ItemKind::If(choice) => match (choice.branches.as_slice(), &choice.otherwise) {
                ([(condition, body)], None) => {
                    self.items(format!("if {}", self.flat(condition)), body, span)
                }
                _ => self.choice(choice, span),
            },
            ItemKind::FunctionDeclaration(function) => self.function(function, span),
            ItemKind::Method(method) => {
                self.block_of_statements(
                    format!("{} {{", self.method_head(method)),
                    &method.steps,
                    span,
                );
            }
            _ => {}
        }
        self.last_end = Some(span.end);
        self.comment_behind(span.end);
    }

    fn choice(&mut self, choice: &If, span: Span) {
        let bodies = choice
            .branches
            .iter()
            .map(|(_, body)| body)
            .chain(&choice.otherwise);
        let bodies: Vec<&Vec<Item>> = bodies.collect();
        let mut from = span.start;
        for (k, body) in bodies.iter().enumerate() {
            let head = match choice.branches.get(k) {
                Some((condition, _)) => format!("if {} {{", self.flat(condition)),
                None => "{".to_string(),
            };
            from = choice
                .branches
                .get(k)
                .map_or(from, |(condition, _)| condition.span.end);
            let start = Span {
                start: from,
                ..span
            };
            if k == 0 {
                self.open(head, start, body.first().map(|item| item.span.start));
            } else {
                // The brace of the body before stands on this line.
                self.indent -= STEP;
                self.open(
                    format!("}} else {head}"),
                    start,
                    body.first().map(|item| item.span.start),
                );
            }
            for item in *body {
                self.item(item);
            }
            from = body.last().map_or(from, |item| item.span.end);
            if k + 1 < bodies.len() {
                let rest = self
                    .plain
                    .get(from as usize..span.end as usize)
                    .unwrap_or("");
                from += rest.find("else").unwrap_or(0) as u32;
                self.comments_before(from);
            }
        }
        self.close(span.end, "}");
    }

    fn record(&self, record: &Record) -> String {
        let mut text = format!("record {}", self.flat_all(&record.what));
        if let Some(of) = &record.of {
            text.push_str(&format!(" of {}", self.flat(of)));
        }
        if !record.with.is_empty() {
            text.push_str(&format!(" with {}", names(&record.with)));
        }
        if let Some(every) = &record.every {
            text.push_str(&format!(" every {}", self.flat(every)));
        }
        for option in &record.options {
            text.push_str(&format!(", {}", self.argument(option)));
        }
        text
    }

    fn plot(&self, plot: &Plot) -> String {
        let mut parts: Vec<String> = Vec::new();
        for series in &plot.series {
            let against = series
                .against
                .as_ref()
                .map_or(String::new(), |x| format!(" vs {}", self.flat(x)));
            parts.push(format!("{}{against}", self.flat(&series.value)));
        }
        parts.extend(plot.options.iter().map(|option| self.argument(option)));
        let head = match &plot.title {
            Some(title) => format!("plot {}: ", quoted(title)),
            // A text that begins the first series is not a title.
            None if parts.first().is_some_and(|part| part.starts_with('"')) => "plot: ".to_string(),
            None => "plot ".to_string(),
        };
        let column = self.indent + width(&head);
        format!(
            "{head}{}",
            super::expr::fill(&parts, column, self.indent + STEP)
        )
    }

    fn unit_declaration(&self, unit: &Unit) -> String {
        let value = unit
            .value
            .as_ref()
            .map_or(String::new(), |value| format!(" = {}", self.flat(value)));
        let properties: Vec<String> = unit
            .properties
            .iter()
            .map(|property| format!("   {}", self.property(property)))
            .collect();
        format!(
            "unit {} : {}{value}{}",
            unit.name.name,
            self.unit(&unit.dimension),
            properties.concat()
        )
    }

    fn property(&self, property: &Property) -> String {
        format!("{} {}", property.word.name, self.flat_all(&property.values))
    }

    fn method_head(&self, method: &Method) -> String {
        let mut head = format!("method {}", method.name.name);
        if let Some(order) = &method.order {
            head.push_str(&format!(" order {}", self.flat(order)));
        }
        if method.strong {
            head.push_str(" strong");
        }
        if !method.requires.is_empty() {
            let facts: Vec<&str> = method
                .requires
                .iter()
                .map(|fact| fact.name.as_str())
                .collect();
            head.push_str(&format!(" requires {}", facts.join(" ")));
        }
        head
    }

    fn function(&mut self, function: &FunctionDeclaration, span: Span) {
        let parameters: Vec<String> = function
            .parameters
            .iter()
            .map(|p| format!("{}: {}", p.name.name, self.unit(&p.dimension)))
            .collect();
        let mut head = format!(
            "function {}({}) -> {}",
            function.name.name,
            parameters.join(", "),
            self.unit(&function.result)
        );
        // Lines of the block, with the place where each stood.
        let mut lines: Vec<(Span, String)> = Vec::new();
        lines.extend(
            function
                .intrinsic
                .as_ref()
                .map(|name| (name.span, format!("intrinsic {}", name.name))),
        );
        lines.extend(
            function
                .properties
                .iter()
                .map(|property| (property.span, self.property(property))),
        );
        lines.extend(
            function
                .steps
                .iter()
                .map(|step| (step.span, self.statement(step))),
        );
        if let Some(value) = &function.value {
            if self
                .between(function.result.span.end, value.span.start)
                .contains('{')
                || !function.steps.is_empty()
            {
                lines.push((value.span, format!("return {}", self.flat(value))));
            } else {
                let column = self.indent + width(&head) + 3;
                head.push_str(&format!(
                    " = {}",
                    self.wrapped(value, column, self.indent + STEP, 2)
                ));
            }
        }
        let mut previous: Option<&Expr> = None;
        for derivative in &function.derivatives {
            let joined = previous.is_some_and(|before| {
                !self
                    .between(before.span.end, derivative.span.start)
                    .contains("derivative")
            });
            previous = Some(derivative);
            match lines.last_mut() {
                Some((place, line)) if joined => {
                    line.push_str(&format!(", {}", self.flat(derivative)));
                    *place = place.to(derivative.span);
                }
                _ => lines.push((
                    derivative.span,
                    format!("derivative {}", self.flat(derivative)),
                )),
            }
        }
        lines.extend(
            function
                .examples
                .iter()
                .map(|example| (example.span, format!("example {}", self.flat(example)))),
        );
        // In the order of the text; a tree without places keeps the order above.
        lines.sort_by_key(|(span, _)| span.start);
        if lines.is_empty() && !self.has_comments(span) {
            self.lines
                .push(Line::new(self.indent, Kind::Other, vec![head]));
            return;
        }
        self.open(
            format!("{head} {{"),
            span,
            lines.first().map(|(span, _)| span.start),
        );
        for (span, line) in lines {
            self.simple(span, None, Kind::Other, vec![line]);
        }
        self.close(span.end, "}");
    }
}

fn names(names: &[Ident]) -> String {
    names
        .iter()
        .map(|name| name.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn of(model: Option<&Ident>) -> String {
    model.map_or(String::new(), |model| format!(" of {}", model.name))
}
