"""The policy language: a merchant's promise, readable by people and decided exactly by a machine.

Text → `parse` → Policy → `compile_policy` → Engine → `decide`. Everything here is pure.
"""

from returns_app.policy.amounts import METHODS, RESOLUTIONS, Amount, Cost, Percent, Rate, Rates
from returns_app.policy.answers import MOMENTS, Answers, Deduction, Note, PayOn, Span, Window
from returns_app.policy.cases import Mismatch, run_cases
from returns_app.policy.compile import ENGINE_VERSION, Engine, compile_policy
from returns_app.policy.decide import Decision, Reason, Side, decide
from returns_app.policy.explain import Explained, Explanation, Matched
from returns_app.policy.facts import FACTS, GRADES, Fact, Kind, Situation, Value, fact_named
from returns_app.policy.merge import AnsweredPerLine, merge
from returns_app.policy.model import Case, Period, Policy, Rule, Segment
from returns_app.policy.parse import parse
from returns_app.policy.problems import PolicyError, Problem
from returns_app.policy.questions import QUESTIONS, Question
from returns_app.policy.segments import RULE_PERIOD, Figures, periods_of, segments_of
from returns_app.policy.situation import parse_situation

__all__ = [
    "ENGINE_VERSION",
    "FACTS",
    "GRADES",
    "METHODS",
    "MOMENTS",
    "QUESTIONS",
    "RESOLUTIONS",
    "RULE_PERIOD",
    "Amount",
    "AnsweredPerLine",
    "Answers",
    "Case",
    "Cost",
    "Decision",
    "Deduction",
    "Engine",
    "Explained",
    "Explanation",
    "Fact",
    "Figures",
    "Kind",
    "Matched",
    "Mismatch",
    "Note",
    "PayOn",
    "Percent",
    "Period",
    "Policy",
    "PolicyError",
    "Problem",
    "Question",
    "Rate",
    "Rates",
    "Reason",
    "Rule",
    "Segment",
    "Side",
    "Situation",
    "Span",
    "Value",
    "Window",
    "compile_policy",
    "decide",
    "fact_named",
    "merge",
    "parse",
    "parse_situation",
    "periods_of",
    "run_cases",
    "segments_of",
]
