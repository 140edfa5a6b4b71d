// The editor: the language's colors, and diagnostics under the characters they are about.

import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, drawSelection, highlightActiveLine } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { StreamLanguage, syntaxHighlighting, HighlightStyle, bracketMatching } from "@codemirror/language";
import { setDiagnostics, lintKeymap } from "@codemirror/lint";
import { tags } from "@lezer/highlight";

const WORDS = new Set("neurons synapses poisson spikes poisson_input parameters record plot figure mark run use title neuron synapse signal threshold reset refractory method connect delay pre post on every in of for repeat while if else sweep collect save restore stop expect and or not seed dt rate raster event let unless constant shared over generate".split(" "));

const language = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/#.*/)) return "comment";
    if (stream.match(/"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i)) {
      this.unit = true;
      return "number";
    }
    const word = stream.match(/[\p{L}_][\p{L}\p{N}_]*/u);
    if (word) return WORDS.has(word[0]) ? "keyword" : /^\s*\(/.test(stream.string.slice(stream.pos)) ? "variableName.function" : "variableName";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "#" } },
});

const colors = HighlightStyle.define([
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--string)" },
  { tag: tags.number, color: "var(--number)" },
  { tag: tags.keyword, color: "var(--keyword)", fontWeight: "600" },
]);

const theme = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--paper)", color: "var(--ink)", maxHeight: "70vh" },
  ".cm-scroller": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", overflow: "auto" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--quiet)", border: "none" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--ink)", border: "1px solid var(--line)", maxWidth: "42rem" },
  ".cm-diagnosticText": { whiteSpace: "pre-wrap" },
});

/// An editor in `parent`; `changed` is called with the text after each change by hand. It arrives later than the rest of the page.
window.snncEditor = (parent, text, changed) => {
  let quiet = false;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), language, syntaxHighlighting(colors), theme,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "Model text", spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    set(text) {
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      quiet = false;
    },
    mark(list) {
      const length = view.state.doc.length;
      const marks = [];
      for (const one of list) {
        const [primary] = one.labels;
        if (!primary?.place || primary.place[0] > length) continue;
        const [from, to] = primary.place;
        marks.push({
          from, to: Math.min(Math.max(to, from + (from < length ? 1 : 0)), length),
          severity: one.severity,
          source: one.code,
          message: [one.message, primary.text, ...one.notes].filter(Boolean).join("\n"),
          actions: one.fix?.edits.every((edit) => edit.place) ? [{
            name: one.fix.title,
            apply(view) { view.dispatch({ changes: one.fix.edits.map(({ place, text }) => ({ from: place[0], to: place[1], insert: text })) }); },
          }] : [],
        });
      }
      marks.sort((a, b) => a.from - b.from);
      view.dispatch(setDiagnostics(view.state, marks));
    },
    go(place) {
      view.dispatch({ selection: { anchor: place[0] }, scrollIntoView: true });
      view.focus();
    },
  };
};
