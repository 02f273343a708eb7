// Keys: Ctrl K search, / find on the page, ? help, g then a letter to jump, j k Enter in tables, [ sidebar.
import { openRow, walkRows } from "./rows.js";

const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
let jump = 0;

function openHelp() { document.getElementById("help")?.showModal(); }
function openPalette() { window.dispatchEvent(new CustomEvent("palette")); }
function focusFind(event) {
  const field = document.querySelector("main [data-find]");
  if (!field) return openPalette();
  event.preventDefault();
  field.focus();
}

const keys = {
  "/": focusFind,
  "?": openHelp,
  "[": () => document.querySelector("[data-toggle-sidebar]")?.click(),
  j: () => walkRows(1),
  k: () => walkRows(-1),
  Enter: openRow,
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
    event.preventDefault();
    return openPalette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - jump < 1200) return jumpTo(event.code);
  if (event.code === "KeyG") { jump = Date.now(); return; }
  if (event.key === "Enter" && event.target !== document.body) return;
  keys[event.code === "KeyJ" ? "j" : event.code === "KeyK" ? "k" : event.key]?.(event);
});

// The code, not the letter, so that the jumps work on a Russian layout too.
function jumpTo(code) {
  jump = 0;
  document.querySelector(`[data-jump="${code.replace("Key", "").toLowerCase()}"]`)?.click();
}

document.addEventListener("click", (event) => { if (event.target.closest("[data-open-palette]")) openPalette(); });
document.addEventListener("click", (event) => { if (event.target.closest("[data-open-help]")) openHelp(); });
