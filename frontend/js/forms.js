// The typed confirmation of a weighty act, the file drop, a button that waits, and the guard against leaving an unsaved form.
const digits = (text) => text.replace(/[\s\u00a0\u202f,.]/g, "").toLowerCase();

export function confirmation() {
  return {
    typed: "",
    get ready() {
      const wanted = this.$root.dataset.type || "";
      return !wanted || digits(this.typed) === digits(wanted);
    },
    close() { this.$root.close(); },
    backdrop(event) { if (event.target === this.$root) this.close(); },
  };
}

export function dropzone() {
  return {
    over: false,
    name: "",
    enter() { this.over = true; },
    leave() { this.over = false; },
    drop(event) {
      this.over = false;
      this.$refs.input.files = event.dataTransfer.files;
      this.picked();
    },
    picked() { this.name = [...this.$refs.input.files].map((file) => file.name).join(", "); },
  };
}

// What is wrong with a field comes beside it; the field itself stays as it is being typed.
document.addEventListener("htmx:load", ({ target }) => {
  if (!target.matches("[data-field-errors]")) return;
  const control = target.closest(".field").querySelector("input, select");
  control.setAttribute("aria-invalid", String(target.childElementCount > 0));
  control.setAttribute("aria-errormessage", target.id);
});

let unsaved = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) unsaved = form;
});
document.addEventListener("submit", (event) => { if (event.target === unsaved) unsaved = null; });
window.addEventListener("beforeunload", (event) => { if (unsaved?.isConnected) event.preventDefault(); });

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// A long answer is waited for once: the button says so, and a second press asks nothing.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  if (button.ariaBusy === "true") { event.preventDefault(); return; }
  button.ariaBusy = "true";
  [button.textContent, button.dataset.said] = [button.dataset.busy, button.textContent];
});
// Whoever comes back by the browser's own button finds the form as it was.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll('[data-busy][aria-busy="true"]')) {
    button.ariaBusy = "false";
    button.textContent = button.dataset.said;
  }
});
