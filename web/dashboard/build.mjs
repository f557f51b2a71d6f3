// SPDX-License-Identifier: MIT
// Bundles the pages into dist/: one script and one style sheet for each page, no address of another host.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: {
    dashboard: "src/dashboard/main.ts",
    maintainer: "src/maintainer/main.ts",
    theme: "src/theme/early.ts",
  },
  outdir: join(dist, "assets"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  write: false,
});

const files = new Map(outputFiles.map((file) => [relative(dist, file.path), Buffer.from(file.contents)]));
for (const name of readdirSync(join(root, "pages"))) {
  const kept = name.endsWith(".html") ? name : join("assets", name);
  files.set(kept, readFileSync(join(root, "pages", name)));
}
files.set(join("assets", "licenses.txt"), Buffer.from(licenses()));

mkdirSync(join(dist, "assets"), { recursive: true });
for (const old of readdirSync(join(dist, "assets"))) {
  if (!files.has(join("assets", old))) rmSync(join(dist, "assets", old));
}
for (const [name, contents] of files) {
  // Another build may be copying the folder at the same time. It sees the old file or the new one, never half of one.
  writeFileSync(join(dist, `${name}.new`), contents);
  renameSync(join(dist, `${name}.new`), join(dist, name));
  console.log(`${name}: ${contents.length} bytes, ${gzipSync(contents).length} compressed`);
}

/** The licences of the bundled packages, which require that they are passed on. */
function licenses() {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const bundled = Object.keys(lock.packages).filter((path) => path !== "" && !lock.packages[path].dev);
  return bundled
    .sort()
    .map((path) => {
      const name = path.replace(/^.*node_modules\//, "");
      const text = readdirSync(join(root, path)).find((file) => /^licen[cs]e/i.test(file));
      const body = text ? readFileSync(join(root, path, text), "utf8").trim() : lock.packages[path].license;
      return `${name} ${lock.packages[path].version}\n\n${body}\n`;
    })
    .join("\n----------------------------------------\n\n");
}
