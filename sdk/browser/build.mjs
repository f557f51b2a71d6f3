// SPDX-License-Identifier: MIT
// Builds dist/: tally.js (the core), elements.js (banner and toggle, which imports ./tally.js), and their types.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

/** A style sheet becomes a string: the elements adopt it, because a strict policy forbids style elements. */
const styleSheetsAsText = {
  name: "style-sheets-as-text",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/tally.ts", "src/elements.ts"],
  outdir: dist,
  bundle: true,
  external: ["./tally.js"],
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* Tallymark, MIT */" },
  plugins: [styleSheetsAsText],
  logLevel: "warning",
  write: false,
});
const files = new Map(outputFiles.map((file) => [relative(dist, file.path), Buffer.from(file.contents)]));

const types = join(root, "obj", "types");
rmSync(types, { recursive: true, force: true });
const tsc = join(root, "node_modules", ".bin", "tsc");
const options = { cwd: root, stdio: "inherit", shell: process.platform === "win32" };
const { status } = spawnSync(tsc, ["--project", "tsconfig.types.json", "--outDir", types], options);
if (status !== 0) process.exit(1);
for (const name of readdirSync(types)) files.set(name, readFileSync(join(types, name)));

mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist)) {
  if (!files.has(old) && !old.startsWith(".")) rmSync(join(dist, old), { recursive: true });
}
for (const [name, contents] of files) {
  // Another build may be reading the folder at the same time. It sees the old file or the new one, never half of one.
  writeFileSync(join(dist, `.${name}.new`), contents);
  renameSync(join(dist, `.${name}.new`), join(dist, name));
  if (!name.endsWith(".js")) continue;
  console.log(`${name}: ${contents.length} bytes, ${gzipSync(contents, { level: 9 }).length} compressed`);
}
