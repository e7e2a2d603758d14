"""The engine: numbers in, rankings and their reasons out. This is its front door and its table of contents.

definition/         what a score is, in plain numpy: begin here
affinity/           what a thesis and a record say about sectors, stages and places
fairness/           who gets how much attention
kernel/             the definition compiled, equal to it bit for bit
full_ranking.py     the whole market through the kernel, block by block
incremental/        what one edit changes, equal to a full run
counterfactuals.py  what would change this: edited copies of a startup, scored again
learning.py         weights and chances from what people decided
compiler/           how formulas become vector instructions
warmup.py           everything compiled before the first user waits for it

The opening page of each folder says in which order to read it, what holds and which tests hold it. Numpy and
numba only: no Django, no clock, no database, no random numbers but the seeded draws of metrics.py. Imports
point to the definition: contract 8 in pyproject.toml. docs/engine.md tells what a ninth factor would take.
"""

from matchmaker.engine.counterfactuals import Outlook, outlook
from matchmaker.engine.definition.columns import (
    DEFAULT_FOR_INVESTOR,
    DEFAULT_FOR_STARTUP,
    FACTORS,
    Investors,
    Mandates,
    Market,
    Must,
    Pairs,
    Snapshot,
    Startups,
)
from matchmaker.engine.definition.explain import (
    Explanation,
    GateResult,
    explain,
    handicap_tenths,
    score_tenths,
)
from matchmaker.engine.definition.factors import market_of
from matchmaker.engine.definition.lists import Lists, Rankings, Values, best_values
from matchmaker.engine.definition.reference import is_small
from matchmaker.engine.definition.reference import rank_all as rank_all_plain
from matchmaker.engine.definition.worth import least_score
from matchmaker.engine.fairness import guarantees, handicaps
from matchmaker.engine.full_ranking import described, rank_all, rank_values
from matchmaker.engine.incremental.rerank import rank_investors, rank_startups, short_of
from matchmaker.engine.incremental.updates import Update
from matchmaker.engine.incremental.updates import apply as apply_update
from matchmaker.engine.kernel.layout import Prepared, prepare
from matchmaker.engine.warmup import warm_up

# Raise it with every change after which a stored edition or snapshot cannot be read, or would rank otherwise:
# what another version stored is ranked again. What an edition is: tests/matchmaker/ranking/test_editions.py.
ENGINE_VERSION = "12"

__all__ = [
    "DEFAULT_FOR_INVESTOR", "DEFAULT_FOR_STARTUP", "ENGINE_VERSION", "FACTORS", "Explanation",
    "GateResult", "Investors", "Lists", "Mandates", "Market", "Must", "Outlook", "Pairs", "Prepared",
    "Rankings", "Snapshot", "Startups", "Update", "Values", "apply_update", "best_values", "described",
    "explain", "guarantees", "handicap_tenths", "handicaps", "is_small", "least_score", "market_of",
    "outlook", "prepare", "rank_all", "rank_all_plain", "rank_investors", "rank_startups", "rank_values",
    "score_tenths", "short_of", "warm_up",
]  # fmt: skip
