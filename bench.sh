#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measures. One word a bench:
#   ./bench.sh fuzz [REQUESTS] [SEED]   a million mutated requests against collectors, all that is stored held against a slow referee; ./bench.sh
#                                       fuzz replay FILE sends one that failed again
#   ./bench.sh client [ROUNDS]   what telemetry costs a command; the last line sums it up (docs/performance.md)
#   ./bench.sh ingest [SECONDS]  how many events a second the collector acknowledges, beside its limits
#   ./bench.sh store [EVENTS]    what events at rest cost: disk, rollups, charts, deletion; 20,000,000 events unless said otherwise
set -euo pipefail
cd "$(dirname "$0")"
. eng/require.sh

require_dotnet

# publish PROJECT FOLDER PRECOMPILED: quiet, unless it fails.
publish() {
  local log
  log=$(dotnet publish "$1" -c Release --nologo -v quiet -clp:NoSummary -p:Precompiled="$3" -o "$2" 2>&1) || fail "$1 can't be published: $log"
}

client() {
  local rounds=${1:-40} programs=artifacts/bench/client program
  [[ "$rounds" =~ ^[0-9]+$ ]] && [ "$rounds" -ge 20 ] || fail "client takes a number of rounds, at least 20"
  [ "$(uname -sm)" = 'Linux x86_64' ] || fail "client measures on Linux x64 only"
  require script bsdutils
  require unzip unzip
  rm -rf "$programs"
  for program in Plain Tallymark AppInsights Otlp; do
    say "publishing $program ..."
    publish "bench/Client/Programs/$program" "$programs/il/$program" false
    publish "bench/Client/Programs/$program" "$programs/precompiled/$program" true
  done
  # As the package brings it: precompiled, also where the tool is not.
  dotnet pack sdk/dotnet/Tallymark -c Release --nologo -v quiet -clp:NoSummary -o "$programs/package" >&2
  unzip -qo "$programs"/package/*.nupkg 'runtimes/*' -d "$programs/package"
  cp "$programs/package/runtimes/linux-x64/lib/net10.0/Tallymark.dll" "$programs/il/Tallymark/"
  publish bench/Client/Record "$programs/record" false
  publish bench/Client/Runner "$programs/runner" false
  say "measuring ..."
  "$programs/runner/bench-client" "$PWD/$programs" "$rounds"
}

ingest() {
  local programs=artifacts/bench/ingest
  require_node
  publish cli "$programs/collector" false
  publish bench/Ingest "$programs/bench" false
  [ eng/reader/node_modules -nt eng/reader/package-lock.json ] || npm ci --silent --prefix eng/reader
  say "measuring ..."
  "$programs/bench/bench-ingest" "$programs/collector/tallymark" "$PWD/samples/kmpkg" "$PWD/eng/reader/read-store.mjs" "${1:-20}"
}

store() {
  local events=${1:-20000000} programs=artifacts/bench/store
  [[ "$events" =~ ^[0-9]+$ ]] && [ "$events" -ge 100000 ] || fail "store takes a number of events, at least 100000"
  [ "$(uname -sm)" = 'Linux x86_64' ] || fail "store measures on Linux x64 only"
  publish bench/Store "$programs/program" false
  "$programs/program/bench-store" "$PWD/$programs/data" samples/kmpkg/telemetry.yaml "$events"
}

fuzz() {
  publish bench/Fuzz artifacts/bench/fuzz false
  # One spare array of each size and core: memory that grows is a leak then, and no store of spare arrays that fills.
  DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION=1 artifacts/bench/fuzz/bench-fuzz "$@"
}

case "${1:-}" in
  client) shift; client "$@" ;;
  ingest) shift; ingest "$@" ;;
  store) shift; store "$@" ;;
  fuzz) shift; fuzz "$@" ;;
  *) fail "which bench? There are: client, fuzz, ingest, store" ;;
esac
