#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds kmpkg, says what it collects, and notes for this user that it was said. See usage below.
set -euo pipefail

usage() {
  cat <<'TEXT'
bootstrap-kmpkg.sh [-disableMetrics] [-skipBuild] [--to DIR]
  -disableMetrics  switch telemetry off for everybody who uses this build of kmpkg: writes the file
                   kmpkg.disable-metrics beside it. Running the script again without it takes the file away.
  -skipBuild       the tool is in DIR already; only the rest is done
  --to DIR         where the tool goes (default: bin/kmpkg, beside this script)
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

# Absolute, wherever the script was called from.
case $to in /*) ;; *) to=$PWD/$to ;; esac

if [ -n "$build" ]; then
  command -v dotnet >/dev/null || fail 'the .NET 10 SDK is missing. Get it from https://dot.net and run this again.'
  # Asked where global.json is seen, which says the version.
  version=$(cd -- "$here" && dotnet --version 2>&1) || fail "the .NET 10 SDK is missing. Get it from https://dot.net and run this again.
$version"
  dotnet publish "$here/kmpkg.csproj" -c Release --nologo -v quiet -o "$to" || fail 'kmpkg could not be built, see above.'
fi

tool=$to/kmpkg
[ -f "$tool" ] || tool=$to/kmpkg.exe
[ -f "$tool" ] || fail "there is no kmpkg in '$to'; run this without -skipBuild to build it."

marker=$to/kmpkg.disable-metrics
if [ -n "$disable" ]; then
  : >"$marker" || fail "'$marker' can't be written, so telemetry is still on. Set KMPKG_DISABLE_METRICS instead."
  printf 'kmpkg is in %s; telemetry is off.\n' "$to"
else
  rm -f -- "$marker" || fail "'$marker' can't be removed, so telemetry is still off."
  # Where it can't be noted (a home that can't be written, say), kmpkg works all the same.
  "$tool" telemetry notice || printf 'bootstrap-kmpkg: so nothing is recorded for this user.\n' >&2
  printf 'kmpkg is in %s\n' "$to"
fi
