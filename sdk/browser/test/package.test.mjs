// SPDX-License-Identifier: MIT
// The published package: its size, its files, and that it imports where there is no page.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const built = (name) => readFileSync(join(root, "dist", name), "utf8");
const compressed = (name) => gzipSync(built(name), { level: 9 }).length;

beforeAll(() => {
  execFileSync(process.execPath, ["build.mjs"], { cwd: root });
}, 60_000);

test("The core is at most 4 KiB compressed, and so are the elements", () => {
  expect(compressed("tally.js")).toBeLessThanOrEqual(4096);
  expect(compressed("elements.js")).toBeLessThanOrEqual(4096);
  expect(compressed("tally.js") + compressed("elements.js")).toBeLessThanOrEqual(5984);
});

test("The package has scripts, types, licence and read-me, and no dependency", () => {
  const listing = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  const [{ files }] = JSON.parse(listing.toString());
  const paths = files.map((file) => file.path);
  expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
  expect(paths.filter((path) => path.endsWith(".js")).sort()).toEqual(["dist/elements.js", "dist/tally.js"]);
  expect(paths.every((path) => /^(LICENSE|README.md|package.json|dist\/[a-z]+\.(js|d\.ts))$/.test(path))).toBe(true);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(manifest.dependencies).toBeUndefined();
});

test("A project that uses the package does not compile with a misspelt id", () => {
  const project = mkdtempSync(join(tmpdir(), "tallymark-user-"));
  try {
    mkdirSync(join(project, "node_modules", "@tallymark"), { recursive: true });
    symlinkSync(root, join(project, "node_modules", "@tallymark", "browser"), "dir");
    const compile = (id) => {
      const code = `import { start } from "@tallymark/browser";
        import "@tallymark/browser/elements";
        type ComponentId = "prompts.create" | "prompts.delete";
        start<ComponentId>({ relay: "tallymark" }).record("${id}", "onClick");`;
      writeFileSync(join(project, "page.mts"), code);
      const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom"];
      const tsc = join(root, "node_modules", ".bin", "tsc");
      return spawnSync(tsc, [...options, "--ignoreConfig", "page.mts"], { cwd: project, encoding: "utf8" });
    };
    expect(compile("prompts.create")).toMatchObject({ status: 0, stdout: "" });
    const refused = compile("prompts.crate");
    expect(refused.status).not.toBe(0);
    expect(refused.stdout).toContain('"prompts.crate"');
  } finally {
    rmSync(project, { recursive: true });
  }
});

test("Both files are imported without a page, and elements.js shares the core", async () => {
  const core = await import(join(root, "dist", "tally.js"));
  await import(join(root, "dist", "elements.js"));
  expect(Object.keys(core).sort()).toEqual(["record", "start", "tally"]);
  expect(built("elements.js")).toContain('from"./tally.js"');
});

test("The scripts use nothing that a strict policy or plain http forbids", () => {
  const scripts = built("tally.js") + built("elements.js");
  for (const word of ["innerHTML", "eval", "Function(", ".style", "subtle", "randomUUID", "navigator.locks", "cookie"])
    expect(scripts).not.toContain(word);
});
