// Draws the options the server built. Strings "--token" become the theme's colour, "@name" a number format.
import { use, init } from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart, AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  TooltipComponent, VisualMapComponent, CanvasRenderer]);

const narrow = matchMedia("(max-width: 1100px)");
const language = document.documentElement.lang || "en";
const plain = (digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits });
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
const minus = (text) => text.replace("-", "\u2212");
const money = (currency, digits) => {
  const format = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol", maximumFractionDigits: digits, minimumFractionDigits: digits });
  return (minor) => minus(format.format(minor / 100));
};
const formats = {
  count: (value) => minus(plain(0).format(value)),
  number: (value) => minus(plain(2).format(value)),
  compact: (value) => minus(compact.format(value)),
  percent: (value) => minus(new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(value)),
};

function formatter(name) {
  const [kind, currency] = name.slice(1).split(":");
  if (kind === "money") return money(currency, 0);
  if (kind === "money_compact") return (minor) => minus(compact.format(minor / 100));
  return formats[kind] ?? String;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Walks the options once, putting colours and formatters where their names stand.
function resolve(value) {
  if (Array.isArray(value)) return value.map(resolve);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  if (typeof value !== "string") return value;
  if (value.startsWith("--")) return colour(value);
  if (value.startsWith("@")) return formatter(value);
  return value;
}

// One tooltip for all charts, drawn on the canvas: HTML ones would need inline styles.
function tooltip(format) {
  const say = format ? formatter(format) : formats.count;
  const line = (one) => `${one.seriesName}  {b|${say(Array.isArray(one.value) ? one.value.at(-1) : one.value)}}`;
  return (hovered) => {
    const all = (Array.isArray(hovered) ? hovered : [hovered]).filter((one) => (Array.isArray(one.value) ? one.value.at(-1) : one.value) != null);
    if (!all.length) return "";
    return [`{h|${all[0].data?.title ?? all[0].axisValueLabel ?? all[0].name}}`, ...all.map((one) => one.data?.note ?? line(one))].join("\n");
  };
}

function prepared(source) {
  const { rondo = {}, ...rest } = structuredClone(source);
  if (rondo.narrow && narrow.matches) rest.grid = rondo.narrow;
  const option = resolve(rest);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  option.animation = !still && option.animation !== false;
  option.animationDuration = 120;
  option.textStyle = { fontFamily: colour("--font"), fontSize: 12, color: colour("--ink-2"), ...option.textStyle };
  if (option.tooltip) {
    option.tooltip = {
      renderMode: "richText", confine: true, backgroundColor: colour("--ink"), borderWidth: 0, padding: [8, 12],
      textStyle: { color: colour("--bg"), fontSize: 12, lineHeight: 18, rich: { b: { fontWeight: 600, fontSize: 12 }, h: { fontWeight: 600, fontSize: 12, lineHeight: 20 } } },
      formatter: tooltip(rondo.tooltip), ...option.tooltip,
    };
  }
  return option;
}

// A part that renews itself brings new charts: those it took away are let go with the next one.
const drawn = new Map();

function letGo() {
  for (const [frame, { chart, sizes }] of drawn) {
    if (frame.isConnected) continue;
    sizes.disconnect();
    chart.dispose();
    drawn.delete(frame);
  }
}

const drawAll = () => drawn.forEach(({ draw }, frame) => frame.isConnected && draw());
document.addEventListener("theme", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
narrow.addEventListener("change", drawAll);

export function drawChart(frame) {
  letGo();
  frame.dataset.drawn = "yes";
  const source = JSON.parse(frame.dataset.chart);
  const chart = init(frame, null, { renderer: "canvas" });
  const draw = () => { chart.setOption(prepared(source), true); frame.removeAttribute("aria-busy"); };
  document.fonts.ready.then(() => { if (!chart.isDisposed()) draw(); });
  const sizes = new ResizeObserver(() => { if (frame.clientWidth) chart.resize(); });
  sizes.observe(frame);
  drawn.set(frame, { chart, draw, sizes });
  chart.on("click", (event) => { if (event.data?.href) location.assign(event.data.href); });
}
