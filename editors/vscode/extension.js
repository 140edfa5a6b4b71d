// Starts `snnc lsp` for .snn files, and runs a model in a terminal.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function program() {
  return vscode.workspace.getConfiguration("snnc").get("path", "snnc");
}

async function start() {
  const server = { command: program(), args: ["lsp"] };
  const options = { documentSelector: [{ language: "snn" }] };
  client = new LanguageClient("snnc", "snnc", server, options);
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `snnc cannot be started (${error.message}). Install it, or set "snnc.path".`,
    );
  }
}

async function run() {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return;
  }
  await editor.document.save();
  const terminal =
    vscode.window.terminals.find((each) => each.name === "snnc") ||
    vscode.window.createTerminal("snnc");
  terminal.show(true);
  const quoted = (text) => `"${text.replace(/(["\\$`])/g, "\\$1")}"`;
  terminal.sendText(`${quoted(program())} run ${quoted(editor.document.fileName)} --open`);
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("snnc.run", run),
    vscode.commands.registerCommand("snnc.restart", async () => {
      await client?.stop();
      await start();
    }),
  );
  await start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
