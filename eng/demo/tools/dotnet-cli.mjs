// SPDX-License-Identifier: MIT
// The .NET CLI, `dn`, in the demo. eng/demo/tools.mjs explains the members.

export const dotnetCli = {
  name: 'dotnet-cli',
  project: 'samples/dotnet-cli',
  program: 'dn',
  versions: [['10.0.100', 60], ['9.0.304', 40]],
  installations: 30,
  refusals: [[{ DOTNET_CLI_TELEMETRY_OPTOUT: '1' }, []]],
  // 2: there is no such project.
  exitCodes: [0, 2],
  notice: () => ({ terminal: ['new', 'classlib', '--name', 'first'] }),

  commands(next) {
    const commands = [['new', 'console', '--name', 'app'], ['build', 'app']];
    if (next() < 0.6) commands.push(['run', '--project', 'app']);
    if (next() < 0.4) commands.push(['new', 'test', '--name', 'checks', '--test-runner', 'xunit'], ['test', 'checks']);
    if (next() < 0.3) commands.push(['publish', 'app', '--output', 'out']);
    if (next() < 0.2) commands.push(['build', 'absent']);
    return commands;
  },

  events: () => 1,
};
