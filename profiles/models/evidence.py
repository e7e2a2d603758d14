"""What companies show for what they state, and what companies on the other side say about it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import EvidenceClaim, EvidenceKind, EvidenceState, FileState, Side
from profiles.models.account import CompanyRow, new_token
from profiles.models.file import CheckedFile
from profiles.models.investor import Investor
from profiles.models.profile import person
from profiles.models.startup import Startup

# What a claim says in the profile. Evidence counts as long as this is as it was when someone looked.
STATED = {
    Side.STARTUP: {
        EvidenceClaim.REGISTRATION: "registration_number",
        EvidenceClaim.WEBSITE: "website",
        EvidenceClaim.LICENCE: "licences",
    },
    Side.INVESTOR: {EvidenceClaim.REGISTRATION: "registry_id", EvidenceClaim.WEBSITE: "website"},
}
DECIDED = (str(EvidenceState.SEEN), str(EvidenceState.DECLINED))


def still_stated() -> Q:
    rule = Q()
    for side, fields in STATED.items():
        unbound = ~Q(claim__in=[str(claim) for claim in fields])
        same = (Q(claim=str(claim), about=F(f"{side}__{field}")) for claim, field in fields.items())
        condition = unbound
        for each in same:
            condition |= each
        rule |= Q(**{f"{side}__isnull": False}) & condition
    return rule


class EvidenceRows(models.QuerySet["Evidence"]):
    def seen_on(self, on: date) -> Self:
        lasts = Q(expires_on__isnull=True) | Q(expires_on__gte=on)
        return self.filter(lasts, state=EvidenceState.SEEN)

    def current(self, on: date) -> Self:
        return self.seen_on(on).filter(still_stated())

    def to_see(self) -> Self:
        """Keep what a curator can look at now; a file is checked first."""
        is_here = Q(file__isnull=True) | Q(file__state=FileState.READY)
        return self.filter(is_here, state=EvidenceState.WAITING)


class Evidence(CompanyRow):
    """A document, an entry in a public registry, or a proof of the domain, for one claim."""

    claim = models.CharField(_("claim"), max_length=12, choices=EvidenceClaim)
    kind = models.CharField(_("kind"), max_length=6, choices=EvidenceKind)
    state = models.CharField(_("state"), max_length=8, choices=EvidenceState, default=EvidenceState.WAITING)
    title = models.CharField(_("what it is"), max_length=120, blank=True)
    issued_on = models.DateField(_("date of the document"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    url = models.URLField(_("web address of the entry"), blank=True)
    host = models.CharField(_("domain"), max_length=253, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    file = models.OneToOneField(
        CheckedFile, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    about = models.CharField(max_length=200, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("added"), default=timezone.now)
    decided_by = person()
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("new evidence requested on"), null=True, blank=True)

    objects = EvidenceRows.as_manager()

    class Meta(CompanyRow.Meta):
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["claim", "-at", "pk"]
        constraints = [
            *CompanyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind=EvidenceKind.FILE, file__isnull=False, url="", host="")
                | (Q(kind=EvidenceKind.LINK, file__isnull=True, host="") & ~Q(url=""))
                | (Q(kind=EvidenceKind.DOMAIN, file__isnull=True, url="") & ~Q(host="")),
                name="evidence_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_at__isnull=True)),
                name="evidence_decided",
            ),
            *(
                models.UniqueConstraint(
                    fields=[side, "host"],
                    condition=Q(kind=EvidenceKind.DOMAIN) & Q(**{f"{side}__isnull": False}),
                    name=f"evidence_domain_{side}",
                )
                for side in ("startup", "investor")
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"], name="evidence_waiting", condition=Q(state=str(EvidenceState.WAITING))
            ),
            models.Index(
                fields=["expires_on"],
                name="evidence_expiring",
                condition=Q(state=str(EvidenceState.SEEN), asked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def stated(self) -> str:
        field = STATED[self.side].get(EvidenceClaim(self.claim))
        return str(getattr(self.company, field)) if field else ""

    @property
    def is_of_other_details(self) -> bool:
        bound = EvidenceClaim(self.claim) in STATED[self.side]
        return self.state == EvidenceState.SEEN and bound and self.about != self.stated

    @property
    def is_refused(self) -> bool:
        return self.file is not None and self.file.state == FileState.REFUSED

    @property
    def is_in_check(self) -> bool:
        return self.file is not None and self.file.state == FileState.CHECKING


class Endorsement(models.Model):
    """One side of a pair, which knows the other, says that a claim of the other side is true."""

    side = models.CharField(_("side"), max_length=8, choices=Side)
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="endorsements")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="endorsements")
    claim = models.CharField(_("claim"), max_length=12, choices=EvidenceClaim)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["claim", "-at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["side", "startup", "investor", "claim"], name="endorsement_once")
        ]

    def __str__(self) -> str:
        return f"{self.startup_id} × {self.investor_id}: {self.claim}"

    @property
    def endorsed(self) -> Startup | Investor:
        return self.investor if self.side == Side.STARTUP else self.startup
