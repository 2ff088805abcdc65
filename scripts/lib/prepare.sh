# Functions shared by the scripts: they install missing packages and build shippy.

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Installs the named Debian packages that are missing, with sudo unless it runs as root.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  local sudo=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || fail "these packages are missing, and there is no sudo to install them with: ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq >&2
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

need_swift() {
  command -v swift >/dev/null || fail "there is no swift: install Swift 6.1 or later from https://www.swift.org/install"
  local version
  version=$(swift --version 2>&1 | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -1 | grep -oE '[0-9]+\.[0-9]+')
  [[ $(printf '6.1\n%s\n' "$version" | sort -V | head -1) == 6.1 ]] ||
    fail "this is Swift $version, and shippy needs 6.1 or later: see https://www.swift.org/install"
}

build_packages=(git libc6-dev libcrypt-dev libcurl4-openssl-dev libnats-dev libncurses-dev libpcre2-dev libpq-dev libsqlite3-dev libzstd-dev pkg-config)

# Installs the packages that the tests need to be built and to run.
need_test_packages() {
  need_packages "${build_packages[@]}" chromium curl etcd-client etcd-server findutils iproute2 mount nats-server openssl postgresql procps python3 tmux \
    util-linux
}

# Makes a release build of the command, and prints its path.
build_release() {
  need_packages "${build_packages[@]}"
  need_swift
  SHIPPY_COMMIT=$(git rev-parse --short=10 HEAD 2>/dev/null || true)
  export SHIPPY_COMMIT
  say "building (the first time takes ten minutes)"
  # Libraries come from the system, never from the directory that the program is in.
  swift build -c release --static-swift-stdlib --disable-local-rpath --product shippy --explicit-target-dependency-import-check error >&2
  printf '%s/shippy\n' "$(swift build -c release --static-swift-stdlib --show-bin-path)"
}
