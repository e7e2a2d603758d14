"""What fair dealing adds to the menu and the desk."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import ScreeningDecision
from matchmaker.deals.fair_dealing import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.deals.fair_dealing.services import close_words
from matchmaker.models.fair_dealing import ScreeningCandidate
from matchmaker.registry import HOUR, register_menu_entry, register_periodic_task, register_queue, waiting_in
from profiles.curation.reviews.concerns import Concern, register_concerns
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging
from profiles.platform.erasure import ABOUT_NOBODY, GOES, OWN_ACT, Decision

register_menu_entry(
    "curator",
    40,
    "governance",
    _("Fair dealing"),
    covers=("governance", "concentration", "screening"),
    is_extra=True,
)
register_menu_entry("observer", 10, "concentration", _("Concentration"), covers=("concentration",))
# Of two records of one company the more serious decision counts.
SCREENING_ORDER = (ScreeningDecision.LOOK, "", ScreeningDecision.ANOTHER)
register_queue(
    25,
    _("Screening"),
    "screening",
    lambda: waiting_in(ScreeningCandidate.objects.filter(decision=""), "found_at"),
    target=timedelta(days=7),
)
register_menu_entry("startup_status", 40, "startup_dependency", _("Who you depend on"))
register_menu_entry("footer", 0, "market_context", _("Figures about the market"))


def screening_concerns(company: Startup | Investor) -> list[Concern]:
    candidates = ScreeningCandidate.objects.filter(**{company.side: company})
    texts = {
        "": gettext(
            "One of its names is similar to “%(name)s” on a screening list. No one has decided about "
            "this yet."
        ),
        ScreeningDecision.LOOK: gettext("It may be “%(name)s” on a screening list. Check this more closely."),
    }
    return [
        Concern(
            texts[candidate.decision] % {"name": candidate.listed_name},
            reverse("screening_candidate", args=[candidate.pk]),
        )
        for candidate in candidates.filter(decision__in=texts)
    ]


register_concerns(screening_concerns)

merging.register(
    {
        "matchmaker.CheckAnswer": merging.moves(
            once=("startup", "investor", "side", "check_asked"), first=lambda each: -each.at.timestamp()
        ),
        "matchmaker.DisclosureRequest": merging.OF_A_PAIR,
        "matchmaker.FairTerms": merging.moves(),  # renumbered before
        "matchmaker.ScreeningCandidate": merging.moves(
            once=("list_code", "entry"),
            first=lambda each: SCREENING_ORDER.index(each.decision),
            computed=Q(decision=""),
        ),
    },
    close_words,
)

erasure.register(
    {
        "matchmaker.CheckAnswer": OWN_ACT,
        "matchmaker.DisclosureRequest": OWN_ACT,
        "matchmaker.FairTerms": OWN_ACT,
        "matchmaker.ScreeningCandidate": Decision(GOES, because="a curator's question, told to neither side"),
        "matchmaker.ScreeningName": ABOUT_NOBODY,
    }
)

register_periodic_task("delete_screening_candidates", services.forget_candidates, HOUR)
