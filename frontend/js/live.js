// The people of a report that renews itself are left alone while somebody is at them: types, or has the focus on a link.
const inUse = (part) => part.contains(document.activeElement);

let current = "";
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  if (part.id !== "people-part") return;
  current = part.querySelector("tr.is-current")?.dataset.href ?? "";
  if (inUse(part)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (!current || event.detail.target.id !== "people-part") return;
  document.querySelector(`#people-part tr[data-href="${CSS.escape(current)}"]`)?.classList.add("is-current");
});
