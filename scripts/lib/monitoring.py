#!/usr/bin/env python3
"""Checks docs/monitoring against the program: each metric exists, and each alert names a section of the runbook."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONITORING = ROOT / "docs/monitoring"
# What Prometheus itself adds, and words of its language that look like metrics.
OTHERS = {"up"}


def known_metrics():
    sources = [ROOT / "Sources/ShippyCore/Runtime/Metric.swift", ROOT / "Sources/ShippyOps/ProcessMetrics.swift"]
    text = "".join(source.read_text() for source in sources)
    return set(re.findall(r'(?:case \w+ = |add\()"(\w+)"', text))


def used_metrics(expression):
    without_strings = re.sub(r'"[^"]*"', "", re.sub(r"\{[^}]*\}", "", expression))
    return set(re.findall(r"\b(?:shippy|http|grpc|process)_[a-z_]+\b", without_strings)) - {"grpc_code", "grpc_method"}


def anchors():
    for line in (ROOT / "docs/runbook.md").read_text().splitlines():
        if heading := re.match(r"#+ (.*)", line):
            yield re.sub(r"[^\w -]", "", heading[1].lower()).replace(" ", "-")


def main():
    problems = []
    known = known_metrics()
    alerts = (MONITORING / "alerts.yml").read_text()
    expressions = {"alerts.yml": [re.sub(r"^ *(summary|runbook|- alert):.*", "", alerts, flags=re.MULTILINE)], "dashboard.json": []}
    for panel in json.loads((MONITORING / "dashboard.json").read_text())["panels"]:
        expressions["dashboard.json"] += [target["expr"] for target in panel.get("targets", [])]
    for file, texts in expressions.items():
        for metric in sorted(set().union(*(used_metrics(text) for text in texts))):
            if metric not in known and re.sub(r"_(bucket|count|sum)$", "", metric) not in known:
                problems.append(f"{file} uses {metric}, which the program does not have")
    named = re.findall(r"^ *runbook: docs/runbook\.md#(\S+)$", alerts, re.MULTILINE)
    if len(named) != len(re.findall(r"^ *- alert:", alerts, re.MULTILINE)):
        problems.append("an alert of alerts.yml names no section of docs/runbook.md")
    problems += [f"docs/runbook.md has no section {anchor}" for anchor in named if anchor not in set(anchors())]
    sys.exit("\n".join(problems) or 0)


if __name__ == "__main__":
    main()
