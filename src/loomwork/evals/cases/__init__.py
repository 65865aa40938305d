"""Cases: failing rows that are looked after until they are right. Runs settle them; people name, note and close them.

A run settles a case alone by what it says itself: `settle_cases` is called at the end of every run and evaluation.
"""

from loomwork.evals.cases.board import Board, CaseView, board, view
from loomwork.evals.cases.exporting import regression_rows
from loomwork.evals.cases.opening import Opened, open_case, open_from
from loomwork.evals.cases.passing import Rule, read_rule
from loomwork.evals.cases.people import assign, change_status, note, triage
from loomwork.evals.cases.settling import SettledCase, settle_cases

__all__ = [
    "Board",
    "CaseView",
    "Opened",
    "Rule",
    "SettledCase",
    "assign",
    "board",
    "change_status",
    "note",
    "open_case",
    "open_from",
    "read_rule",
    "regression_rows",
    "settle_cases",
    "triage",
    "view",
]
