// Menus and definitions are native popovers; this only puts each beside the button that opens it.
const EDGE = 8;

function place(popover) {
  const opener = document.querySelector(`[popovertarget="${popover.id}"]`);
  if (!opener || popover.classList.contains("sheet")) return;
  const box = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const wanted = popover.dataset.align === "end" ? box.right - width : box.left;
  const left = Math.max(EDGE, Math.min(wanted, document.documentElement.clientWidth - width - EDGE));
  const below = box.bottom + 4;
  const fits = below + height <= window.innerHeight - EDGE || box.top - height - 4 < EDGE;
  popover.style.left = `${left}px`;
  popover.style.top = `${fits ? below : box.top - height - 4}px`;
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("[popover]") && event.newState === "open") place(event.target);
}, true);

// Arrows walk through an open menu; in a field they are the field's own.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu") ?? openMenuOf(event.target);
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, select")) return;
  const items = [...menu.querySelectorAll("a, button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
  event.preventDefault();
});

function openMenuOf(opener) {
  const menu = document.getElementById(opener.getAttribute?.("popovertarget"));
  return menu?.matches(".menu:popover-open") ? menu : null;
}

// A part that draws itself anew every few seconds waits while somebody reads what is open in it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  const isByItself = requestConfig.elt.matches("[hx-trigger*='every']");
  if (isByItself && target.querySelector("[popover]:popover-open")) event.detail.shouldSwap = false;
});
