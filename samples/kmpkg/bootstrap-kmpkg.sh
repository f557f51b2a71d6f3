#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds kmpkg, shows the telemetry notice, and saves for this user that it was shown. See usage below.
set -euo pipefail

usage() {
  cat <<'TEXT'
bootstrap-kmpkg.sh [-disableMetrics] [-skipBuild] [--to DIR]
  -disableMetrics  turn telemetry off for all users of this build of kmpkg:
                   writes the file kmpkg.disable-metrics beside it. Without
                   this option the script removes the file.
  -skipBuild       do not build: the tool is in DIR already
  --to DIR         folder of the tool (default: bin/kmpkg, beside this script)
TEXT
}
fail() { printf 'bootstrap-kmpkg: %s\n' "$1" >&2; exit 1; }

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
to=$here/bin/kmpkg
disable=
build=yes
while [ $# -gt 0 ]; do
  case $1 in
    -disableMetrics | --disableMetrics) disable=yes ;;
    -skipBuild | --skipBuild) build= ;;
    --to) [ $# -ge 2 ] || fail '--to needs a folder'; to=$2; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown option '$1'" ;;
  esac
  shift
done

# Make the path absolute, because the script changes the folder.
case $to in /*) ;; *) to=$PWD/$to ;; esac

if [ -n "$build" ]; then
  command -v dotnet >/dev/null || fail 'the .NET 10 SDK is missing. Get it from https://dot.net and run this again.'
  # Run here, where dotnet finds global.json, which pins the version.
  version=$(cd -- "$here" && dotnet --version 2>&1) ||
    fail "the .NET 10 SDK is missing. Get it from https://dot.net and run this again.
$version"
  dotnet publish "$here/kmpkg.csproj" -c Release --nologo -v quiet -o "$to" ||
    fail 'kmpkg could not be built; see the output above.'
fi

tool=$to/kmpkg
[ -f "$tool" ] || tool=$to/kmpkg.exe
[ -f "$tool" ] || fail "'$to' contains no kmpkg. Run this script without -skipBuild to build it."

marker=$to/kmpkg.disable-metrics
if [ -n "$disable" ]; then
  : >"$marker" || fail "cannot write '$marker', so telemetry is still on. Set KMPKG_DISABLE_METRICS instead."
  printf 'kmpkg is in %s; telemetry is off.\n' "$to"
else
  rm -f -- "$marker" || fail "cannot remove '$marker', so telemetry is still off."
  # If the receipt cannot be saved (for example in a read-only home), kmpkg still works.
  "$tool" telemetry notice || printf 'bootstrap-kmpkg: nothing is recorded for this user.\n' >&2
  printf 'kmpkg is in %s\n' "$to"
fi
