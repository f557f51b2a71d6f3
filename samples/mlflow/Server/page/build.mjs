// SPDX-License-Identifier: MIT
// Checks the types and writes dist/, which the server serves as wwwroot/: the page, its script and its style sheet.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const options = { cwd: root, stdio: "inherit", shell: process.platform === "win32" };
if (spawnSync(join(root, "node_modules", ".bin", "tsc"), [], options).status !== 0) process.exit(1);

mkdirSync(join(root, "dist"), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outfile: "dist/.main.js.new",
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
});
renameSync(join(root, "dist", ".main.js.new"), join(root, "dist", "main.js"));
for (const name of readdirSync(join(root, "pages"))) copyFileSync(join(root, "pages", name), join(root, "dist", name));
