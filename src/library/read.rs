//! Reads declarations of dimensions, units, constants, functions and methods into a [`Library`], and checks them.
//!
//! A declaration may use what stands before it, so that no definition can go in a circle. Only derivatives and examples, which say
//! something about a function without defining it, may use all of the file.

use super::declared::rational;
use super::function::{Body, Constant, Function};
use super::signature::{Parameter, Pattern, Signature};
use super::units::{PREFIXES, Prefix, UnitRow, power_of_ten};
use super::{Library, infer};
use crate::diagnostic::{Code, Diagnostic, Sink, codes};
use crate::model::term::{Draw, Intrinsic, Type};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{
    self, Expr, FunctionDeclaration, Item, ItemKind, Property, UnitExpr, UnitKind,
};
use crate::syntax::parse;
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::describe_dimension;
use crate::units::quantity::Quantity;

pub(super) const DECLARATION: Code = codes::LIBRARY_DECLARATION;

/// See [`Library::load`].
pub(super) fn load(files: &[(&str, &str)], sink: &mut Sink) -> Library {
    let mut library = Library::default();
    let mut sources = SourceMap::default();
    for (name, text) in files {
        let file = sources.add(*name, *text);
        let tree = parse(file, text, sink);
        extend(&mut library, &tree, text, sink);
    }
    library.sources = sources;
    library.places.clear();
    library
}

/// See [`Library::extend`].
pub(super) fn extend(library: &mut Library, file: &ast::File, text: &str, sink: &mut Sink) {
    let mut sections = file.comments.iter().filter_map(|comment| {
        let title = comment.text.strip_prefix("# == ")?;
        Some((comment.span.start, title.to_string()))
    });
    let known = library.functions.len();
    let mut next = sections.next();
    let mut section = String::new();
    for item in &file.items {
        while let Some((start, title)) = next.take() {
            if start > item.span.start {
                next = Some((start, title));
                break;
            }
            (section, next) = (title, sections.next());
        }
        if let Err(diagnostic) = declare(library, item, text, &section) {
            sink.report(*diagnostic);
        }
    }
    for function in library.functions.get(known..).unwrap_or(&[]) {
        if let Err(diagnostic) = infer::check_remarks(library, function) {
            sink.report(*diagnostic);
        }
    }
}

/// True for the items that [`extend`] reads.
pub(super) fn is_declaration(kind: &ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Dimension(_)
            | ItemKind::Unit(_)
            | ItemKind::LibraryConstant(_)
            | ItemKind::FunctionDeclaration(_)
            | ItemKind::Method(_)
            | ItemKind::Automatic(_)
    )
}

/// A named dimension.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its name.
    pub name: String,
    /// What it is.
    pub value: Dimension,
    /// Its documentation.
    pub doc: String,
    /// True for the seven without a definition.
    pub base: bool,
}

pub(super) type Fallible<T> = Result<T, Box<Diagnostic>>;

pub(super) fn refuse<T>(span: Span, message: impl Into<String>) -> Fallible<T> {
    Err(Box::new(Diagnostic::new(DECLARATION, span, message)))
}

/// A name that has a meaning already. Where another file gave it, the place is shown, too.
fn taken<T>(library: &Library, span: Span, name: &str, message: String) -> Fallible<T> {
    let diagnostic = Diagnostic::new(DECLARATION, span, message);
    Err(Box::new(match library.places.get(name) {
        Some(first) => diagnostic
            .label("declared again here")
            .also(*first, "declared first here")
            .note("a declaration holds in all files of a program, whichever of them it stands in"),
        None => diagnostic
            .label("needs another name")
            .note("the standard library has this name"),
    }))
}

fn declare(library: &mut Library, item: &Item, text: &str, section: &str) -> Fallible<()> {
    let doc = item.doc.as_ref().map_or("", |doc| &doc.text).to_string();
    match &item.kind {
        ItemKind::Dimension(declaration) => dimension(library, declaration, doc),
        ItemKind::Unit(declaration) => unit(library, declaration, doc),
        ItemKind::LibraryConstant(declaration) => constant(library, declaration, doc),
        ItemKind::FunctionDeclaration(declaration) => {
            let mut function = function(library, declaration, doc, item.span, text)?;
            function.section = section.to_string();
            let position = library.functions.len();
            let name = function.name.clone();
            library.functions.push(function);
            library.places.insert(name.clone(), declaration.name.span);
            library.function_names.insert(name, position);
            Ok(())
        }
        ItemKind::Method(method) => {
            if library
                .methods
                .iter()
                .any(|m| m.name.name == method.name.name)
            {
                let message = format!("the method `{}` is declared twice", method.name.name);
                return taken(library, method.name.span, &method.name.name, message);
            }
            let name = &method.name;
            library.places.insert(name.name.clone(), name.span);
            library.methods.push(method.clone());
            library.method_docs.push(doc);
            Ok(())
        }
        ItemKind::Automatic(automatic) => {
            library.automatic = automatic.methods.iter().map(|m| m.name.clone()).collect();
            Ok(())
        }
        _ => Ok(()),
    }
}

