// Theme and sidebar width: kept in cookies, so the server draws the next page right at once.
const YEAR = 31_536_000;
const remember = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=${value ? YEAR : 0};samesite=lax`; };

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-set-theme]");
  if (theme) setTheme(theme.dataset.setTheme);
  if (event.target.closest("[data-toggle-sidebar]")) toggleSidebar();
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog").close();
  const switcher = event.target.closest("[data-show-table]");
  if (switcher) switchTable(switcher);
});

function setTheme(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  remember("theme", theme === "auto" ? "" : theme);
  for (const item of document.querySelectorAll("[data-set-theme]")) {
    if (item.dataset.setTheme === theme) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
  document.dispatchEvent(new CustomEvent("theme"));
}

function toggleSidebar() {
  const root = document.documentElement;
  const narrow = root.dataset.sidebar !== "narrow";
  if (narrow) root.dataset.sidebar = "narrow";
  else delete root.dataset.sidebar;
  remember("sidebar", narrow ? "narrow" : "");
  document.querySelector("[data-toggle-sidebar]").setAttribute("aria-expanded", String(!narrow));
}

// "Show table" under a chart: the same numbers, one click away. A chart with an id that renews itself stays a table.
const tables = new Set();

function switchTable(button) {
  const frame = button.closest("[data-chart-frame]");
  const asTable = button.getAttribute("aria-pressed") !== "true";
  if (frame.id && asTable) tables.add(frame.id);
  else tables.delete(frame.id);
  showTable(frame, asTable);
  window.dispatchEvent(new Event("resize"));
}

function showTable(frame, asTable) {
  const table = frame.querySelector("[data-chart-table]");
  if (!table) return;
  table.hidden = !asTable;
  frame.querySelector("[data-chart-plot]").hidden = asTable;
  frame.querySelector("[data-show-table]").setAttribute("aria-pressed", String(asTable));
}

document.addEventListener("htmx:afterSwap", () => {
  for (const id of tables) {
    const frame = document.getElementById(id);
    if (frame) showTable(frame, true);
  }
});
