"""Lint: what is wrong with a policy that can be read, found exactly, each with a situation that shows it.

Exact means: over every situation the theory (theory.py) allows. What isn't found isn't there, unless
the report says that something was not proven.
"""

from __future__ import annotations

from returns_app.policy.lint.asking import Asking, Catalogue
from returns_app.policy.lint.cascade import cascade_findings
from returns_app.policy.lint.findings import SEVERITIES, Finding, Kind, Report, RuleAt, Severity, Witness
from returns_app.policy.lint.names import name_findings
from returns_app.policy.lint.outcomes import outcome_findings
from returns_app.policy.lint.segments import segment_findings
from returns_app.policy.model import Policy

DEFAULT_BUDGET = 4_000_000
"""Steps of a whole lint, some seconds of work; a thousand drawn rules take a third of it."""

# Every check is a function of the questions put to one policy; one over a policy joined with the law
# packs takes its place in this list.
_CHECKS = (cascade_findings, outcome_findings, segment_findings, name_findings)


def lint(policy: Policy, *, catalogue: Catalogue | None = None, budget: int = DEFAULT_BUDGET) -> Report:
    """Everything wrong with a policy, in the order of its file. `budget` is in steps of the search."""
    ask = Asking(policy, catalogue or Catalogue(), budget)
    findings = [finding for check in _CHECKS for finding in check(ask)]
    unproven = list(ask.unproven())
    ordered = sorted([*findings, *unproven], key=lambda finding: finding.line)
    return Report(tuple(ordered), proven=not unproven)


__all__ = [
    "DEFAULT_BUDGET",
    "SEVERITIES",
    "Catalogue",
    "Finding",
    "Kind",
    "Report",
    "RuleAt",
    "Severity",
    "Witness",
    "lint",
]
