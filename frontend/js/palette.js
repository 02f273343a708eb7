// Ctrl K: a dialog whose list is an HTML fragment of grouped links; arrows move, Enter opens.
export function palette() {
  return {
    current: -1,
    open() {
      if (!this.$root.open) this.$root.showModal();
      this.$refs.input.select();
      this.$refs.input.focus();
    },
    close() { this.$root.close(); },
    links() { return [...this.$refs.list.querySelectorAll("a")]; },
    reset() { this.mark(this.links().length ? 0 : -1); },
    mark(index) {
      this.current = index;
      this.links().forEach((link, at) => {
        link.classList.toggle("is-current", at === index);
        if (at === index) link.scrollIntoView({ block: "nearest" });
      });
    },
    down() { this.mark(Math.min(this.current + 1, this.links().length - 1)); },
    up() { this.mark(Math.max(this.current - 1, 0)); },
    go() { this.links()[Math.max(this.current, 0)]?.click(); },
    backdrop(event) { if (event.target === this.$root) this.close(); },
  };
}
