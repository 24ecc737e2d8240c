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

# Installs Debian packages; anywhere else it says what is missing.
install() {
  command -v apt-get >/dev/null 2>&1 || die "missing: install $* with your system's package manager"
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  say "installing $*"
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@" >/dev/null 2>&1 ||
    { $sudo apt-get update -q >/dev/null &&
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@" >/dev/null; } ||
    die "could not install $*: install it by hand, then run this again"
}

# The system libraries Ergon links; macOS carries SQLite, zlib, LAPACK and
# Fourier transforms in its SDK.
need_libraries() {
  local missing= formula
  if [ "$(uname -s)" = Darwin ]; then
    for formula in libpng jpeg-turbo; do
      [ -e "$(brew --prefix 2>/dev/null)/opt/$formula" ] || missing="$missing $formula"
    done
    [ -z "$missing" ] || brew install $missing ||
      die "missing:$missing: install Homebrew (https://brew.sh), then run this again"
    return 0
  fi
  [ -e /usr/include/sqlite3.h ] || missing="$missing libsqlite3-dev"
  [ -e /usr/include/zlib.h ] || missing="$missing zlib1g-dev"
  [ -e /usr/include/png.h ] || missing="$missing libpng-dev"
  [ -e /usr/include/jpeglib.h ] || missing="$missing libjpeg-dev"
  [ -e /usr/include/kissfft/kissfft.hh ] || missing="$missing libkissfft-dev"
  compgen -G '/usr/lib*/liblapack.so' >/dev/null ||
    compgen -G '/usr/lib/*/liblapack.so' >/dev/null || missing="$missing liblapack-dev"
  [ -z "$missing" ] || install $missing
}

# need_programs PROGRAM:PACKAGE …: installs the packages of programs that are not there.
need_programs() {
  local pair missing=
  for pair in "$@"; do
    case "${pair%%:*}" in
      python3-venv) python3 -c 'import ensurepip' 2>/dev/null || missing="$missing ${pair#*:}" ;;
      *) command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}" ;;
    esac
  done
  [ -z "$missing" ] || install $missing
}
