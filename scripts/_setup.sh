# Sourced by the other scripts: what every one of them needs of the machine.
# Says what it does, installs only what is missing, and touches nothing else.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf 'ergon: %s\n' "$*" >&2; }
die() { say "$*"; exit 69; }

need_swift() {
  command -v swift >/dev/null 2>&1 ||
    die "no Swift found: install Swift 6.3 or later (https://www.swift.org/install), then run this again"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  case "$version" in
    [0-5].* | 6.[0-2]) die "Swift $version found: Ergon needs 6.3 or later (https://www.swift.org/install)" ;;
  esac
}

need_libraries() {
  [ "$(uname -s)" = Linux ] || return 0 # macOS carries both in its SDK
  local missing=()
  [ -e /usr/include/sqlite3.h ] || missing+=(libsqlite3-dev)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null 2>&1 ||
    die "missing system libraries: install the development files of: ${missing[*]}"
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  say "installing ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${missing[@]}" >/dev/null 2>&1 ||
    { "${sudo[@]}" apt-get update -q >/dev/null && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q "${missing[@]}" >/dev/null; } ||
    die "could not install ${missing[*]}: install them by hand, then run this again"
}
