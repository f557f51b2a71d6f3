// SPDX-License-Identifier: MIT
// Checks that every repository path in backticks in ARCHITECTURE.md and README.md exists, and that every relative link
// of a tracked Markdown page has a target. Prints each missing path with its page and line; exits with 1 if there is
// one.
import { existsSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n").filter((path) => path !== "" && existsSync(path));
// A word in backticks is a path if it has a slash and begins with a folder of the repository.
const folders = new Set(tracked.filter((path) => path.includes("/")).map((path) => path.split("/")[0]));
const missing = [];

function exists(path) {
  const clean = path.replace(/\/$/, "");
  if (!clean.includes("*")) return existsSync(clean);
  const parts = clean.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join("[^/]*")}$`);
  return tracked.some((file) => pattern.test(file));
}

function lines(page) {
  let code = false;
  return readFileSync(page, "utf8").split("\n").map((text, index) => {
    if (/^\s*```/.test(text)) code = !code;
    return { text: code ? "" : text, number: index + 1 };
  });
}

let checked = 0;
for (const page of ["ARCHITECTURE.md", "README.md"]) {
  for (const { text, number } of lines(page)) {
    for (const [, word] of text.matchAll(/`([^`\s]+)`/g)) {
      if (!word.includes("/") || !folders.has(word.split("/")[0])) continue;
      checked++;
      if (!exists(word)) missing.push(`${page}:${number}: ${word} does not exist`);
    }
  }
}
for (const page of tracked.filter((path) => path.endsWith(".md"))) {
  for (const { text, number } of lines(page)) {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const path = target.split("#")[0];
      if (path === "" || /^[a-z]+:/.test(path)) continue;
      checked++;
      if (!existsSync(join(dirname(page), path))) missing.push(`${page}:${number}: the link ${target} has no target`);
    }
  }
}
if (checked === 0) missing.push("no path was found; the patterns of eng/check-paths.mjs no longer match");
for (const line of missing) console.log(line);
process.exit(missing.length === 0 ? 0 : 1);
