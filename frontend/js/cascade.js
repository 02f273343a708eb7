// A cascade by keys: arrows go between steps, Alt with an arrow moves the step, A adds one. Focus stays on its step.
const links = () => [...document.querySelectorAll("#steps [data-step-link]")];

function move(at, step) {
  const swaps = document.querySelectorAll("#steps [data-swap]");
  swaps[step < 0 ? at - 1 : at]?.click();
}

document.addEventListener("keydown", (event) => {
  const steps = document.getElementById("steps");
  if (!steps || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const at = links().indexOf(document.activeElement);
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && at >= 0) {
    event.preventDefault();
    if (event.altKey) move(at, step);
    else links()[at + step]?.focus();
  } else if (event.code === "KeyA" && at >= 0) {
    document.getElementById("step-add")?.click();
  }
});
