"""A page is read while a company that it shows leaves, withdraws or is deleted: no 5xx, nothing withheld.

What happens meanwhile happens between two queries of the page, as another connection's commit would: a page
reads outside of transactions. So a page is read once for each of its queries.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.desk.today import services as desk
from matchmaker.events.pilots.services.applications import withdraw_application
from matchmaker.models.pilot import PilotApplication
from matchmaker.portal.own_data.services import erase_company
from profiles.catalogue.consents import services as consents
from profiles.catalogue.visibility.fields import CONSENT_GROUPS
from profiles.choices import Purpose
from profiles.models import Investor, Startup
from tests.attack.test_left_out import EVERYTHING, fill
from tests.consented import leave_out
from tests.house.market import Market
from tests.matchmaker import ranked
from tests.matchmaker.events.pilots.piloted import make_application
from tests.matchmaker.introduced import make_message

pytestmark = [pytest.mark.attack, pytest.mark.django_db]


class Pair:
    """A startup that keeps what it leaves out from a partner abroad, and all that is between the two."""

    def __init__(self) -> None:
        self.market, self.at = Market(), timezone.now()
        fill(self.market)
        self.startup, self.investor = self.market.startup, self.market.investor
        self.founder: Any = self.market.people["founder"]
        self.partner: Any = self.market.people["partner"]
        self.curator: Any = self.market.people["curator"]
        leave_out(self.startup, CONSENT_GROUPS["startup"], [Purpose.CROSS_BORDER], by=self.founder)
        self.ours: dict[str, Any] = {"side": Side.STARTUP, "by": self.founder, "at": self.at}
        self.theirs: dict[str, Any] = {"side": Side.INVESTOR, "by": self.partner, "at": self.at}
        introduction = decisions.express_interest(*self.both, **self.ours)
        decisions.express_interest(*self.both, **self.theirs)
        make_message(introduction, Side.STARTUP, by=self.founder)
        shortlists.shortlist(*self.both, **self.theirs)
        shortlists.shortlist(self.market.rival, self.investor, **self.theirs)
        self.application = make_application(self.market.pilot, self.startup, by=self.founder)
        ranked.rank_whole()

    # --- What happens meanwhile, to rows read afresh: what was done before is undone in the database only ---

    @property
    def both(self) -> tuple[Startup, Investor]:
        return Startup.objects.get(pk=self.startup.pk), self.investor

    def delete(self) -> None:
        erase_company(self.both[0], by=self.founder, at=self.at)

    def leave(self) -> None:
        consents.withdraw(self.both[0], purpose=Purpose.MATCHING, by=self.founder, at=self.at)

    def close(self) -> None:
        decisions.withdraw_interest(*self.both, **self.ours)

    def block(self) -> None:
        conversations.block_company(*self.both, **self.ours)

    def withdraw(self) -> None:
        withdraw_application(PilotApplication.objects.get(pk=self.application.pk), **self.ours)

    def go_stale(self) -> None:
        Startup.objects.filter(pk=self.startup.pk).update(stale_at=self.at)

    def keep_apart(self) -> None:
        hide: dict[str, Any] = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
        desk.curator_override(*self.both, **hide, by=self.curator, at=self.at)


MEANWHILE: tuple[Callable[[Pair], None], ...] = (
    *(Pair.delete, Pair.leave, Pair.close, Pair.block, Pair.withdraw, Pair.go_stale, Pair.keep_apart),
)
PATHS = (
    *("/home/", "/matches/", "/directory/", "/matches/?weaker=1", "/matches/?sort=name"),
    *(
        "/deals/",
        "/passed/",
        "/deals/?view=board",
        "/receipts/",
        "/notices/",
        "/pilots/",
        "/pilots/yours/",
        "/my-data/",
    ),
)
OF_STARTUP = (
    *("match", "match_brief", "introduction", "conversation", "meeting", "stages", "outcomes"),
    *("fair_dealing", "fair_terms"),
    "fair_terms_print",
)


def pages(pair: Pair) -> list[str]:
    market, startup = pair.market, pair.startup.public_id
    return [
        *PATHS,
        f"/shortlist/compare/?with={startup}&with={market.rival.public_id}",
        *(reverse(name, args=[startup]) for name in OF_STARTUP),
        reverse("pilot", args=[market.pilot.public_id]),
        reverse("pilot_candidates", args=[market.pilot.public_id]),
    ]


class Meanwhile:
    """Lets something happen after so many queries, once."""

    def __init__(self, happens: Callable[[], None], after: int) -> None:
        self.happens, self.left = happens, after

    def __call__(self, execute: Any, *query: Any) -> Any:
        result = execute(*query)
        self.left -= 1
        if self.left == 0:
            self.happens()
        return result


def read(pair: Pair, path: str, happens: Callable[[], None], after: int) -> tuple[int, str]:
    """Read a page during which something happens; return its status and text, and undo it."""
    with pair.market.undone("partner") as client, connection.execute_wrapper(Meanwhile(happens, after)):
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode(errors="replace").lower()


def test_what_happens_while_a_page_is_read_breaks_and_shows_nothing(tally, depth):
    pair, is_deep = Pair(), depth(False, deep=True)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # A row about who is gone fails at once, as it does where a page's own short transaction ends.
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        for path in pages(pair):
            with pair.market.undone("partner") as client, CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200, path
            many = len(queries)
            for happens in MEANWHILE:
                is_compared = "compare" in path and happens is Pair.delete  # broke once
                moments = [(many + 1) // 2]
                if is_compared:
                    moments = range(1, many + 1)
                elif is_deep:
                    moments = range(2, many + 1, 2)
                for after in moments:
                    status, text = read(pair, path, lambda happens=happens: happens(pair), after)
                    shown = [word for word in EVERYTHING if word in text]
                    found = f"{path}, {happens.__name__} after {after} of {many}: {status} {shown}"
                    tally.check(status < 500 and not shown, found)
    tally.settle()
