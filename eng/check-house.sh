#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Rules of the house that no compiler knows: the first line of a source file, its length, `#if`, addresses of package sources, lock files.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { printf '%s\n' "$1"; bad=1; }

# Only files that are still there: one that was deleted and not committed yet is listed too.
mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.cs' '*.ts' '*.sh' '*.mjs' | while read -r f; do [ -f "$f" ] && echo "$f"; done)
for file in "${sources[@]}"; do
  head -3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || complain "$file: its first line is not the SPDX line"
  lines=$(wc -l <"$file")
  [ "$lines" -le 500 ] || complain "$file: $lines lines; more than 500 can't be read in one sitting"
done
grep -nE '^\s*#(if|region)\b' $(printf '%s\n' "${sources[@]}" | grep -E '^(manifest|sdk|server|cli)/.*\.cs$') && complain "#if and #region are not allowed in product code"

# Where packages come from is the machine's matter: no resolved addresses in locks, no source in a configuration.
mapfile -t locks < <(git ls-files --cached --others --exclude-standard '*package-lock.json')
[ ${#locks[@]} -eq 0 ] || { grep -nE '"resolved": *"http' "${locks[@]}" && complain "a lock file names the address of a package source"; }
git ls-files --cached --others --exclude-standard | grep -iE '(^|/)nuget\.config$' && complain "a package source is configured in the repository"

while read -r project; do
  [ -f "$(dirname "$project")/packages.lock.json" ] || complain "$project: no packages.lock.json beside it"
done < <(git ls-files --cached --others --exclude-standard '*.csproj')
exit $bad
