# Functions shared by scripts/deb and scripts/tarball: the release build, and the files of an installation.

package_packages=("${build_packages[@]}" dpkg-dev libicu72 libyaml-0-2 lld python3)

version=$(sed -n 's/.*number = "\(.*\)"/\1/p' Sources/ShippyApp/Version.swift)
# The time of everything in a package: that of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
export LC_ALL=C.UTF-8 TZ=UTC

# Exports the committed sources into directory $1, with the recorded versions of all packages. Sets `sources` and `scratch`.
export_sources() {
  sources=$1/shippy-$version
  scratch=$sources/.build
  mkdir -p "$sources"
  git archive HEAD | tar -x -C "$sources"
  python3 scripts/lib/package/dependencies.py resolved >"$sources/Package.resolved"
}

# Builds the program in directory $1. Nothing of the directory is in the result. Sets `program`.
build_program() {
  SHIPPY_COMMIT=$(git rev-parse --short=10 HEAD)
  export SHIPPY_COMMIT
  say "building shippy $version ($SHIPPY_COMMIT) in $sources: about ten minutes"
  local options=(
    -c release --static-swift-stdlib --disable-local-rpath --product shippy --force-resolved-versions -Xlinker -z -Xlinker now
    -Xswiftc -file-prefix-map -Xswiftc "$sources=." -Xcc "-ffile-prefix-map=$sources=."
  )
  (cd "$sources" && swift build "${options[@]}" >&2)
  program=$1/shippy
  strip --strip-all --remove-section=.comment -o "$program" "$(cd "$sources" && swift build "${options[@]}" --show-bin-path)/shippy"
  if grep -qF "$sources" "$program"; then fail "$program has the path of its build in it"; fi
}

# Takes program $2 instead of building it.
use_program() {
  program=$1/shippy
  strip --strip-all --remove-section=.comment -o "$program" "$2"
  say "fetching the packages that it is made of"
  (cd "$sources" && swift package --force-resolved-versions resolve >/dev/null)
}

# Prints the Debian packages that the program needs, as a field of a control file.
library_dependencies() {
  local place
  place=$(mktemp -d)
  mkdir "$place/debian"
  printf 'Source: shippy\n\nPackage: shippy\nArchitecture: any\n' >"$place/debian/control"
  (cd "$place" && dpkg-shlibdeps -O -e"$program" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
  rm -rf "$place"
}

# Prints debian/copyright.
copyright() {
  python3 scripts/lib/package/licenses.py "$scratch/workspace-state.json" "$scratch/checkouts" \
    "$(dirname "$(readlink -f "$(command -v swift)")")/../share/swift/LICENSE.txt"
}

# Prints the bill of materials. $1: the packages from library_dependencies.
materials() {
  local graph libraries=() name
  graph=$(mktemp)
  (cd "$sources" && swift package --force-resolved-versions show-dependencies --format json >"$graph")
  for name in $(tr ',' '\n' <<<"$1" | awk '{print $1}'); do
    libraries+=(--library "$name=$(dpkg-query -W -f='${Version}' "$name")")
  done
  python3 scripts/lib/package/sbom.py --version "$version" --graph "$graph" --state "$scratch/workspace-state.json" \
    --checkouts "$scratch/checkouts" --swift "$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -1)" \
    --epoch "$SOURCE_DATE_EPOCH" "${libraries[@]}"
  rm -f "$graph"
}

# Installs the files that every installation has below $1: program, man pages and completions. $2: where zsh looks for completions.
install_files() {
  local page
  install -D -m 755 "$program" "$1/bin/shippy"
  for page in Manpages/*.1; do install -D -m 644 "$page" "$1/share/man/man1/${page##*/}"; done
  gzip -9n "$1"/share/man/man1/*.1
  # Read by a shell, not run as a program.
  sed '1{/^#!/d}' completions/shippy.bash | install -D -m 644 /dev/stdin "$1/share/bash-completion/completions/shippy"
  install -D -m 644 completions/_shippy "$1/$2/_shippy"
  install -D -m 644 completions/shippy.fish "$1/share/fish/vendor_completions.d/shippy.fish"
}

# Installs the documents into $1. $2: the packages from library_dependencies.
install_documents() {
  install -d -m 755 "$1"
  install -m 644 README.md CHANGELOG.md docs/*.md "$1"
  install -D -m 644 -t "$1/monitoring" docs/monitoring/{alerts.yml,dashboard.json,README.md}
  mv "$1/CHANGELOG.md" "$1/changelog"
  gzip -9n "$1"/*.md "$1/changelog"
  copyright >"$1/copyright"
  materials "$2" | gzip -9n >"$1/shippy.cdx.json.gz"
}

# Gives all files below $1 the time of the release, so that archives of them are the same.
settle_times() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }
