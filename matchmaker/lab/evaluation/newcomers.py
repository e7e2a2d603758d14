"""The lists of companies that join with little said, and what a reader said about each match.

In `newcomers.csv` of a folder a row is a company as such users leave it. In `newcomers_read.csv` a row is a
match: would the reader sign it (1 or 0), and if not, why?
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from django.db import transaction

from matchmaker.choices import Side
from matchmaker.lab.demo.companies import DemoVocabulary, Row, investor_of, startup_of, store
from matchmaker.matching import engine, graded_pairs
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.services import embeddings, inferred_sectors
from profiles.catalogue.taxonomy.selectors.tables import csv_rows
from profiles.choices import Importance
from profiles.curation.imports.drafts import Draft
from profiles.models import SIDES
from profiles.people.accounts.services.accounts import DEMO, system_account

FIRST = 8  # places of a list that were read
UNSAID = [
    *("name_zh", "name_ur", "website", "city", "province", "founded", "team_size", "revenue_band_usd"),
    *("licences", "foreign_share_pct", "ip_policy", "data_classes", "data_location", "jurisdiction"),
    "state_owned",
]
NO = ["women_led", "public_sector_customer", "board_seat_ask", "accepts_exclusivity", "exclusivity_ask"]


@dataclass(frozen=True)
class Match:
    newcomer: str
    other: str
    score: int  # tenths
    signed: bool | None  # None: no one has read it
    why: str = ""


def matches(folder: Path, *, at: datetime) -> list[Match]:
    """Return the first eight recommended matches of each newcomer to the market of the demonstration."""
    read = {(row["newcomer"], row["other"]): row for row in csv_rows(folder / "newcomers_read.csv")}
    rows = list(csv_rows(folder / "newcomers.csv"))
    found = []
    for side in Side:
        with _joined([row for row in rows if row["side"] == side], side, at) as names:
            for newcomer, other, score in _lists(side, names, at):
                note = read.get((newcomer, other), {})
                signed = note["signed"] == "1" if note else None
                found.append(Match(newcomer, other, score, signed, note.get("why", "")))
    return found


@contextmanager
def _joined(rows: list[Row], side: Side, at: datetime) -> Iterator[dict[str, str]]:
    """Let these companies join while this lasts; yield their names by public id."""
    with transaction.atomic():
        vocabulary, keeper = DemoVocabulary(), system_account(DEMO, at=at, is_demo=True)
        drafts = [_draft(row, side, vocabulary, at) for row in rows]
        both = (drafts, []) if side == Side.STARTUP else ([], drafts)
        store(*both, by=keeper, at=at, source="newcomers")
        yield {draft.record.public_id: row["name"] for draft, row in zip(drafts, rows, strict=True)}
        transaction.set_rollback(True)


def _draft(row: Row, side: Side, vocabulary: DemoVocabulary, at: datetime) -> Draft:
    texts = {"desc_en": "", "desc_ur": "", "desc_zh": "", f"desc_{row['language']}": row["text"]}
    said = {
        **dict.fromkeys(UNSAID, ""),
        **dict.fromkeys(NO, "no"),
        **texts,
        "data_hosting": "partner_choice",
        "slug": row["name"].lower().replace(" ", "-"),
        "name_en": row["name"],
        "languages": row["language"],
        "sectors": row["sectors"],
        "forms": row["forms"],
    }
    if side == Side.STARTUP:
        needs = ";".join(f"{need}:2" for need in row["needs"].split(";") if need)
        amounts = {"raise_min_usd": row["min_usd"], "raise_max_usd": row["max_usd"]}
        own = {"province": row["place"], "stage": row["stage"], "needs": needs, **amounts}
        return startup_of({**said, **own}, vocabulary, at)
    amounts = {"ticket_min_usd": row["min_usd"], "ticket_max_usd": row["max_usd"], "max_stake_pct": "49"}
    own = {"type": row["kind"], "provinces": row["place"], "stages": row["stage"], "offers": row["needs"]}
    draft = investor_of({**said, **own, **amounts}, [], vocabulary, at)
    for thesis in draft.rows[:1]:  # newcomers leave every importance as the form has it
        for name in ("sector_importance", "stage_importance", "place_importance", "ticket_importance"):
            setattr(thesis.record, name, Importance.NICE)
    return draft


def _lists(side: Side, names: dict[str, str], at: datetime) -> Iterator[tuple[str, str, int]]:
    for each in Side:
        embeddings.refresh(each)
        inferred_sectors.refresh(each)
    market = columns.load_all(definitions.default_points(), on=at.date(), text_model=embeddings.model())
    found = engine.rank_all(market.snapshot)
    both = found.startups, found.investors
    lists, others = both if side == Side.STARTUP else both[::-1]
    upper = graded_pairs.is_recommended(lists, definitions.LIST_ENDS[side], engine.best_scores(others))
    scores = engine.score_tenths(lists.u, lists.v)
    pks = dict(SIDES[side]._default_manager.filter(public_id__in=names).values_list("pk", "public_id"))
    named = dict(SIDES[side.other]._default_manager.values_list("pk", "name_en"))
    for row, pk in enumerate(market.pks(side).tolist()):
        if pk in pks:
            for at_place in np.flatnonzero(upper[row] & (lists.ids[row] >= 0))[:FIRST]:
                other = int(market.pks(side.other)[lists.ids[row, at_place]])
                yield names[pks[pk]], named[other], int(scores[row, at_place])
