"""Reads the lists of mutants, and checks that each entry fits the sources."""
import pathlib
import re
import subprocess
import tomllib
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[3]
LISTS = pathlib.Path(__file__).resolve().parent / "mutants"
FIELDS = {"name", "promise", "file", "from", "to", "tests", "kind"}
KINDS = {"expression", "statement", "text", "whole"}
# In a replacement of kind `whole`, the placeholder for the condition that the mutant is selected.
CONDITION = "MUTANT"


@dataclass(frozen=True)
class Mutant:
    target: str
    name: str      # unique among all targets
    promise: str   # the promise that it breaks
    file: str      # the path from the root of the repository
    original: str  # occurs in the file exactly once
    replacement: str
    kind: str
    tests: str     # a regular expression, as `swift test --filter` takes it

    def __str__(self):
        return f"{self.target}/{self.name}"


class Faults(Exception):
    """The list does not fit the sources. The text has one message for each wrong entry."""


def files():
    """All files of the repository that git does not ignore, as paths from its root."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def load():
    """Returns all mutants, in the order of their lists. Raises `Faults` if an entry does not fit the sources."""
    mutants, faults = [], []
    for path in sorted(LISTS.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text())
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{path.name}: {error}")
            continue
        for entry in content.get("mutant", []):
            where = f"{path.stem}/{entry.get('name', '?')}"
            if wrong := (set(entry) ^ FIELDS) - {"kind"}:
                faults.append(f"{where}: unknown or missing: {', '.join(sorted(wrong))}")
                continue
            mutants.append(Mutant(
                target=path.stem, name=entry["name"], promise=entry["promise"], file=f"Sources/{path.stem}/{entry['file']}",
                original=entry["from"], replacement=entry["to"], kind=entry.get("kind", "expression"), tests=entry["tests"]))
    faults += check(mutants)
    if faults:
        raise Faults("\n".join(faults))
    return mutants


def check(mutants):
    present = files()
    tests = "\n".join((ROOT / name).read_text() for name in present if name.startswith("Tests/") and name.endswith(".swift"))
    known_tests = set(re.findall(r"(?:struct|class|actor|func) (\w+)", tests))
    targets = {name.split("/")[1] for name in present if name.startswith("Sources/") and name.endswith(".swift")}
    faults = [f"{target}: a target without a mutant" for target in sorted(targets - {mutant.target for mutant in mutants})]
    names = set()
    for mutant in mutants:
        fault = fault_of(mutant, set(present), known_tests)
        if mutant.name in names:
            fault = "another mutant has the same name"
        names.add(mutant.name)
        if fault:
            faults.append(f"{mutant}: {fault}")
    return faults


def fault_of(mutant, present, known_tests):
    if mutant.kind not in KINDS:
        return f"unknown kind {mutant.kind!r}: use one of {', '.join(sorted(KINDS))}"
    if mutant.file not in present:
        return f"no such file: {mutant.file}"
    count = (ROOT / mutant.file).read_text().count(mutant.original)
    if count != 1:
        return f"found {count} times in {mutant.file}, expected once: {mutant.original!r}"
    if mutant.original == mutant.replacement:
        return "it changes nothing"
    if (CONDITION in mutant.replacement) != (mutant.kind == "whole"):
        return f"{CONDITION} stands in a replacement of kind whole, and only there"
    if mutant.kind == "statement" and re.match(r"(let|var|func|guard|defer)\b", mutant.original):
        return "a declaration, guard or defer would end with the block that it is put into: use kind whole"
    if mutant.kind == "text" and re.search(r'(?<!\\)"|\n', mutant.original + mutant.replacement):
        return "a text with a quote or a line break cannot be exchanged inside a literal"
    unknown = [word for word in re.findall(r"\w+", mutant.tests) if word not in known_tests]
    if unknown or not mutant.tests:
        return f"no such test: {', '.join(unknown)}"
    return None
