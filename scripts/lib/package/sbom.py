#!/usr/bin/env python3
"""Prints a bill of materials in CycloneDX 1.5 (JSON): what the program is made of, and what it needs.

sbom.py --version V --graph FILE --state WORKSPACE-STATE --checkouts DIR --swift VERSION --library NAME=VERSION... --epoch SECONDS

The graph is the output of `swift package show-dependencies --format json`. A library is a Debian package.
"""
import argparse
import datetime
import json
import pathlib
import uuid

import licenses
import dependencies

# What packages, and Swift's own libraries, have inside.
INSIDE = {
    "boringssl-of-swift-crypto": ("swift-crypto", "boringssl", "Apache-2.0"),
    "boringssl-of-swift-nio-ssl": ("swift-nio-ssl", "boringssl", "Apache-2.0"),
    "icu": ("swift", "icu", "Unicode-3.0"),
    "libyaml": ("yams", "libyaml", "MIT"),
    "llhttp": ("swift-nio", "llhttp", "MIT"),
}
NAMES = {"Apache-2.0": "Apache-2.0", "Apache-2.0-with-Swift-exception": "Apache-2.0 WITH Swift-exception"}


def license_of(checkout, identity):
    """The licences of a package, as SPDX writes them."""
    own, _ = licenses.files(checkout)
    found = []
    for path in own:
        if path.name.upper().startswith("NOTICE"):
            continue
        name = licenses.Licenses().name(path.read_text(errors="replace"), identity)
        spdx = NAMES.get(name) or {"Expat": "MIT", "BSD": "BSD-3-Clause"}.get(name.split("-of-")[0], f"LicenseRef-{name}")
        found.append(spdx)
    return [{"expression": " AND ".join(dict.fromkeys(found))}]


def package_component(package, checkouts):
    checkout = pathlib.Path(checkouts) / package["location"].removesuffix(".git").split("/")[-1]
    place = package["location"].removeprefix("https://").removesuffix(".git")
    return {
        "type": "library", "bom-ref": package["identity"], "name": package["identity"], "version": package["version"],
        "purl": f"pkg:swift/{place}@{package['version']}", "licenses": license_of(checkout, package["identity"]),
        "externalReferences": [{"type": "vcs", "url": f"{package['location']}#{package['revision']}"}],
    }


def edges(node, found):
    """Who depends on whom, from the tree of a package."""
    children = sorted({child["identity"] for child in node["dependencies"]})
    found[node["identity"]] = children
    for child in node["dependencies"]:
        edges(child, found)
    return found


def main():
    parser = argparse.ArgumentParser()
    for name in ("version", "graph", "state", "checkouts", "swift", "epoch"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--library", action="append", default=[])
    options = parser.parse_args()
    packages = dependencies.of(options.state)
    components = [package_component(package, options.checkouts) for package in packages]
    components.append({
        "type": "framework", "bom-ref": "swift", "name": "swift", "version": options.swift, "purl": f"pkg:generic/swift@{options.swift}",
        "licenses": [{"expression": "Apache-2.0 WITH Swift-exception"}]})
    components += [
        {"type": "library", "bom-ref": reference, "name": name, "licenses": [{"expression": license_name}]}
        for reference, (_, name, license_name) in INSIDE.items()
    ]
    libraries = [library.split("=", 1) for library in sorted(options.library)]
    components += [
        {
            "type": "library", "bom-ref": f"deb-{name}", "name": name, "version": version, "scope": "required",
            "purl": f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?distro=debian-12",
        }
        for name, version in libraries
    ]
    root = json.loads(pathlib.Path(options.graph).read_text())
    graph = edges(root, {})
    own = graph.pop(root["identity"])
    for reference, (owner, _, _) in INSIDE.items():
        graph.setdefault(owner, []).append(reference)
    own += ["swift"] + [f"deb-{name}" for name, _ in libraries]
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(options.epoch), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": "shippy", "name": "shippy", "version": options.version},
        },
        "components": components,
        "dependencies": [{"ref": "shippy", "dependsOn": own}] + [{"ref": name, "dependsOn": graph[name]} for name in sorted(graph)],
    }
    # The same content has the same number.
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))}"
    print(json.dumps(bom, indent=1))


if __name__ == "__main__":
    main()
