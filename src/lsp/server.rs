//! The loop of the server: reads messages, keeps the open texts, answers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, Sender};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Exit, Notification as _,
    PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentHighlightRequest, DocumentSymbolRequest,
    FoldingRangeRequest, Formatting, GotoDefinition, HoverRequest, InlayHintRequest,
    PrepareRenameRequest, References, Rename, Request as _, SemanticTokensFullRequest, Shutdown,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    CompletionResponse, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DocumentSymbolResponse, FoldingRangeProviderCapability,
    GotoDefinitionResponse, HoverProviderCapability, OneOf, PrepareRenameResponse,
    PublishDiagnosticsParams, Range, RenameOptions, SemanticTokens, SemanticTokensFullOptions,
    SemanticTokensOptions, SemanticTokensServerCapabilities, ServerCapabilities,
    TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextEdit, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::analysis::{Analysis, Facts, Findings, Overlay};
use super::background::{self, Event, Job};
use super::text::{changed, path_of};
use super::{actions, complete, diagnostics, goto, hints, hover, outline, tokens};
use crate::diagnostic::Severity;
use crate::syntax::format;

/// An open text.
struct Document {
    uri: Uri,
    version: i32,
    analysis: Option<Analysis>,
    /// What the last text without errors said about names.
    facts: Facts,
    /// Its diagnostics are not those shown.
    stale: bool,
    /// It was sent to be checked in its present state.
    sent: bool,
    /// Some state of it was checked.
    known: bool,
}

struct Server<'c> {
    connection: &'c Connection,
    /// Texts by path.
    texts: BTreeMap<String, String>,
    documents: BTreeMap<String, Document>,
    /// Counts the changes.
    generation: u64,
    /// Texts to be checked.
    jobs: Sender<Job>,
    /// What the client says, and what was found.
    events: Receiver<Event>,
    /// Messages that came while something else was waited for.
    later: VecDeque<Message>,
    /// The client has hung up.
    gone: bool,
}

/// Runs until the client says goodbye.
pub(super) fn serve(connection: &Connection) -> Result<(), String> {
    let capabilities = serde_json::to_value(capabilities()).map_err(|e| e.to_string())?;
    let (id, _) = connection.initialize_start().map_err(|e| e.to_string())?;
    let result = serde_json::json!({
        "capabilities": capabilities,
        "serverInfo": { "name": "snnc", "version": env!("CARGO_PKG_VERSION") },
    });
    connection
        .initialize_finish(id, result)
        .map_err(|e| e.to_string())?;
    let (jobs, events) = background::start(connection);
    let mut server = Server {
        connection,
        texts: BTreeMap::new(),
        documents: BTreeMap::new(),
        generation: 0,
        jobs,
        events,
        later: VecDeque::new(),
        gone: false,
    };
    while let Some(message) = server.next()? {
        match message {
            Message::Request(request) if request.method == Shutdown::METHOD => {
                server.send(Message::Response(Response::new_ok(request.id, ())))?;
                return server.exit();
            }
            Message::Request(request) => {
                let response = server.answer(request);
                server.send(Message::Response(response))?;
            }
            Message::Notification(notification) => server.notice(notification),
            Message::Response(_) => {}
        }
    }
    Ok(())
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(
            TextDocumentSyncKind::INCREMENTAL,
        )),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![".".into(), " ".into()]),
            ..CompletionOptions::default()
        }),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::SOURCE_FIX_ALL,
            ]),
            ..CodeActionOptions::default()
        })),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: tokens::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            },
        )),
        ..ServerCapabilities::default()
    }
}

/// What a request comes to: a result, or words for the user.
type Answer = Result<serde_json::Value, String>;

