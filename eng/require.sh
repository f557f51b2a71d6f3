# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The programs that the scripts need: found, installed if possible, or reported with a way to install them.

fail() { printf '%s: %s\n' "$(basename "$0")" "$1" >&2; exit 2; }
say() { printf '%s\n' "$*" >&2; }

apt_refreshed=
# install PACKAGE: installs a package of the system, if this is Debian or similar and the user is root.
install() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  say "installing $1 ..."
  if [ -z "$apt_refreshed" ]; then apt-get update -qq >/dev/null 2>&1 || true; apt_refreshed=1; fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1
}

# require COMMAND PACKAGE: fails unless the command exists or its package can be installed.
require() {
  command -v "$1" >/dev/null || install "$2" || true
  command -v "$1" >/dev/null \
    || fail "'$1' is missing. Install the package '$2' (Debian: apt-get install $2) and run again."
}

require_dotnet() {
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing. Get it from https://dot.net and run again."
  # Run inside the repository, so that global.json applies.
  dotnet --version >/dev/null 2>&1 \
    || fail "the .NET SDK that global.json asks for is missing: $(dotnet --version 2>&1 | head -1)"
}

require_node() {
  command -v node >/dev/null && command -v npm >/dev/null \
    || fail "Node.js 20 or later with npm is missing. Get it from https://nodejs.org and run again."
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] \
    || fail "Node.js $(node -v) is too old. Install 20 or later."
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
