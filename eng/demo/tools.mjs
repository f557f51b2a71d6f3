// SPDX-License-Identifier: MIT
// The tools of the demo. A tool is an object:
//   name           its name in the manifest, samples/.../telemetry.yaml
//   project        the folder of the project that is published
//   manifest       the folder of the manifest; default: project
//   program        the file name of its executable
//   versions       [version, weight]: all are built, and in use at the same time
//   installations  how many users run it
//   refusals       [variables, options] of more users, who opted out in these ways
//   exitCodes      the exit codes that are expected
//   notice         the command with which a user sees the notice: {file, args}, or {terminal: args} for a run of the
//                  tool in a pseudo-terminal. Given {root, folder}, where folder has the built tool
//   prepare        optional: makes files of the user. Given the user's home, in which all commands run
//   commands       one user's commands, as lists of arguments. Given a random number generator
//   events         how many events a command records. Given its standard output and its arguments
// node eng/demo/tools.mjs prints what demo.sh builds, one line each: NAME VERSION PROJECT SOURCES.

import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { dotnetCli } from './tools/dotnet-cli.mjs';
import { kmpkg } from './tools/kmpkg.mjs';
import { mlflow } from './tools/mlflow.mjs';
import { mlnet } from './tools/mlnet.mjs';

export const tools = [kmpkg, mlnet, dotnetCli, mlflow];

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const tool of tools) {
    for (const [version] of tool.versions) {
      console.log(`${tool.name} ${version} ${tool.project} ${tool.manifest ?? tool.project}`);
    };
  }
}