fn dimension(library: &mut Library, new: &ast::Dimension, doc: String) -> Fallible<()> {
    let name = &new.name.name;
    if library.dimension(name).is_some() {
        let message = format!("the dimension `{name}` is declared twice");
        return taken(library, new.name.span, name, message);
    }
    let mut value: Option<Dimension> = None;
    for definition in &new.definitions {
        let found = dimension_of(library, definition)?;
        if let Some(first) = value.filter(|first| *first != found) {
            let message = format!("the definitions of `{name}` do not agree");
            return Err(Box::new(
                Diagnostic::new(DECLARATION, definition.span, message)
                    .label(describe_dimension(found))
                    .also(
                        new.definitions.first().map_or(definition.span, |d| d.span),
                        describe_dimension(first),
                    ),
            ));
        }
        value = Some(found);
    }
    let bases = library.dimensions.iter().filter(|row| row.base).count();
    let base = value.is_none();
    let value = match value {
        Some(value) => value,
        None if bases < 7 => Dimension::base(bases),
        None => {
            let message =
                format!("`{name}` needs a definition: there are seven base dimensions already");
            return refuse(new.name.span, message);
        }
    };
    library.places.insert(name.clone(), new.name.span);
    library.dimensions.push(Named {
        name: name.clone(),
        value,
        doc,
        base,
    });
    Ok(())
}

/// A product of dimensions.
fn dimension_of(library: &Library, unit: &UnitExpr) -> Fallible<Dimension> {
    pattern(library, unit, None).map(|pattern| pattern.fixed)
}

/// A product of dimensions, with variables where a list to collect them is given.
fn pattern(
    library: &Library,
    unit: &UnitExpr,
    mut variables: Option<&mut Vec<String>>,
) -> Fallible<Pattern> {
    let range = || refuse(unit.span, "this exponent is out of range");
    match &unit.kind {
        UnitKind::One => Ok(Pattern::fixed(Dimension::NONE)),
        UnitKind::Group(inner) => pattern(library, inner, variables),
        UnitKind::Error => refuse(unit.span, "this dimension could not be read"),
        UnitKind::Name(name) => match (library.dimension(name), variables) {
            (Some(dimension), _) => Ok(Pattern::fixed(dimension)),
            (None, Some(variables)) => {
                let position = variables.iter().position(|v| v == name).unwrap_or_else(|| {
                    variables.push(name.clone());
                    variables.len() - 1
                });
                Ok(Pattern::variable(position))
            }
            (None, None) => refuse(unit.span, format!("there is no dimension `{name}`")),
        },
        UnitKind::Product(left, right) | UnitKind::Quotient(left, right) => {
            let left = pattern(library, left, variables.as_deref_mut())?;
            let mut right = Some(pattern(library, right, variables)?);
            if matches!(unit.kind, UnitKind::Quotient(..)) {
                right = right.and_then(|p| p.pow(Rational { num: -1, den: 1 }));
            }
            right
                .and_then(|right| left.times(&right))
                .map_or_else(range, Ok)
        }
        UnitKind::Power { base, exponent } => {
            let base = pattern(library, base, variables)?;
            rational(exponent)
                .and_then(|e| base.pow(e))
                .map_or_else(range, Ok)
        }
    }
}

