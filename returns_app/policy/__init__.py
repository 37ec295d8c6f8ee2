"""The policy language: a merchant's promise, readable by people and decided exactly by a machine.

Text → `parse` → Policy → `compile_policy` → Engine → `decide`. Everything here is pure.
"""

from returns_app.policy.amounts import METHODS, RESOLUTIONS, Amount, Cost, Either, Percent, Plain, Rate, Rates
from returns_app.policy.answers import MOMENTS, Answers, Deduction, Note, PayOn, Span, Window
from returns_app.policy.cases import Mismatch, run_cases
from returns_app.policy.chance import Chance, chance
from returns_app.policy.compile import ENGINE_VERSION, Engine, compile_policy
from returns_app.policy.decide import Decision, decide
from returns_app.policy.explain import Explained, Explanation, Matched, Raised, SideTold
from returns_app.policy.facts import FACTS, GRADES, Fact, Kind, Situation, Value, fact_named
from returns_app.policy.join import join
from returns_app.policy.law import LawPack, read_law
from returns_app.policy.lint import Catalogue, Finding, Report, Witness, lint
from returns_app.policy.merge import AnsweredPerLine, merge
from returns_app.policy.model import Case, Period, Policy, Rule, Segment
from returns_app.policy.parse import parse
from returns_app.policy.problems import PolicyError, Problem
from returns_app.policy.questions import QUESTIONS, Question
from returns_app.policy.segments import RULE_PERIOD, Figures, periods_of, segments_of
from returns_app.policy.sides import PROMISED, Honour, Promise, Reason, Side
from returns_app.policy.situation import parse_situation
from returns_app.policy.windows import window_standing

__all__ = [
    "ENGINE_VERSION",
    "FACTS",
    "GRADES",
    "METHODS",
    "MOMENTS",
    "PROMISED",
    "QUESTIONS",
    "RESOLUTIONS",
    "RULE_PERIOD",
    "Amount",
    "AnsweredPerLine",
    "Answers",
    "Case",
    "Catalogue",
    "Chance",
    "Cost",
    "Decision",
    "Deduction",
    "Either",
    "Engine",
    "Explained",
    "Explanation",
    "Fact",
    "Figures",
    "Finding",
    "Honour",
    "Kind",
    "LawPack",
    "Matched",
    "Mismatch",
    "Note",
    "PayOn",
    "Percent",
    "Period",
    "Plain",
    "Policy",
    "PolicyError",
    "Problem",
    "Promise",
    "Question",
    "Raised",
    "Rate",
    "Rates",
    "Reason",
    "Report",
    "Rule",
    "Segment",
    "Side",
    "SideTold",
    "Situation",
    "Span",
    "Value",
    "Window",
    "Witness",
    "chance",
    "compile_policy",
    "decide",
    "fact_named",
    "join",
    "lint",
    "merge",
    "parse",
    "parse_situation",
    "periods_of",
    "read_law",
    "run_cases",
    "segments_of",
    "window_standing",
]
