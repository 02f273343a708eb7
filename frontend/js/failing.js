// A change that did not reach the server, or that it could not answer, is said: silence would look like success.
const said = (failure) => document.querySelector(".toasts")?.dataset[failure];

function tell(failure, { requestConfig }) {
  if (requestConfig?.verb === "get") return; // a part that renews itself tries again by itself
  window.dispatchEvent(new CustomEvent("toast", { detail: { text: said(failure) } }));
}

document.addEventListener("htmx:sendError", (event) => tell("offline", event.detail));
document.addEventListener("htmx:timeout", (event) => tell("offline", event.detail));
document.addEventListener("htmx:responseError", (event) => tell("failed", event.detail));
