// Fetches the chart bundle only on a page that has a chart, also one that htmx brought in later.
export function watchCharts() {
  const draw = async (root) => {
    const frames = [...root.querySelectorAll("[data-chart]")].filter((frame) => !frame.dataset.drawn);
    if (!frames.length) return;
    const { drawChart } = await import("./charts.js");
    frames.forEach(drawChart);
  };
  draw(document);
  document.body.addEventListener("htmx:load", (event) => draw(event.detail.elt.parentElement ?? document));
}
