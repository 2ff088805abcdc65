#!/usr/bin/env python3
"""Prints debian/copyright: the licences of everything that is part of the program, from the packages' own files.

licenses.py WORKSPACE-STATE CHECKOUTS SWIFT-LICENSE

A package without a licence file is an error. So is one of the libraries below, if Debian's copy of its licence is missing.
"""
import pathlib
import re
import sys

import dependencies

# Libraries inside of packages, or of Swift's own libraries, that come without their licence.
INSIDE = {
    "ICU, in Swift's Foundation": "/usr/share/doc/libicu72/copyright",
    "libyaml, in Yams": "/usr/share/doc/libyaml-0-2/copyright",
}
APACHE = """On Debian systems, the complete text of the Apache License, Version 2.0, is in
/usr/share/common-licenses/Apache-2.0."""
NO_LICENSE = """The source of shippy comes without a licence file. Ask the authors before you pass the program on."""


class Licenses:
    """The texts, each of them once, by its name."""

    def __init__(self):
        self.names = {}

    def name(self, text, owner):
        """The name of a licence file's text."""
        text = text.replace("\r", "").strip()
        if "Apache License" in text and "END OF TERMS AND CONDITIONS" in text:
            rest = text.split("END OF TERMS AND CONDITIONS")[1].split("limitations under the License.", 1)
            rest = rest[1].strip().strip("#: -\n") if len(rest) == 2 else ""
            if not rest:
                return self.keep("Apache-2.0", APACHE)
            name = "Apache-2.0-with-Swift-exception" if "Runtime Library Exception" in rest else f"Apache-2.0-of-{owner}"
            return self.keep(name, f"{APACHE}\n\n{rest}")
        if "Permission is hereby granted, free of charge" in text:
            return self.keep(f"Expat-of-{owner}", text)
        if "Redistribution and use in source and binary forms" in text:
            return self.keep(f"BSD-of-{owner}", text)
        return self.keep(f"license-of-{owner}", text)

    def keep(self, name, text):
        if self.names.setdefault(name, text) != text:
            sys.exit(f"two licences would be called {name}")
        return name


def field(text):
    """The lines of a field that has several."""
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.strip().replace("\t", "    ").splitlines())


def holders(texts):
    """Who the texts say has the copyright."""
    lines = []
    for text in texts:
        for line in text.splitlines():
            found = re.match(r"\W*(?:\(c\)|copyright)\b\s*(?:\(c\)|©)?\s*((?:\d{4}|[A-Z]).*)", line, re.IGNORECASE)
            if found and re.search(r"\d{4}", line) and "yyyy" not in line and found[1].strip() not in lines:
                lines.append(found[1].strip())
    return lines or ["the authors of the package, see its history"]


def files(checkout):
    """The files with licences and notices of a package: its own, and those of what it has copied."""
    pattern = re.compile(r"(LICEN[CS]E|NOTICES?|COPYING)([.-].*)?$", re.IGNORECASE)
    own = [path for path in sorted(checkout.iterdir()) if path.is_file() and pattern.match(path.name)]
    copied = [path for path in sorted((checkout / "Sources").rglob("*")) if path.is_file() and pattern.match(path.name) and path.suffix not in (".h", ".c")]
    return own, copied


def stanza(paths, copyright_lines, license_name, comment=""):
    text = f"Files: {paths}\nCopyright: " + "\n           ".join(copyright_lines) + f"\nLicense: {license_name}\n"
    return text + (f"Comment:\n{field(comment)}\n" if comment else "")


def main(state_file, checkouts, swift_license):
    licenses, stanzas = Licenses(), []
    stanzas.append(stanza("*", ["2026 the shippy maintainers"], "none-given"))
    licenses.keep("none-given", NO_LICENSE)
    for package in dependencies.of(state_file):
        checkout = pathlib.Path(checkouts) / package["location"].removesuffix(".git").split("/")[-1]
        own, copied = files(checkout)
        texts = {path: path.read_text(errors="replace") for path in own + copied}
        is_license = lambda path: not path.name.upper().startswith("NOTICE")
        if not any(is_license(path) for path in own):
            sys.exit(f"{package['identity']} has no licence file in {checkout}")
        notices = "\n\n".join(texts[path] for path in own if not is_license(path))
        names = [licenses.name(texts[path], package["identity"]) for path in own if is_license(path)]
        stanzas.append(stanza(f"{checkout.name}/*", holders(texts[path] for path in own), " and ".join(dict.fromkeys(names)), notices))
        for path in copied:
            place = path.parent.relative_to(checkout)
            if is_license(path):
                name = licenses.name(texts[path], f"{package['identity']}-{path.parent.name}".lower())
                stanzas.append(stanza(f"{checkout.name}/{place}/*", holders([texts[path]]), name))
    swift = pathlib.Path(swift_license).read_text()
    stanzas.append(stanza("swift/*", ["2014-2026 Apple Inc. and the Swift project authors"], licenses.name(swift, "swift"),
                          "The libraries of the Swift toolchain: the standard library, Dispatch and Foundation."))
    for library, path in INSIDE.items():
        if not pathlib.Path(path).exists():
            sys.exit(f"the licence of {library} is missing: install the Debian package that has {path}")
        text = pathlib.Path(path).read_text(errors="replace")
        name = licenses.keep("license-of-" + library.split(",")[0].lower(), text)
        stanzas.append(stanza(library.split(",")[0].lower() + "/*", holders([text]), name, library))
    print("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/")
    print("Upstream-Name: shippy")
    print("Comment: The paths name the packages that the program is made of. All of them are linked into /usr/bin/shippy.\n")
    print("\n".join(stanzas))
    print("\n".join(f"License: {name}\n{field(text)}\n" for name, text in licenses.names.items()), end="")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