impl Server<'_> {
    fn send(&self, message: Message) -> Result<(), String> {
        self.connection
            .sender
            .send(message)
            .map_err(|e| e.to_string())
    }

    fn notice(&mut self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(params) = read::<DidOpenTextDocumentParams>(notification.params) {
                    let document = params.text_document;
                    let path = path_of(&document.uri);
                    self.texts.insert(path.clone(), document.text);
                    self.documents.insert(
                        path,
                        Document {
                            uri: document.uri,
                            version: document.version,
                            analysis: None,
                            facts: Facts::default(),
                            stale: true,
                            sent: false,
                            known: false,
                        },
                    );
                    self.outdate();
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(params) = read::<DidChangeTextDocumentParams>(notification.params) {
                    let path = path_of(&params.text_document.uri);
                    if let Some(text) = self.texts.get_mut(&path) {
                        for change in &params.content_changes {
                            changed(text, change);
                        }
                    }
                    if let Some(document) = self.documents.get_mut(&path) {
                        document.version = params.text_document.version;
                    }
                    self.outdate();
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(params) = read::<DidCloseTextDocumentParams>(notification.params) {
                    let path = path_of(&params.text_document.uri);
                    self.texts.remove(&path);
                    self.documents.remove(&path);
                    self.outdate();
                    let cleared = PublishDiagnosticsParams {
                        uri: params.text_document.uri,
                        diagnostics: Vec::new(),
                        version: None,
                    };
                    let _ = self.show(cleared);
                }
            }
            _ => {}
        }
    }

    /// A text may use another, so a change outdates all.
    fn outdate(&mut self) {
        for document in self.documents.values_mut() {
            if let Some(analysis) = document.analysis.take() {
                document.facts = analysis.facts;
            }
            document.stale = true;
            document.sent = false;
        }
        self.generation += 1;
    }

    /// The next message. While there is none, texts that changed are sent to be checked and what was found is shown.
    fn next(&mut self) -> Result<Option<Message>, String> {
        if let Some(message) = self.later.pop_front() {
            return Ok(Some(message));
        }
        while !self.gone {
            let event = match self.events.try_recv() {
                Ok(event) => event,
                Err(_) => {
                    self.order_checks();
                    match self.events.recv() {
                        Ok(event) => event,
                        Err(_) => return Ok(None),
                    }
                }
            };
            match event {
                Event::Message(message) => return Ok(Some(message)),
                Event::Gone => return Ok(None),
                Event::Checked(path, generation, findings) => {
                    self.found(&path, generation, *findings)?;
                }
            }
        }
        Ok(None)
    }

    /// Waits for the client's last word.
    fn exit(mut self) -> Result<(), String> {
        while let Some(message) = self.next()? {
            if matches!(message, Message::Notification(note) if note.method == Exit::METHOD) {
                break;
            }
        }
        Ok(())
    }

    /// Has all texts checked that changed.
    fn order_checks(&mut self) {
        for (path, document) in &mut self.documents {
            if document.stale && !document.sent {
                let job = Job {
                    path: path.clone(),
                    generation: self.generation,
                    open: self.texts.clone(),
                };
                document.sent = self.jobs.send(job).is_ok();
            }
        }
    }

    /// Takes over what was found in a text, and shows it; what belongs to an earlier state is dropped.
    fn found(&mut self, path: &str, generation: u64, findings: Findings) -> Result<(), String> {
        if generation != self.generation || self.analysis(path).is_none() {
            return Ok(());
        }
        let Some(document) = self.documents.get_mut(path) else {
            return Ok(());
        };
        let Some(analysis) = &mut document.analysis else {
            return Ok(());
        };
        analysis.complete(findings);
        document.stale = false;
        document.known = true;
        let params = PublishDiagnosticsParams {
            uri: document.uri.clone(),
            diagnostics: diagnostics::diagnostics(analysis),
            version: Some(document.version),
        };
        self.show(params)
    }

    /// Waits until a text is checked in its present state; messages that come meanwhile are kept.
    fn wait_for(&mut self, path: &str) {
        self.order_checks();
        while self
            .documents
            .get(path)
            .is_some_and(|document| document.stale)
        {
            match self.events.recv() {
                Ok(Event::Message(message)) => self.later.push_back(message),
                Ok(Event::Checked(path, generation, findings)) => {
                    if self.found(&path, generation, *findings).is_err() {
                        return;
                    }
                }
                Ok(Event::Gone) | Err(_) => {
                    self.gone = true;
                    return;
                }
            }
        }
    }

    /// The analysis of a text, made where it is missing.
    fn analysis(&mut self, path: &str) -> Option<&Analysis> {
        let text = self.texts.get(path)?;
        let document = self.documents.get_mut(path)?;
        if document.analysis.is_none() {
            let world = Overlay { open: &self.texts };
            let facts = std::mem::take(&mut document.facts);
            document.analysis = Some(Analysis::of(&world, path, text, facts));
        }
        document.analysis.as_ref()
    }

    fn show(&self, params: PublishDiagnosticsParams) -> Result<(), String> {
        self.send(Message::Notification(Notification::new(
            PublishDiagnostics::METHOD.to_string(),
            params,
        )))
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        match self.feature(&method, params) {
            Some(Ok(result)) => Response::new_ok(id, result),
            Some(Err(message)) => failed(id, ErrorCode::RequestFailed, message),
            None => failed(
                id,
                ErrorCode::MethodNotFound,
                format!("`{method}` is not supported"),
            ),
        }
    }

    /// Nothing for a request that is not known.
    fn feature(&mut self, method: &str, params: serde_json::Value) -> Option<Answer> {
        let answer = match method {
            HoverRequest::METHOD => {
                self.at(params, |analysis, at, _| json(hover::hover(analysis, at)))
            }
            GotoDefinition::METHOD => self.at(params, |analysis, at, _| {
                json(goto::definition(analysis, at).map(GotoDefinitionResponse::Scalar))
            }),
            References::METHOD => self.at(params, |analysis, at, all| {
                let declaration = all.pointer("/context/includeDeclaration");
                let declaration = declaration.and_then(|v| v.as_bool()).unwrap_or(true);
                json(goto::references(analysis, at, declaration))
            }),
            DocumentHighlightRequest::METHOD => self.at(params, |analysis, at, _| {
                json(goto::highlights(analysis, at))
            }),
            PrepareRenameRequest::METHOD => self.at(params, |analysis, at, _| {
                json(goto::renamable(analysis, at).map(PrepareRenameResponse::Range))
            }),
            Rename::METHOD => self.at(params, |analysis, at, all| {
                let name = all.get("newName").and_then(|v| v.as_str()).unwrap_or("");
                json(goto::rename(analysis, at, name)?)
            }),
            Completion::METHOD => self.at(params, |analysis, at, _| {
                json(CompletionResponse::Array(complete::complete(analysis, at)))
            }),
            CodeActionRequest::METHOD => self.within(params, |analysis, range| {
                json(actions::actions(analysis, range))
            }),
            InlayHintRequest::METHOD => self.within(params, |analysis, range| {
                json(hints::hints(analysis, range))
            }),
            DocumentSymbolRequest::METHOD => self.whole(params, |analysis| {
                json(DocumentSymbolResponse::Nested(outline::symbols(analysis)))
            }),
            FoldingRangeRequest::METHOD => {
                self.whole(params, |analysis| json(outline::folds(analysis)))
            }
            SemanticTokensFullRequest::METHOD => self.whole(params, |analysis| {
                json(SemanticTokens {
                    result_id: None,
                    data: tokens::tokens(analysis),
                })
            }),
            Formatting::METHOD => self.whole(params, |analysis| json(formatted(analysis))),
            _ => return None,
        };
        Some(answer)
    }

    fn whole(
        &mut self,
        params: serde_json::Value,
        feature: impl FnOnce(&Analysis) -> Answer,
    ) -> Answer {
        let uri = params
            .pointer("/textDocument/uri")
            .cloned()
            .and_then(read::<Uri>);
        let path = uri.map(|uri| path_of(&uri)).unwrap_or_default();
        // Without anything known of it, no answer would be complete.
        if self
            .documents
            .get(&path)
            .is_some_and(|document| !document.known)
        {
            self.wait_for(&path);
        }
        match self.analysis(&path) {
            Some(analysis) => feature(analysis),
            None => Ok(serde_json::Value::Null),
        }
    }

    fn at(
        &mut self,
        params: serde_json::Value,
        feature: impl FnOnce(&Analysis, lsp_types::Position, &serde_json::Value) -> Answer,
    ) -> Answer {
        let Some(place) = read::<TextDocumentPositionParams>(params.clone()) else {
            return Err("a position is missing".into());
        };
        let all = params.clone();
        self.whole(params, |analysis| feature(analysis, place.position, &all))
    }

    fn within(
        &mut self,
        params: serde_json::Value,
        feature: impl FnOnce(&Analysis, Range) -> Answer,
    ) -> Answer {
        let range = params.get("range").cloned().and_then(read::<Range>);
        let range = range.ok_or("a range is missing")?;
        // Mends are edits: they have to be those of this very text.
        let uri = params.pointer("/textDocument/uri").cloned();
        if let Some(uri) = uri.and_then(read::<Uri>) {
            self.wait_for(&path_of(&uri));
        }
        self.whole(params, |analysis| feature(analysis, range))
    }
}

fn failed(id: RequestId, code: ErrorCode, message: String) -> Response {
    Response::new_err(id, code as i32, message)
}

fn read<T: DeserializeOwned>(value: serde_json::Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

fn json<T: Serialize>(value: T) -> Answer {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// The edit that formats a text; none for a text that cannot be read or is formatted already.
fn formatted(analysis: &Analysis) -> Vec<TextEdit> {
    let unreadable = |code: &str| code.starts_with("E01");
    let broken = analysis
        .diagnostics
        .iter()
        .any(|d| d.severity == Severity::Error && unreadable(d.code.as_str()));
    let text = analysis.text();
    let new_text = format(text, &analysis.tree);
    if broken || new_text == text {
        return Vec::new();
    }
    let range = analysis.lines.range(text, 0, text.len() as u32);
    vec![TextEdit { range, new_text }]
}
