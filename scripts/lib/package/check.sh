#!/usr/bin/env bash
# Checks everything about the packages that needs no release build. The tests have been built before.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. scripts/lib/prepare.sh

need_packages libicu72 libyaml-0-2 systemd

python3 scripts/lib/package/dependencies.py check
swift=$(dirname "$(readlink -f "$(command -v swift)")")
python3 scripts/lib/package/licenses.py .build/workspace-state.json .build/checkouts "$swift/../share/swift/LICENSE.txt" >/dev/null
python3 scripts/lib/package/changelog.py --epoch 0 CHANGELOG.md >/dev/null

# Verified where the package puts them, without the package: the program and its manual are there only by name.
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
install -D -m 755 /bin/true "$root/usr/bin/shippy"
for unit in packaging/systemd/*.service; do
  install -D -m 644 "$unit" "$root/lib/systemd/system/${unit##*/}"
  systemd-analyze security --offline=true --threshold=20 "$unit" | tail -1
done
cp -r /lib/systemd/system/*.target /lib/systemd/system/*.slice "$root/lib/systemd/system"
# Programs of other units are not there.
warnings=$(systemd-analyze verify --man=no --root="$root" "$root"/lib/systemd/system/shippy*.service 2>&1 | grep -F shippy || true)
[[ -z $warnings ]] || fail "$warnings"
install -D -m 644 packaging/systemd/sysusers.conf "$root/usr/lib/sysusers.d/shippy.conf"
grep -q "user 'shippy'" <<<"$(systemd-sysusers --dry-run --root="$root" 2>&1)" || fail "sysusers.conf makes no user"
