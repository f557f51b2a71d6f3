#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds everything and runs all tests: .NET, web, browser. The last line is: N passed, N failed[, N skipped].
#   ./test.sh            all tests and checks
#   ./test.sh NAME...    only test projects and checks whose name contains one of these words (Store, dashboard,
#                        format, ...)
#   ./test.sh --claims   only the test projects that prove claims of docs/claims.md. Writes the tests that prove each
#                        claim into that page, and prints the claims that are not proved; the last line is
#                        claims: proved=N total=N
set -euo pipefail
cd "$(dirname "$0")"
. eng/require.sh

# The test projects, one path per line.
test_projects() { find test -name '*.Tests.csproj' -not -path '*/obj/*' | sort; }

claims=
if [ "${1:-}" = --claims ]; then
  claims=yes
  shift
  [ $# -eq 0 ] || fail "--claims can't be combined with names"
  for project in $(test_projects); do
    if grep -rqF --include='*.cs' '[Claim(' "$(dirname "$project")"; then
      set -- "$@" "$(basename "$project" .csproj)"
    fi
  done
fi
words=("$@")
wanted() {
  [ ${#words[@]} -eq 0 ] && return 0
  local word
  for word in "${words[@]}"; do [[ "$1" == *"$word"* ]] && return 0; done
  return 1
}

# The names that the words of the command line select.
names() {
  for project in $(test_projects); do basename "$project" .csproj; done
  for package in web/*/package.json; do printf '%s-check\n' "$(basename "$(dirname "$package")")"; done
  printf '%s\n' format house house-self-test paths
}

all=$(names)
for word in "${words[@]}"; do
  [[ "$all" == *"$word"* ]] || fail "no test project or check matches '$word'"
done

results=artifacts/test
mkdir -p "$results"
find "$results" -type f -delete
: >"$results/sum.txt"

require_dotnet
require_node
require curl curl
require strace strace
require cc gcc # moves the clock of processes (eng/clock.c)
require script bsdutils
if wanted Browser || wanted BrowserSdk; then
  require chromium chromium
  require fc-list fontconfig
  # Without a font, a page has no text to measure.
  [ -n "$(fc-list)" ] || install fonts-dejavu-core \
    || fail "no font is installed. Install one (Debian: apt-get install fonts-dejavu-core) and run again."
fi

# The tests also read stores with DuckDB's own client.
[ eng/reader/node_modules -nt eng/reader/package-lock.json ] || npm ci --silent --prefix eng/reader

say "building ..."
dotnet build Tallymark.slnx -c Release --nologo -v quiet -clp:NoSummary

# run NAME COMMAND...: one check that passes or fails as a whole. Its output is shown only if it fails.
run() {
  local name=$1; shift
  wanted "$name" || return 0
  say "== $name"
  if "$@" >"$results/$name.log" 2>&1; then echo pass >"$results/$name.check"
  else cat "$results/$name.log"; echo fail >"$results/$name.check"; fi
}

# dotnet format reads its configuration from the environment; the generator was built in Release.
run format env Configuration=Release dotnet format Tallymark.slnx --verify-no-changes --no-restore
run house eng/check-house.sh
run house-self-test eng/check-house.sh --self-test
run paths node eng/check-paths.mjs

for project in $(test_projects); do
  name=$(basename "$project" .csproj)
  wanted "$name" || continue
  say "== $name"
  # A runner that ends without writing its report is a failure; eng/sum-results.mjs counts it.
  "$(dirname "$project")/bin/Release/net10.0/$name" -noLogo -noColor -ctrf "$results/$name.ctrf.json" \
    >"$results/$name.log" 2>&1 || true
  [ -s "$results/$name.ctrf.json" ] || { tail -40 "$results/$name.log"; echo fail >"$results/$name.check"; }
done

for package in web/*/package.json sdk/browser/package.json; do
  folder=$(dirname "$package"); name=$(basename "$folder")
  wanted "$name" || continue
  run "$name-check" npm --prefix "$folder" run --silent check
  say "== $name"
  npm --prefix "$folder" run --silent test -- --reporter=json --outputFile="$PWD/$results/$name.vitest.json" \
    >"$results/$name.log" 2>&1 || true
  [ -s "$results/$name.vitest.json" ] || { tail -40 "$results/$name.log"; echo fail >"$results/$name.check"; }
done

# Only a run of all tests knows which tests prove a claim.
[ ${#words[@]} -gt 0 ] || run claims node eng/claims.mjs docs/claims.md "$results" --check

code=0
node eng/sum-results.mjs "$results" | tee "$results/sum.txt" || code=$?
[ -z "$claims" ] || node eng/claims.mjs docs/claims.md "$results" --write
exit $code
