"""What some companies of the demonstration have said about fair dealing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from matchmaker.choices import AnswerState, Side
from matchmaker.fair_dealing.services import answers, terms
from matchmaker.models import CheckAnswer
from profiles.accounts.services import system_accounts
from profiles.imports.demo.records import demo_company
from profiles.models import GovernanceCheck, Investor, Startup, User


@dataclass(frozen=True)
class DemoSide:
    """What one side of a pair says: answers by check, checks that somebody finds out, terms, a request."""

    answers: dict[str, str] = field(default_factory=dict)
    finders: dict[str, str] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    asks: bool = False


FOUNDER, PARTNER = Side.STARTUP, Side.INVESTOR
PAIRS: dict[tuple[str, str], dict[Side, DemoSide]] = {
    ("paani-paimana", "chengsui-agritech"): {
        FOUNDER: DemoSide(
            answers={
                "GOV-IN-04": "Three founders hold 82 %; nobody else more than 10 %.",
                "GOV-CN-06": "Our servers are in Lahore. Nobody abroad can reach them today.",
            },
            finders={"GOV-PK-01": "Bilal, our company secretary"},
            terms={
                "exclusivity": "limited", "exclusivity_territory": "Punjab", "exclusivity_months": 9,
                "ip_owner": "each", "exit_notice_days": 60, "board_partner": 1, "board_total": 5,
                "step_in": "none", "first_refusal": "pro_rata", "data_end": "deleted", "currency": "USD",
                "law": "third", "disputes": "arbitration",
            },
            asks=True,
        ),
        PARTNER: DemoSide(
            answers={"GOV-IN-04": "Family Cheng holds 61 %; no public body holds a share."},
            finders={"GOV-CN-01": "Ms Sun, legal department", "GOV-CN-02": "Ms Sun, legal department"},
            terms={
                "exclusivity": "broad", "exclusivity_months": 24, "ip_owner": "shared",
                "exit_notice_days": 120, "board_partner": 1, "board_total": 5, "step_in": "insolvency",
                "cure_days": 45, "first_refusal": "founder", "currency": "USD", "law": "third",
                "disputes": "arbitration",
            },
        ),
    },
    ("paani-paimana", "qiquan-irrigation"): {
        FOUNDER: DemoSide(finders={"GOV-PK-12": "Bilal, our company secretary"}),
    },
    ("rezgari-raah", "qiaoxi-pay"): {
        FOUNDER: DemoSide(
            answers={"GOV-PK-08": "We hold a PSO/PSP authorisation; the wallet is our bank's."},
            terms={"exclusivity": "none", "ip_owner": "startup", "data_end": "deleted"},
        ),
        PARTNER: DemoSide(
            finders={"GOV-CN-01": "Investment committee"},
            terms={"exclusivity": "broad", "ip_owner": "partner", "step_in": "commercial", "cure_days": 15},
        ),
    },
}  # fmt: skip
FIND_OUT = timedelta(days=30)


@transaction.atomic
def load_dealings(*, at: datetime) -> int:
    """Let the demonstration's companies say what they say, unless they did; return for how many pairs."""
    if CheckAnswer.objects.filter(startup__is_demo=True).exists():
        return 0
    by = system_accounts.system_account(system_accounts.DEMO, at=at, is_demo=True)
    for (ours, theirs), sides in PAIRS.items():
        startup, investor = demo_company("startup", ours), demo_company("investor", theirs)
        for side, said in sides.items():
            _say(startup, investor, side, said, by, at)
    return len(PAIRS)


def _say(startup: Startup, investor: Investor, side: Side, said: DemoSide, by: User, at: datetime) -> None:
    """Write what one side says, through the services of the pages."""
    given: dict[str, dict[str, Any]] = {
        code: {"state": AnswerState.ANSWERED, "text": text, "finder": "", "due_on": None}
        for code, text in said.answers.items()
    }
    unknown = {"state": AnswerState.NOT_YET_KNOWN, "text": "", "due_on": (at + FIND_OUT).date()}
    given |= {code: {**unknown, "finder": name} for code, name in said.finders.items()}
    known = GovernanceCheck.objects.in_bulk(list(given), field_name="code")
    for code, values in given.items():
        answers.answer_check(known[code], startup, investor, side=side, values=values, by=by, at=at)
    if said.terms:
        terms.write_terms(startup, investor, side=side, values=said.terms, by=by, at=at)
        terms.open_terms(startup, investor, side=side, by=by, at=at)
    if said.asks:
        answers.ask_to_disclose(startup, investor, side=side, by=by, at=at)
