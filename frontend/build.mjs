// Builds static/dist from css/ and js/, and copies the icons the templates inline. Deterministic: `make check-frontend` compares.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = process.argv[2] ? path.resolve(process.argv[2]) : path.dirname(here);
const dist = path.join(root, "static/dist");
const icons = path.join(root, "templates/icons");
const modules = path.join(here, "node_modules");

for (const folder of [dist, icons]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

for (const script of ["app", "charts"]) {
  await build({
    entryPoints: [path.join(here, `js/${script}.js`)],
    outfile: path.join(dist, `${script}.js`),
    bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none",
    external: ["./charts.js"],
  });
}

execFileSync(path.join(modules, ".bin/tailwindcss"), ["-i", "css/app.css", "-o", path.join(dist, "app.css"), "--minify"], {
  cwd: here, stdio: ["ignore", "ignore", "inherit"],
});

for (const subset of ["latin", "latin-ext", "cyrillic"]) {
  copyFileSync(path.join(modules, `@fontsource-variable/inter/files/inter-${subset}-wght-normal.woff2`), path.join(dist, `inter-${subset}.woff2`));
}

const wanted = readFileSync(path.join(here, "icons.txt"), "utf8").split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
for (const name of wanted) {
  const svg = readFileSync(path.join(modules, `lucide-static/icons/${name}.svg`), "utf8");
  const shapes = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[\s\S]*?>/, "").replace("</svg>", "");
  writeFileSync(path.join(icons, `${name}.svg`), shapes.replace(/\s*\n\s*/g, "").trim() + "\n");
}

// What the bundles contain keeps its licence beside it.
const shipped = ["@alpinejs/csp", "@vue/reactivity", "@vue/shared", "echarts", "zrender", "tslib", "tailwindcss", "lucide-static", "@fontsource-variable/inter"];
const licences = shipped.map((name) => {
  const folder = path.join(modules, name);
  const { version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(path.join(folder, file), "utf8").trim() : license;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(path.join(dist, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
