"""The engine: a market as arrays in, ranked lists and their reasons out.

definition/         what a score is, in plain numpy: begin here
affinity/           levels of sectors, stages and places from theses and deals
fairness.py         demand adjustment and guaranteed exposure
kernel/             the definition compiled; equal to it bit for bit
full_ranking.py     the whole market, block by block
incremental/        the lists that an edit changes; equal to a full ranking
counterfactuals.py  edited copies of a startup or investor, scored against the market
learning.py         weights and probabilities from decisions
vectors.py          vector instructions for the kernel's inner loops

A market of up to reference.SMALL pairs is ranked by the definition, a larger one by the kernel. The engine
uses numpy and numba only: no Django, no clock, no database. Modules import only those above their own layer
in contract 8 of pyproject.toml. docs/engine.md lists what a ninth factor changes.
"""

from matchmaker.matching.engine.counterfactuals import Outlook, outlook, outlook_of_theses
from matchmaker.matching.engine.definition.columns import (
    DEFAULT_FOR_INVESTOR,
    DEFAULT_FOR_STARTUP,
    FACTORS,
    Investors,
    Market,
    Must,
    Pairs,
    Snapshot,
    Startups,
    Theses,
)
from matchmaker.matching.engine.definition.explain import (
    Explanation,
    GateResult,
    demand_adjustment_tenths,
    explain,
    fit_of,
    gate_results,
    score_tenths,
)
from matchmaker.matching.engine.definition.factors import market_of
from matchmaker.matching.engine.definition.lists import Lists, Rankings, Values, best_values
from matchmaker.matching.engine.definition.recommended import (
    FOR_INVESTOR,
    FOR_STARTUP,
    ListEnd,
    best_scores,
    is_enough,
    is_outshone,
    out_of_reach,
    recommended,
)
from matchmaker.matching.engine.definition.reference import GATES, is_small
from matchmaker.matching.engine.fairness import Shown, demand_adjustments, guarantees
from matchmaker.matching.engine.full_ranking import described, rank_all, rank_values
from matchmaker.matching.engine.incremental.rerank import Update, rank_investors, rank_startups, short_of
from matchmaker.matching.engine.incremental.rerank import apply as apply_update
from matchmaker.matching.engine.kernel.layout import Prepared, prepare

# Raise it with every change after which a stored calibration snapshot cannot be read, or ranks differently:
# what another version stored is ranked again.
ENGINE_VERSION = "18"
