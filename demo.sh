#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs everything once with real parts: collector, the tools as many installations, uploads, published files,
# dashboard. A day is public when no more events of it can arrive, so the clock of the processes is moved to the end of
# the quarter's deadline for the publication.
#   ./demo.sh          keeps running until Ctrl-C and prints the address of the dashboard
#   ./demo.sh --once   ends instead; its last line is demo: recorded=R sent=S stored=T published=P
set -euo pipefail
cd "$(dirname "$0")"
. eng/require.sh

case "${1:-}" in ''|--once) ;; *) fail "unknown option '$1'. The only option is --once." ;; esac
require_dotnet
require_node
require unshare util-linux
require script bsdutils
require openssl openssl
require cc gcc

# once STAMP SOURCES... -- COMMAND...: runs the command unless no source is newer than its stamp.
once() {
  local stamp=artifacts/demo/$1 sources=(); shift
  while [ "$1" != -- ]; do sources+=("$1"); shift; done; shift
  if [ -f "$stamp" ] && [ -z "$(find "${sources[@]}" -name node_modules -prune -o -path '*/obj' -prune -o \
      -path '*/bin' -prune -o -path '*/dist' -prune -o -type f -newer "$stamp" -print -quit)" ]; then return; fi
  "$@"
  mkdir -p "$(dirname "$stamp")"; touch "$stamp"
}

say "building the collector ..."
once tallymark.built manifest server cli web eng/native Directory.Build.props Directory.Build.targets \
  Directory.Packages.props -- \
  dotnet build cli -c Release --nologo -v quiet -clp:NoSummary -o artifacts/demo/tallymark

# Several versions of each tool are in use at the same time, as in reality.
while read -r tool version project sources; do
  say "building $tool $version ..."
  once "$tool-$version.built" manifest sdk "$sources" Directory.Build.props Directory.Packages.props -- \
    dotnet publish "$project" -c Release --nologo -v quiet -clp:NoSummary -p:Version="$version" \
    -o "artifacts/demo/$tool-$version" </dev/null
done < <(node eng/demo/tools.mjs)

once clock.built eng/clock.c -- cc -shared -fPIC -O1 -o artifacts/demo/clock.so eng/clock.c -ldl
once reader.installed eng/reader/package-lock.json -- npm ci --silent --prefix eng/reader
exec node eng/demo/demo.mjs "$@"
