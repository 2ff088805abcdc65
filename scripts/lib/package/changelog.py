#!/usr/bin/env python3
"""Prints CHANGELOG.md as a changelog of Debian. Each version is a heading such as `## 0.2.0 (2026-12-01)`.

changelog.py --epoch SECONDS CHANGELOG.md

The time of the newest version is that of the commit.
"""
import argparse
import datetime
import pathlib
import re
import textwrap

SIGNATURE = "shippy maintainers <maintainers@shippy.invalid>"


def versions(text):
    """Each version with its date and its points, newest first."""
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        found = re.match(r"(\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)", heading)
        if not found:
            raise SystemExit(f"cannot parse the heading {heading!r} of the changelog: write `## 0.2.0 (2026-12-01)`")
        points = [" ".join(point.split()) for point in re.split(r"^- ", body, flags=re.MULTILINE)[1:]]
        yield found[1], datetime.datetime.fromisoformat(found[2] + "T00:00:00+00:00"), points


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("file", type=pathlib.Path)
    options = parser.parse_args()
    for number, (version, date, points) in enumerate(versions(options.file.read_text())):
        if number == 0:
            date = datetime.datetime.fromtimestamp(options.epoch, datetime.UTC)
        print(f"shippy ({version}-1) unstable; urgency=medium\n")
        for point in points:
            print("\n".join(textwrap.wrap(point, 76, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)))
        print(f"\n -- {SIGNATURE}  {date.strftime('%a, %d %b %Y %H:%M:%S +0000')}\n")


if __name__ == "__main__":
    main()
