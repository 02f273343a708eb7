// A table row with data-href opens on click; real links, buttons and selected text keep their own meaning.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select") || String(getSelection())) return;
  if (event.metaKey || event.ctrlKey) window.open(row.dataset.href);
  else location.assign(row.dataset.href);
});

// J and K walk through the rows, Enter opens the current one.
const rows = () => [...document.querySelectorAll("main tr[data-href]")];

export function walkRows(step) {
  const all = rows();
  const at = all.findIndex((row) => row.classList.contains("is-current"));
  const next = all[Math.max(0, Math.min(at + step, all.length - 1))];
  if (!next) return;
  all[at]?.classList.remove("is-current");
  next.classList.add("is-current");
  next.scrollIntoView({ block: "nearest" });
}

export function openRow() {
  const row = rows().find((one) => one.classList.contains("is-current"));
  if (row) location.assign(row.dataset.href);
}