fn unit(library: &mut Library, new: &ast::Unit, doc: String) -> Fallible<()> {
    let dimension = dimension_of(library, &new.dimension)?;
    let mut value = 1.0;
    if let Some(expr) = &new.value {
        let found = quantity(library, expr)?;
        if found.dimension != dimension {
            let message = format!(
                "the value of `{}` does not have its dimension",
                new.name.name
            );
            return Err(Box::new(
                Diagnostic::new(DECLARATION, expr.span, message)
                    .label(describe_dimension(found.dimension))
                    .also(new.dimension.span, describe_dimension(dimension)),
            ));
        }
        value = found.value;
    }
    // Most units are built from others without a factor: 0 first.
    let mut exponents = (0..=30).flat_map(|size| [size, -size]);
    let decimal = exponents.find(|exponent| power_of_ten(*exponent) == value);
    let mut row = UnitRow {
        name: new.name.name.clone(),
        also: Vec::new(),
        symbols: Vec::new(),
        short: Vec::new(),
        dimension,
        mantissa: if decimal.is_some() { 1.0 } else { value },
        exponent: decimal.unwrap_or(0),
        prefixes: PREFIXES
            .iter()
            .filter(|p| p.text.is_empty())
            .copied()
            .collect(),
        powers: false,
        in_expressions: true,
        doc,
    };
    for property in &new.properties {
        let words = words(property)?;
        match property.word.name.as_str() {
            "also" => row.also.extend(words),
            "symbol" => row.symbols.extend(words),
            "short" => row.short.extend(words),
            "prefixes" => row.prefixes = prefixes(property.span, &words)?,
            "suffixes" => row.powers = flag(property, &words, "yes")?,
            "only" => row.in_expressions = !flag(property, &words, "behind_values")?,
            _ => {
                return unknown_property(property, "also, symbol, short, prefixes, suffixes, only");
            }
        }
    }
    let name = row.name.clone();
    let own: Vec<String> = std::iter::once(&row.name)
        .chain(&row.also)
        .chain(&row.symbols)
        .chain(&row.short)
        .cloned()
        .collect();
    let other =
        |name: &&String| library.constant(name).is_some() || library.function(name).is_some();
    let clash = match own.iter().find(other) {
        Some(other) => Err(other.clone()),
        None => library.units.add(row),
    };
    if let Err(other) = clash {
        let message = format!("the unit `{name}` cannot have the name `{other}`");
        return taken(library, new.name.span, &other, message);
    }
    for own in own {
        library.places.insert(own, new.name.span);
    }
    Ok(())
}

/// The names among the values of a property.
fn words(property: &Property) -> Fallible<Vec<String>> {
    let word = |value: &Expr| match value.as_name() {
        Some(name) => Ok(name.to_string()),
        None => refuse(value.span, "a name is expected here"),
    };
    property.values.iter().map(word).collect()
}

fn flag(property: &Property, words: &[String], expected: &str) -> Fallible<bool> {
    if words == [expected] {
        return Ok(true);
    }
    let message = format!("`{}` is followed by `{expected}`", property.word.name);
    refuse(property.span, message)
}

fn unknown_property<T>(property: &Property, known: &str) -> Fallible<T> {
    let message = format!("`{}` is no property here", property.word.name);
    let diagnostic = Diagnostic::new(DECLARATION, property.word.span, message);
    Err(Box::new(diagnostic.note(format!("known are {known}"))))
}

fn prefixes(span: Span, words: &[String]) -> Fallible<Vec<Prefix>> {
    for word in words {
        if word != "si" && !PREFIXES.iter().any(|p| p.text == word) {
            return refuse(span, format!("`{word}` is no prefix"));
        }
    }
    let taken =
        |p: &&Prefix| p.text.is_empty() || words.iter().any(|w| w == p.text || (w == "si" && p.si));
    Ok(PREFIXES.iter().filter(taken).copied().collect())
}

fn constant(library: &mut Library, new: &ast::LibraryConstant, doc: String) -> Fallible<()> {
    let name = new.name.name.clone();
    let value = quantity(library, &new.value)?;
    if library.reserved(&name).is_some() {
        let message = format!("the name `{name}` is taken");
        return taken(library, new.name.span, &name, message);
    }
    library.places.insert(name.clone(), new.name.span);
    let constant = Constant {
        name: name.clone(),
        value,
        doc,
    };
    library.constants.insert(name, constant);
    Ok(())
}

/// The value of an expression of numbers, units and constants.
pub(super) fn quantity(library: &Library, expr: &Expr) -> Fallible<Quantity> {
    infer::quantity(library, expr).map_or_else(
        |span| {
            refuse(
                span,
                "numbers, units and constants with `+ - * /` and powers are expected here",
            )
        },
        Ok,
    )
}

