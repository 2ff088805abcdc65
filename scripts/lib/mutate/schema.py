"""Puts all mutants into one copy of the sources. Each changed place selects one of its variants at run time."""
import os
import pathlib
import re

import mutants as lists

# The environment variable that selects a mutant. Not SHIPPY_…, because tests remove those from the environment of processes they start.
VARIABLE = "MUTANT"
SWITCH = f"""import Glibc

private let chosen = getenv("{VARIABLE}").map {{ String(cString: $0) }}

/// Whether this process is to behave as the mutant of this name.
package func mutant(_ name: String) -> Bool {{ chosen == name }}
"""


def condition(mutant):
    return f'mutant("{mutant.name}")'


def variants(kind, original, mutants):
    """The text that replaces `original`: code that selects one of these mutants, or `original`."""
    if kind == "whole":
        return mutants[0].replacement.replace(lists.CONDITION, condition(mutants[0]))
    if kind == "statement":
        text = original
        for mutant in reversed(mutants):
            rest = text if text.startswith("if mutant(") else f"{{\n{text}\n}}"
            text = f"if {condition(mutant)} {{\n{mutant.replacement}\n}} else {rest}"
        return text
    quote = '"{}"' if kind == "text" else "({})"
    text = quote.format(original)
    for mutant in reversed(mutants):
        text = f"{condition(mutant)} ? {quote.format(mutant.replacement)} : {text}"
    return f"\\({text})" if kind == "text" else f"({text})"


def rewritten(source, file, mutants):
    """Returns the source of a file with all its mutants. Raises `Faults` if two mutants overlap."""
    places = {}
    for mutant in mutants:
        places.setdefault((source.index(mutant.original), mutant.original, mutant.kind), []).append(mutant)
    end, parts = len(source), []
    for (start, original, kind), here in sorted(places.items(), reverse=True):
        if start + len(original) > end or (kind == "whole" and len(here) > 1):
            raise lists.Faults(f"{here[0]}: another mutant changes a part of the same text")
        parts += [source[start + len(original):end], variants(kind, original, here)]
        end = start
    text = source[:end] + "".join(reversed(parts))
    if not file.startswith("Sources/ShippyCore/") and not re.search(r"^(\w+ )?import ShippyCore$", text, re.MULTILINE):
        text = "import ShippyCore\n" + text
    return text


def write(path, text):
    """Writes a file, unless it already has this content, so that nothing is compiled twice."""
    if path.is_file() and path.read_bytes() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


# What the package's targets are made of.
FOLDERS = ("Sources/", "Tests/", "Benchmarks/Tokens/")


def lay(directory, mutants):
    """Writes a copy of the package with these mutants to `directory`, and deletes sources that are no longer part of it."""
    directory = pathlib.Path(directory)
    by_file = {}
    for mutant in mutants:
        by_file.setdefault(mutant.file, []).append(mutant)
    kept = {"Sources/ShippyCore/Mutant.swift"}
    for name in lists.files():
        if not name.startswith(FOLDERS) and name != "Package.swift":
            continue
        kept.add(name)
        content = (lists.ROOT / name).read_bytes()
        if name in by_file:
            content = rewritten(content.decode(), name, by_file[name]).encode()
        write(directory / name, content)
    write(directory / "Sources/ShippyCore/Mutant.swift", SWITCH.encode())
    resolved = lists.ROOT / "Package.resolved"
    if resolved.is_file():
        write(directory / "Package.resolved", resolved.read_bytes())
    for folder in FOLDERS:
        for path in (directory / folder).rglob("*"):
            if path.is_file() and str(path.relative_to(directory)) not in kept:
                os.remove(path)
