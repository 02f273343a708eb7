// Toasts live ten seconds (longer while pointed at); undo posts to the address the server gave.
const LIFE = 10_000;

export function toasts() {
  return {
    list: [],
    timers: {},
    init() {
      for (const message of this.$root.querySelectorAll("template[data-toast]")) this.add({ ...message.dataset });
    },
    receive(event) { this.add(event.detail); },
    add(toast) {
      const id = `${Date.now()}${this.list.length}`;
      this.list.push({ id, text: toast.text, undo: toast.undo || "", link: toast.link || "", label: toast.label || "" });
      this.start(id);
    },
    start(id) { this.timers[id] = setTimeout(() => this.drop(id), LIFE); },
    hold(id) { clearTimeout(this.timers[id]); },
    drop(id) { this.list = this.list.filter((toast) => toast.id !== id); },
    async undo(toast) {
      this.drop(toast.id);
      const token = document.querySelector("meta[name=csrf-token]").content;
      const answer = await fetch(toast.undo, { method: "POST", headers: { "X-CSRFToken": token } });
      if (answer.ok) location.reload();
    },
  };
}
