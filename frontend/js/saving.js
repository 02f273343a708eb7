// Edits of a draft are saved one after another: an answer to one takes away neither what the next is saved from nor a menu that is open.
const waiting = new Set();

document.addEventListener("htmx:confirm", (event) => {
  const { elt } = event.detail;
  if (!elt.closest("[hx-sync*='queue']")) return;
  waiting.add(elt);
  elt.closest(".menu")?.hidePopover();
});
document.addEventListener("htmx:beforeRequest", (event) => waiting.delete(event.detail.elt));

const menus = (part) => [...part.querySelectorAll("[popover]")];

function openAgain(part, place) {
  if (place >= 0) queueMicrotask(() => menus(document.getElementById(part.id))[place]?.showPopover());
}

// What still waits in a part stays where it is: the answer to it draws the part anew.
const heldBack = new Map();

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  const waits = [...waiting].some((elt) => part.contains(elt));
  event.detail.shouldSwap = !waits;
  if (waits) heldBack.set(part.id, event.detail.fragment.firstElementChild.cloneNode(true));
  else {
    heldBack.delete(part.id);
    openAgain(part, menus(part).findIndex((menu) => menu.matches(":popover-open")));
  }
});

// No answer will come to the last one: the part is drawn as the answer before it said.
function drawHeldBack() {
  if (waiting.size > 0) return;
  for (const [id, part] of heldBack) {
    document.getElementById(id)?.replaceWith(part);
    window.htmx.process(part);
  }
  heldBack.clear();
}

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, drawHeldBack);
}
