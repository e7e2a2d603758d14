"""What some companies of the demonstration have asked each other: one request waits for each demo account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.introductions.services.decisions import express_interest
from matchmaker.introductions.services.requests import NO_WORDS, RequestWords
from matchmaker.models import Introduction
from profiles.accounts.services import system_accounts
from profiles.imports.demo.records import public_id_of
from profiles.models import Investor, Startup


@dataclass(frozen=True)
class DemoAct:
    """One side of a pair says yes, so many days ago: it asks in `words`, or answers with a `line`."""

    days_ago: int
    startup: str
    investor: str
    side: Side
    words: RequestWords = NO_WORDS
    line: str = ""


# The oldest first: limits count in the order of time.
ACTS = (
    DemoAct(
        9,
        "rezgari-raah",
        "qiaoxi-pay",
        Side.STARTUP,
        RequestWords(
            why="You have run wallets for small shops; we have the shops.",
            purpose="Advice on agent fraud, and a licence for your checks.",
            next_step="A call with our head of risk.",
        ),
    ),
    DemoAct(
        4, "rezgari-raah", "qiaoxi-pay", Side.INVESTOR, line="Gladly. Please bring last quarter’s cases."
    ),
    DemoAct(
        2,
        "nehr-nigraan",
        "chengsui-agritech",
        Side.STARTUP,
        RequestWords(
            why="Your irrigation controllers run on the canals that our gate meters measure.",
            purpose="A pilot on two distributaries in Sukkur, one season, our meters and your controllers.",
            next_step="A call of half an hour; we bring a season of flow data from twelve gates.",
        ),
    ),
    DemoAct(
        1,
        "paani-paimana",
        "qiquan-irrigation",
        Side.INVESTOR,
        RequestWords(why="Your canal-turn alerts would complete our drip sets. Shall we try both in Multan?"),
    ),
)


@transaction.atomic
def load_introductions(*, at: datetime) -> int:
    """Let the demonstration's companies ask and answer, unless they did; return how many acts are new."""
    if Introduction.objects.filter(startup__is_demo=True).exists():
        return 0
    by = system_accounts.system_account(system_accounts.DEMO, at=at, is_demo=True)
    for act in ACTS:
        express_interest(
            Startup.objects.get(public_id=public_id_of("startup", act.startup)),
            Investor.objects.get(public_id=public_id_of("investor", act.investor)),
            side=act.side,
            words=act.words,
            line=act.line,
            by=by,
            at=at - timedelta(days=act.days_ago),
        )
    return len(ACTS)
