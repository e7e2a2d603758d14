"""What becomes of the tables of companies in a merge, and what duplicates add to the desk."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.desk.duplicates import admin, kinds  # noqa: F401  register themselves
from matchmaker.desk.duplicates.forwarding import lead_to_kept
from matchmaker.desk.duplicates.selectors import candidates, open_of
from matchmaker.desk.duplicates.services import candidates as comparing
from matchmaker.desk.duplicates.services import folds, merge
from matchmaker.models.duplicate import DuplicateState
from profiles.catalogue.consents.services import keep_stricter
from profiles.choices import Side
from profiles.curation.reviews.concerns import Concern, register_concerns
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging

registry.register_queue(
    22,
    _("Possible duplicates"),
    "duplicates",
    lambda: registry.waiting_in(candidates(DuplicateState.OPEN), "found_at"),
    target=timedelta(days=7),
)


def duplicate_concerns(company: Startup | Investor) -> list[Concern]:
    concerns = []
    for candidate in open_of(company):
        other = candidate.other if candidate.company == company else candidate.company
        text = gettext("It may be the same company as “%(name)s” (%(status)s): %(why)s.")
        words = {"name": other.name, "status": other.get_status_display(), "why": candidate.why}
        url = reverse("duplicate_pair", args=[company.side, company.public_id, other.public_id])
        concerns.append(Concern(text % words, url))
    return concerns


register_concerns(duplicate_concerns)

own, of_account = merging.moves, merging.unaffected("is the account's own")
files = merging.unaffected("a file that a curator imported")
vocabulary = merging.unaffected("a curator's change of the words that all share")
figures = merging.unaffected("figures, computed again")
STARTUP, INVESTOR = str(Side.STARTUP), str(Side.INVESTOR)
merging.register(
    {
        # People
        "profiles.Membership": own(),
        "profiles.FormerMember": own(),
        "profiles.Invitation": own(once=("email",), among=Q(accepted_at=None)),
        "profiles.Claim": own(once=()),
        # What it says of itself
        "profiles.Need": own(STARTUP, once=("type",), content=STARTUP),
        "profiles.TractionFigure": own(STARTUP, once=("label", "as_of_on"), content=STARTUP),
        "profiles.ExistingPartner": own(STARTUP, once=("name", "type"), content=STARTUP),
        "profiles.Thesis": own(INVESTOR, once=("name",), fold=folds.rename_second, content=INVESTOR),
        "profiles.Offer": own(INVESTOR, once=("type",), content=INVESTOR),
        "profiles.Deal": own(content=INVESTOR),
        "profiles.CheckedFile": own(unwatched=("attempts", "leased_until")),
        # The record
        "profiles.Consent": own(),  # closed before, and so history
        "profiles.Receipt": own(
            once=("startup", "investor", "side", "seen_on", "group"),
            fold=folds.blind_if_either,
            is_watched=False,
        ),
        "profiles.Review": own(),
        "profiles.ReviewReason": merging.follows("review__{side}"),
        "profiles.ReviewAssignment": own(once=()),
        "profiles.CuratorNote": own(),
        "profiles.ImportedRow": merging.Decision(
            merging.Fate.GOES, "{side}"
        ),  # an undo would take the kept one
        "profiles.SelectedCompany": merging.Decision(merging.Fate.GOES, "{side}"),  # a line of a report
        "profiles.HeldEdit": merging.Decision(merging.Fate.GOES, "{side}"),  # it names rows of its record
        "profiles.KeptValues": own(is_watched=False),
        "profiles.Appeal": own(once=(), among=Q(answered_at=None), fold=folds.answer_second),
        "matchmaker.CompanyMerge": own(is_watched=False),
        "matchmaker.DuplicateCandidate": merging.follows(
            "{side} other_{side}", is_watched=False, computed=Q(state=DuplicateState.OPEN)
        ),
        "matchmaker.DuplicateProbe": merging.MADE_ANEW,
        "matchmaker.DuplicateKey": merging.MADE_ANEW,
        # Of accounts: old addresses in them lead to the kept company
        "profiles.User": of_account,
        "profiles.FormDraft": merging.unaffected("the form compares it with what is stored then"),
        "profiles.Notice": of_account,
        "profiles.MailSwitch": of_account,
        "profiles.AuditRecord": merging.unaffected("no one can edit it; it records the merge itself"),
        "account.EmailAddress": of_account,
        "account.EmailConfirmation": of_account,
        "mfa.Authenticator": of_account,
        "socialaccount.SocialAccount": of_account,
        "socialaccount.SocialToken": of_account,
        "socialaccount.SocialApp": merging.unaffected("a way to sign in"),
        "matchmaker.SearchEntry": merging.MADE_ANEW,
        "matchmaker.SearchTerm": merging.MADE_ANEW,
        "matchmaker.SavedSearch": of_account,
        "matchmaker.SavedView": of_account,
        "profiles.SectorChange": vocabulary,
        "profiles.ImportRun": files,
        "profiles.ImportFile": files,
        "profiles.Selection": merging.unaffected("a filter on whose results a curator acted"),
        "profiles.CheckVersion": vocabulary,
        "matchmaker.ReportRun": figures,
        "matchmaker.ReportRow": figures,
        "admin.LogEntry": merging.unaffected("what operators did by hand"),
    },
    keep_stricter,
)
merging.BEFORE.append(folds.move_candidates)
registry.WHEN_NOT_FOUND.append(lead_to_kept)

erasure.register(
    {
        "matchmaker.DuplicateProbe": erasure.Decision(erasure.GOES, because="made from the company's names"),
        "matchmaker.DuplicateKey": erasure.Decision(erasure.GOES, because="made from the company's names"),
        "matchmaker.DuplicateCandidate": erasure.Decision(
            erasure.GOES, because="a curator's question, told to neither side"
        ),
        "matchmaker.CompanyMerge": erasure.Decision(
            erasure.GOES, because="a curator's act; what it remembers goes after a day"
        ),
    }
)

registry.register_periodic_task("compare_companies", comparing.refresh_due, registry.MINUTE, is_slow=True)
registry.register_periodic_task("forget_merges", merge.forget_records, registry.HOUR)
