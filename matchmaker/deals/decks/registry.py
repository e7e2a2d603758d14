"""What decks add to menus and the start page, the worker's tasks, and what becomes of decks."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from matchmaker import registry
from matchmaker.deals.decks import kinds
from matchmaker.deals.decks.selectors import deck_of, waiting_requests
from matchmaker.deals.decks.services import copies, drawing, reading
from matchmaker.deals.decks.services.sharing import end_between, file_was_checked, forget_copies
from matchmaker.integrations import dispatch
from matchmaker.models.deck import Deck, DeckAccess, DeckCopy
from profiles.choices import Side
from profiles.companies.steps.selectors import MORE_PARTS, Part
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision
from profiles.signals import file_checked

file_checked.connect(file_was_checked, dispatch_uid="deck_was_checked")
registry.register_menu_entry("startup_status", 15, "deck", _("Pitch deck"), covers=("deck",))
registry.register_menu_entry("curator", 54, "desk_decks", _("Decks"), covers=("desk_deck",), is_extra=True)
registry.register_task(dispatch.DRAW_DECKS, drawing.draw_decks)
registry.register_periodic_task("resume_drawing", drawing.resume_drawing, registry.SOON)
registry.register_periodic_task("delete_deck_copies", copies.forget_old_copies, registry.HOUR)
registry.register_periodic_task("delete_deck_openings", reading.forget_openings, registry.DAY)
registry.WHEN_BLOCKED.append(end_between)


def rows_waiting(side: Side) -> QuerySet[Any]:
    return waiting_requests() if side == Side.STARTUP else DeckAccess.objects.none()


def requests(found: dict[int, int], *_context: Any) -> list[registry.Waiting]:
    text = ngettext(
        "%(count)d company asks to read your deck", "%(count)d companies ask to read your deck", len(found)
    )
    return [registry.Waiting(text % {"count": len(found)}, str(_("Decide")), "deck", icon="hourglass-split")]


registry.register_waiting(
    registry.WaitingPart(25, rows_waiting, registry.own_in("{side}"), requests), told_by=[kinds.DECK_ASKED]
)


def deck_part(company: Startup | Investor) -> Part | None:
    """Return what *Strengthen your profile* says of the deck."""
    if not isinstance(company, Startup):
        return None
    url = reverse("deck")
    return Part(_("Pitch deck"), url, [] if deck_of(company) else [(str(_("Send your deck")), url)])


MORE_PARTS.append(deck_part)


def forget_copies_of(company: Startup | Investor, _at: datetime | None = None) -> None:
    path = "investor" if isinstance(company, Investor) else "version__deck__startup"
    forget_copies(DeckCopy.objects.filter(**{path: company}))


def ask_again(change: merging.Merging) -> None:
    """Let no one read by a merge what it could not read before: who was let in by one record asks again."""
    if isinstance(change.gone, Startup) and not change.takes_content:
        Deck.objects.filter(startup=change.gone).delete()
    for company in (change.kept, change.gone):
        forget_copies_of(company)
    grants = DeckAccess.objects.filter(**{change.side: change.gone}, until__isnull=False)
    grants.update(until=None, decided_by=None, decided_at=None)


merging.register(
    {
        "matchmaker.Deck": merging.moves("startup", once=("startup",), unwatched=("current",)),
        "matchmaker.DeckVersion": merging.follows("deck__startup", is_watched=False),
        "matchmaker.DeckPage": merging.follows("version__deck__startup", is_watched=False),
        "matchmaker.DeckAccess": merging.moves(
            once=("startup", "investor"), first=lambda row: not row.is_closed
        ),
        "matchmaker.DeckOpening": merging.moves(is_watched=False),
        "matchmaker.DeckCopy": merging.MADE_ANEW,
    },
    ask_again,
)
erasure.register(
    {
        "matchmaker.Deck": Decision(GOES, company="startup"),
        "matchmaker.DeckVersion": Decision(GOES, company="deck__startup"),
        "matchmaker.DeckPage": Decision(GOES, company="version__deck__startup"),
        "matchmaker.DeckAccess": Decision(GOES, company="{side}"),
        "matchmaker.DeckOpening": Decision(GOES, account="user", company="{side}"),
        "matchmaker.DeckCopy": Decision(GOES, company="investor"),
    },
    forget_copies_of,
)
