#!/usr/bin/env python3
"""The versions of all packages that a release is built with, in packaging/dependencies.json.

dependencies.py record WORKSPACE-STATE   writes what the build with this .build/workspace-state.json has used
dependencies.py resolved                 prints them as a Package.resolved
dependencies.py check                    fails if a package of Package.swift has no recorded version
"""
import json
import pathlib
import re
import sys

FILE = pathlib.Path(__file__).resolve().parents[3] / "packaging/dependencies.json"


def of(state_file):
    """The packages of a build, by their identity."""
    state = json.loads(pathlib.Path(state_file).read_text())
    packages = []
    for dependency in state["object"]["dependencies"]:
        reference, checkout = dependency["packageRef"], dependency["state"]["checkoutState"]
        packages.append({
            "identity": reference["identity"], "location": reference["location"], "version": checkout["version"], "revision": checkout["revision"]})
    return sorted(packages, key=lambda package: package["identity"])


def recorded():
    return json.loads(FILE.read_text())


def resolved():
    pins = [
        {
            "identity": package["identity"], "kind": "remoteSourceControl", "location": package["location"],
            "state": {"revision": package["revision"], "version": package["version"]},
        }
        for package in recorded()
    ]
    # Version 3 has a digest of the manifest, which is not needed: the build refuses pins that the manifest does not allow.
    return {"pins": pins, "version": 2}


def check():
    """Packages that others depend on may come and go with their versions; those of the manifest change with a commit of ours."""
    manifest = (FILE.parents[1] / "Package.swift").read_text()
    declared = {url.split("/")[-1].removesuffix(".git").lower() for url in re.findall(r'\.package\(url: "([^"]+)"', manifest)}
    missing = declared - {package["identity"] for package in recorded()}
    if missing:
        sys.exit(
            f"packaging/dependencies.json has no version of {', '.join(sorted(missing))}: build, run "
            "`python3 scripts/lib/package/dependencies.py record .build/workspace-state.json`, and commit the file")


def main(arguments):
    match arguments:
        case ["record", state_file]:
            FILE.write_text(json.dumps(of(state_file), indent=2) + "\n")
        case ["resolved"]:
            print(json.dumps(resolved(), indent=2))
        case ["check"]:
            check()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
