// SPDX-License-Identifier: MIT
// Which folder may depend on which. Dependencies point one way: a folder may use itself and what is listed here.
import { dirname, extname, normalize } from 'node:path/posix';

const anything = [''];
const mayUse = {
  'manifest': [],
  'sdk/dotnet/Tallymark.AspNetCore': ['sdk/browser'],
  'sdk/dotnet/Tallymark': ['manifest/Scopes'], // compiled in: the SDK ships without another assembly of ours
  'sdk/dotnet/Tallymark.CommandLine': [],
  'sdk/dotnet/Tallymark.Generator': ['manifest'],
  'sdk/dotnet/Tallymark.Testing': ['sdk/dotnet/Tallymark'],
  'server/Store': ['manifest'],
  'server/Store.DuckDb': ['server/Store'],
  'server/Collector': ['server/Store'],
  'server/Publish': ['server/Store'],
  'cli': ['server', 'manifest'],
  'samples': ['sdk'],
  'bench': anything,
  'test': anything,
};
// A package of scripts uses only itself and packages: no file of another folder.
const scriptPackage = /^(web\/[^/]+|sdk\/browser|samples\/mlflow\/Server\/page)\//;

/** The violations of all projects and scripts. */
export function* dependencyViolations(files) {
  for (const file of files) {
    if (file.path.endsWith('.csproj')) yield* projectViolations(file);
    else if (['.ts', '.mjs'].includes(extname(file.path))) yield* importViolations(file);
  }
}

function* projectViolations({ path, text }) {
  const folder = Object.keys(mayUse).filter((known) => isBelow(path, known)).sort((a, b) => b.length - a.length)[0];
  if (folder === undefined) {
    yield `${path}: eng/house/dependencies.mjs does not say what this folder may depend on. Add the folder there.`;
    return;
  }
  const uncommented = text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));
  for (const match of uncommented.matchAll(/<(ProjectReference|Compile)\s[^>]*?Include="([^"]+)"/g)) {
    const [, kind, includes] = match;
    for (const include of includes.split(';')) {
      const target = resolve(path, include.replace('$(MSBuildThisFileDirectory)', './'));
      if (isBelow(target, folder) || mayUse[folder].some((allowed) => isBelow(target, allowed))) continue;
      const line = uncommented.slice(0, match.index).split('\n').length;
      const allowed = mayUse[folder].length === 0 ? 'no other folder' : mayUse[folder].join(', ');
      yield `${path}:${line}: ${kind} to ${target} is not allowed. ${folder} may depend on: ${allowed}. ` +
        'Move the code, or change the table in eng/house/dependencies.mjs and say why in an ADR.';
    }
  }
}

function* importViolations({ path, text }) {
  const home = scriptPackage.exec(path)?.[1];
  if (home === undefined) return;
  for (const match of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']*)["']/g)) {
    const target = resolve(path, match[1]);
    if (isBelow(target, home)) continue;
    const line = text.slice(0, match.index).split('\n').length;
    yield `${path}:${line}: import of ${target} is not allowed. ${home} may depend on: no other folder. Move the code.`;
  }
}

function resolve(path, relative) {
  return normalize(`${dirname(path)}/${relative.replaceAll('\\', '/')}`);
}

function isBelow(path, folder) {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
