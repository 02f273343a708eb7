// A change that did not reach the server, or that it could not answer, is said: silence would look like success.
const said = (failure) => document.querySelector(".toasts")?.dataset[failure];

function tell(failure, { requestConfig }) {
  if (requestConfig?.verb === "get") return; // a part that renews itself tries again by itself
  window.dispatchEvent(new CustomEvent("toast", { detail: { text: said(failure) } }));
}

document.addEventListener("htmx:sendError", (event) => tell("offline", event.detail));
document.addEventListener("htmx:timeout", (event) => tell("offline", event.detail));

// A refusal comes with a sentence of its own.
const speaks = ({ xhr }) => xhr.getResponseHeader("HX-Trigger")?.includes('"toast"');
document.addEventListener("htmx:responseError", (event) => speaks(event.detail) || tell("failed", event.detail));
