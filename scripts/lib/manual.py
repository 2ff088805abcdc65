#!/usr/bin/env python3
"""Writes a man page (mdoc) for each command.

    shippy --experimental-dump-help | manual.py --date YYYY-MM-DD DIRECTORY

The pages are made from the command tree. In a discussion, a block that begins with "Examples:" becomes EXAMPLES. The variables
of settings become ENVIRONMENT. FILES and EXIT STATUS come from blocks of the root command.
"""

import argparse
import datetime
import json
import pathlib
import re
import sys


def escaped(text):
    """Escapes text so that roff shows it unchanged."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + text if text[:1] in (".",) else text


def blocks(discussion):
    """Yields the paragraphs of a discussion, as (title, lines). A title is a first line with a colon at its end, before an indented line."""
    for paragraph in filter(None, discussion.strip("\n").split("\n\n")):
        lines = paragraph.split("\n")
        if len(lines) > 1 and lines[0].endswith(":") and lines[1].startswith("  "):
            yield lines[0], lines[1:]
        else:
            yield None, lines


def literal(lines):
    return [".Bd -literal -offset indent", *(escaped(line[2:]) for line in lines), ".Ed"]


def tagged(lines):
    """Formats "  tag  text" lines as a list. A line that is indented further continues the text of the one before."""
    out = [".Bl -tag -width Ds"]
    for line in lines:
        tag, _, text = line.strip().partition("  ")
        if line.startswith("   "):
            out.append(escaped(line.strip()))
        else:
            out.append(f".It {escaped(tag)}")
            if text.strip():
                out.append(escaped(text.strip()))
    return out + [".El"]


def is_setting(argument):
    return argument.get("sectionTitle", "").endswith(" settings")


def names(argument):
    return [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument.get("names", [])]


def long_name(argument):
    return next((name[2:] for name in names(argument) if name.startswith("--")), "")


def label(argument):
    if argument["kind"] == "positional":
        return f"Ar {escaped(argument['valueName'])}"
    flags = " , ".join("Fl " + escaped(name[1:]) for name in sorted(names(argument), key=len))
    return flags + (f" Ar {escaped(argument['valueName'])}" if argument["kind"] == "option" else "")


def description(argument):
    text = argument.get("abstract", "")
    notes = []
    if argument.get("allValues"):
        notes.append("values: " + ", ".join(argument["allValues"]))
    if argument.get("defaultValue"):
        notes.append("default: " + argument["defaultValue"])
    return text + (f" ({'; '.join(notes)})" if notes else "")


class Page:
    def __init__(self, command, root, date):
        self.command = command
        self.path = command.get("superCommands", []) + [command["commandName"]]
        self.arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
        self.root = {title: lines for title, lines in blocks(root["discussion"]) if title}
        self.date = date

    @property
    def name(self):
        return "-".join(self.path)

    def text(self):
        sections = [
            self.head(), self.synopsis(), self.described(), self.options(), self.environment(), self.files(), self.statuses(), self.examples(),
            self.see_also(),
        ]
        return "\n".join(line for section in sections for line in section) + "\n"

    def head(self):
        return [
            '.\\" Made by scripts/generate from the command tree.', f".Dd {self.date:%B} {self.date.day}, {self.date.year}",
            f".Dt {'-'.join(self.path).upper()} 1", ".Os",
            # The page's own name: apropos and whatis take no spaces.
            ".Sh NAME", f".Nm {'-'.join(self.path)}",
            f".Nd {escaped(self.command['abstract'].rstrip('.'))}",
        ]

    def synopsis(self):
        out = [".Sh SYNOPSIS", f".Nm {' '.join(self.path)}"]
        if self.command.get("subcommands"):
            return out + [".Ar subcommand"]
        out.append(".Op Ar options")
        for argument in self.arguments:
            if argument["kind"] == "positional":
                dots = " ..." if argument.get("isRepeating") else ""
                out.append((".Op " if argument.get("isOptional") else ".") + f"Ar {escaped(argument['valueName'])}{dots}")
        return out

    def described(self):
        out = [".Sh DESCRIPTION"]
        paragraphs = [(t, lines) for t, lines in blocks(self.command.get("discussion", "")) if t not in ("Examples:", "Files:", "Exit status:")]
        for index, (title, lines) in enumerate(paragraphs or [(None, [self.command["abstract"]])]):
            if index:
                out.append(".Pp")
            out += [escaped(title), *literal(lines)] if title else [escaped(line) for line in lines]
        if self.command.get("subcommands"):
            out += [".Bl -tag -width Ds"]
            for child in self.command["subcommands"]:
                if child.get("shouldDisplay", True):
                    out += [f".It Cm {child['commandName']}", escaped(child.get("abstract", ""))]
            out += [".El"]
        return out

    def options(self):
        """The command's own options come first, then the groups of settings."""
        groups = {}
        for argument in self.arguments:
            groups.setdefault(argument.get("sectionTitle") or "", []).append(argument)
        out = []
        for title in sorted(groups, key=lambda title: title != ""):
            out += [f".Sh {title.upper()}" if title else ".Sh OPTIONS", ".Bl -tag -width Ds"]
            for argument in groups[title]:
                out += [f".It {label(argument)}", *filter(None, [escaped(description(argument))])]
            out.append(".El")
        return out

    def settings(self):
        return [long_name(argument) for argument in self.arguments if is_setting(argument)]

    def environment(self):
        settings = self.settings()
        if not settings:
            return []
        out = [
            ".Sh ENVIRONMENT", "A setting without a flag is read from the environment, then from the context, then from the configuration file. An empty variable counts as not set, except SHIPPY_CONTEXT, which then uses no context.",
            ".Bl -tag -width Ds -compact",
        ]
        for name in settings:
            out += [f".It Ev SHIPPY_{name.upper().replace('-', '_')}", f"the value of {escaped('--' + name)}"]
        out += [".It Ev NO_COLOR", "disables colour, whatever its value"]
        out += [".El", ".Pp", "If these are not set, the variables of the go\\-kit and go\\-micro tutorials are used:"]
        tutorials = ["MICRO_BROKER=nats with MICRO_BROKER_ADDRESS", "MICRO_REGISTRY=etcd with MICRO_REGISTRY_ADDRESS", "MICRO_REGISTER_TTL"]
        return out + [", ".join(tutorials) + ",", "DB_HOST, DB_USER, DB_PASSWORD and DB_NAME."]

    def files(self):
        lines = self.root.get("Files:", [])
        return [".Sh FILES", *tagged(lines)] if lines and (self.settings() or len(self.path) == 1) else []

    def statuses(self):
        """The exit statuses that a command with these options can return."""
        flags = {name for argument in self.arguments for name in names(argument)}
        lines = [line for line in self.root.get("Exit status:", []) if flags.issuperset(re.findall(r"--[a-z-]+", line)) or len(self.path) == 1]
        return [".Sh EXIT STATUS", *tagged(lines)] if lines else []

    def examples(self):
        out = []
        for title, lines in blocks(self.command.get("discussion", "")):
            if title == "Examples:":
                out += [".Sh EXAMPLES", *literal(lines)]
        return out

    def see_also(self):
        pages = ["-".join(self.path[:-1])] if len(self.path) > 1 else []
        pages += [f"{self.name}-{child['commandName']}" for child in self.command.get("subcommands", []) if child.get("shouldDisplay", True)]
        return [".Sh SEE ALSO", *(f".Xr {page} 1{' ,' if index < len(pages) - 1 else ''}" for index, page in enumerate(pages))] if pages else []


def tree(command):
    yield command
    for child in command.get("subcommands", []):
        yield from tree(child)


def main():
    parser = argparse.ArgumentParser(description="Write a man page for each command, from its help as JSON on standard input.")
    parser.add_argument("--date", type=datetime.date.fromisoformat, required=True)
    parser.add_argument("directory", type=pathlib.Path)
    options = parser.parse_args()
    root = json.load(sys.stdin)["command"]
    for command in tree(root):
        page = Page(command, root, options.date)
        (options.directory / f"{page.name}.1").write_text(page.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
