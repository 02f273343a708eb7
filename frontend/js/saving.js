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
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  if ([...waiting].some((elt) => part.contains(elt))) event.detail.shouldSwap = false;
  else openAgain(part, menus(part).findIndex((menu) => menu.matches(":popover-open")));
});
