// SPDX-License-Identifier: MIT
// node make-package.mjs FOLDER: run by a .NET build for a package of scripts. Installs its packages if the lock file
// changed, and bundles it if an input changed. Two builds at the same time take turns, and the second one has nothing
// left to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";

const root = resolve(process.argv[2]);
const stamp = join(root, "dist", ".inputs");
const installed = join(root, "node_modules", ".installed");
const lock = join(root, "dist", ".lock");
const maxWait = 10 * 60 * 1000; // milliseconds; a first install on a slow connection takes one or two minutes

mkdirSync(join(root, "dist"), { recursive: true });
takeLock();
try {
  const packages = digest([join(root, "package-lock.json")]);
  if (read(installed) !== packages) {
    run("npm", ["ci"]);
    writeFileSync(installed, packages);
  }
  const inputs = digest([...inputFiles()]);
  if (read(stamp) !== inputs) {
    run(process.execPath, ["build.mjs"]);
  }
  writeFileSync(stamp, inputs); // also if nothing changed: MSBuild compares times
} finally {
  unlinkSync(lock);
}

function* inputFiles() {
  for (const name of ["build.mjs", "package.json", "package-lock.json", "tsconfig.json"]) yield join(root, name);
  for (const folder of ["pages", "src"].filter((name) => existsSync(join(root, name)))) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    yield* files.sort();
  }
}

function digest(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path.slice(root.length)}\n`).update(readFileSync(path));
  return hash.digest("hex");
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32" && program === "npm", // npm is a .cmd file there
  });
  if (error || status !== 0) {
    const why = error ? error.message : `exit code ${status}`;
    throw new Error(`${basename(root)}: "${program} ${args.join(" ")}" failed: ${why}`);
  }
}

function takeLock() {
  const until = Date.now() + maxWait;
  for (;;) {
    try {
      const file = openSync(lock, "wx");
      writeSync(file, `${process.pid}`);
      closeSync(file);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    dropLockOfDead();
    if (Date.now() > until)
      throw new Error(
        `${basename(root)}: another build has held ${lock} for ten minutes. If none is running, delete the file.`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

/** Removes the lock of a build that was killed. */
function dropLockOfDead() {
  const owner = Number(read(lock) || "NaN"); // empty: its owner is between creating and writing it
  if (!Number.isInteger(owner)) {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age < 10_000) return;
  } else {
    try {
      process.kill(owner, 0);
      return;
    } catch (error) {
      if (error.code !== "ESRCH") return;
    }
  }
  try {
    unlinkSync(lock);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