fn function(
    library: &Library,
    new: &FunctionDeclaration,
    doc: String,
    span: Span,
    text: &str,
) -> Fallible<Function> {
    let name = new.name.name.clone();
    if library.reserved(&name).is_some() || library.function(&name).is_some() {
        let message = format!("the name `{name}` is taken");
        return taken(library, new.name.span, &name, message);
    }
    let mut shadowable = false;
    let mut takes_boolean = false;
    let mut draw = None;
    for property in &new.properties {
        let words = words(property)?;
        match property.word.name.as_str() {
            "shadowable" => shadowable = flag(property, &words, "yes")?,
            "takes" => takes_boolean = flag(property, &words, "boolean")?,
            "random" => draw = Some(random(property, &words)?),
            _ => return unknown_property(property, "shadowable, takes, random"),
        }
    }
    let mut signature = signature(library, new, takes_boolean)?;
    let head = new.name.span.start as usize..new.result.span.end as usize;
    signature.text = text.get(head).unwrap_or("").to_string();
    let body = match (&new.intrinsic, draw, &new.value) {
        (Some(word), None, None) => Body::Intrinsic(intrinsic(word, &signature)?),
        (None, Some(draw), None) => Body::Random(draw),
        (None, None, Some(value)) => Body::Expression {
            steps: steps(new)?,
            value: value.clone(),
        },
        _ => {
            let message = format!("`{name}` needs either a value, or `intrinsic`, or `random`");
            return refuse(new.name.span, message);
        }
    };
    if !new.derivatives.is_empty() && new.derivatives.len() != signature.parameters.len() {
        let message = format!("`{name}` needs one derivative for each parameter");
        return refuse(new.name.span, message);
    }
    let function = Function {
        name,
        signature,
        body,
        derivatives: new.derivatives.clone(),
        examples: new.examples.clone(),
        doc,
        section: String::new(),
        shadowable,
        span,
    };
    infer::check_body(library, &function)?;
    Ok(function)
}

fn random(property: &Property, words: &[String]) -> Fallible<Draw> {
    const DRAWS: [(&str, Draw); 3] = [
        ("uniform", Draw::Uniform),
        ("normal", Draw::Normal),
        ("poisson", Draw::Poisson),
    ];
    let known = DRAWS.iter().find(|(word, _)| words == [*word]);
    known.map_or_else(
        || {
            refuse(
                property.span,
                "known distributions are uniform, normal, poisson",
            )
        },
        |(_, draw)| Ok(*draw),
    )
}

fn intrinsic(word: &ast::Ident, signature: &Signature) -> Fallible<Intrinsic> {
    let Some(intrinsic) = Intrinsic::find(&word.name) else {
        return refuse(word.span, format!("there is no intrinsic `{}`", word.name));
    };
    if intrinsic.arity() != signature.parameters.len() {
        let message = format!("`{}` takes {} arguments", word.name, intrinsic.arity());
        return refuse(word.span, message);
    }
    Ok(intrinsic)
}

fn steps(new: &FunctionDeclaration) -> Fallible<Vec<(String, Expr)>> {
    let step = |statement: &ast::Statement| match (
        statement.target.as_name(),
        statement.operator.binary(),
    ) {
        (Some(name), None) => Ok((name.to_string(), statement.value.clone())),
        _ => refuse(
            statement.span,
            "a step of a function has the form `name = value`",
        ),
    };
    new.steps.iter().map(step).collect()
}

fn signature(
    library: &Library,
    new: &FunctionDeclaration,
    takes_boolean: bool,
) -> Fallible<Signature> {
    let mut variables = Vec::new();
    let mut parameters: Vec<Parameter> = Vec::new();
    for parameter in &new.parameters {
        let known = variables.len();
        let (pattern, ty) = typed(library, &parameter.dimension, &mut variables)?;
        if variables.len() > known + 1 {
            let message = "a parameter may bring in one new dimension variable";
            return refuse(parameter.dimension.span, message);
        }
        let name = parameter.name.name.clone();
        parameters.push(Parameter {
            name,
            pattern,
            ty,
            takes_boolean,
        });
    }
    let known = variables.len();
    let (result, result_type) = typed(library, &new.result, &mut variables)?;
    if variables.len() > known {
        return refuse(
            new.result.span,
            "the result has a dimension variable that no parameter has",
        );
    }
    Ok(Signature {
        variables,
        parameters,
        result,
        result_type,
        text: String::new(),
    })
}

fn typed(
    library: &Library,
    unit: &UnitExpr,
    variables: &mut Vec<String>,
) -> Fallible<(Pattern, Type)> {
    let number = Pattern::fixed(Dimension::NONE);
    match &unit.kind {
        UnitKind::Name(name) if name == "integer" => Ok((number, Type::Integer)),
        UnitKind::Name(name) if name == "boolean" => Ok((number, Type::Boolean)),
        _ => Ok((pattern(library, unit, Some(variables))?, Type::Float)),
    }
}
