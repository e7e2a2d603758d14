"""The ranking's menu entries and queues, and what becomes of its tables."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.matching.ranking import kinds  # noqa: F401  registers itself
from matchmaker.matching.ranking.selectors.desk import parked
from matchmaker.matching.ranking.services import jobs, rank_market, served_texts
from matchmaker.models.ranking import InferredSector, Ranking, TextVector, ThesisInferredSector
from matchmaker.registry import SOON, register_menu_entry, register_periodic_task, register_queue, waiting_in
from profiles.catalogue.taxonomy.selectors.mentions import Mention
from profiles.companies.steps import proposals
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging
from profiles.platform.erasure import ABOUT_NOBODY, GOES, STAYS, Decision

register_menu_entry("curator", 60, "weights", _("Weights"), covers=("weights",), is_extra=True)
register_menu_entry("curator", 70, "runs", _("Re-rankings"), covers=("run",), is_extra=True)
register_queue(
    50, _("Failed jobs"), "runs", lambda: waiting_in(parked(), "parked_at"), target=timedelta(days=1)
)


def inferred_mentions(company: Startup | Investor) -> list[Mention]:
    rows: Any = ThesisInferredSector.objects.filter(thesis__investor=company.pk)
    if isinstance(company, Startup):
        rows = InferredSector.objects.filter(startup=company)
    codes = rows.order_by("position").values_list("sector__code", flat=True)
    return [Mention("sector", (code,), False, frozenset(), "") for code in dict.fromkeys(codes)]


proposals.READERS.append(inferred_mentions)


def erase_company(company: Startup | Investor, at: datetime) -> None:
    for stored in (Ranking, TextVector):
        stored.objects.filter(side=company.side, profile_id=company.pk).delete()
    served_texts.forget()
    jobs.request(Side(company.side), company.pk, at=at)


merging.register(
    {
        "matchmaker.Ranking": merging.MADE_ANEW,
        "matchmaker.TextVector": merging.MADE_ANEW,
        "matchmaker.InferredSector": merging.MADE_ANEW,
        "matchmaker.ThesisInferredSector": merging.MADE_ANEW,
        "matchmaker.RankingJob": merging.MADE_ANEW,
        "matchmaker.Weights": merging.unaffected("names the curator"),
        "matchmaker.RankingRun": merging.unaffected("names the curator"),
    },
    lambda each: erase_company(each.gone, each.at),
)

erasure.register(
    {
        "matchmaker.Ranking": Decision(GOES, because="numbers that the pages show in words"),
        "matchmaker.TextVector": Decision(GOES, because="numbers made from the company's own words"),
        "matchmaker.InferredSector": Decision(GOES, company="startup"),
        "matchmaker.ThesisInferredSector": Decision(GOES, company="thesis__investor"),
        "matchmaker.RankingJob": Decision(STAYS, because="numbers only: which list has to be made again"),
        "matchmaker.Weights": Decision(STAYS, because="a curator's act, under a number"),
        "matchmaker.RankingRun": Decision(STAYS, because="a curator's act, under a number"),
        "matchmaker.SectorVector": ABOUT_NOBODY,
        "matchmaker.RankingClock": ABOUT_NOBODY,
        "matchmaker.Market": ABOUT_NOBODY,
    },
    erase_company,
)

register_periodic_task("rank_edits", rank_market.rank_due, SOON)
