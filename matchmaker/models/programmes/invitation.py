"""What an organiser offers: places by a link, to an address or to a company, and reviews to an address."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.call import AT_MOST_ONE, OptionalCompany
from matchmaker.models.programmes.programme import MOST_PLACES, ApplicantKind, Programme
from profiles.models.account import new_token

REVIEWER = "reviewer"
KINDS = [*ApplicantKind.choices, (REVIEWER, _("Reviewers"))]


class ProgrammeInvitation(OptionalCompany):
    """An offer of places to one kind of participants, or to review. Without address and company it is a link.

    One that was withdrawn stays, so that its address gets no second email.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="invitations")
    kind = models.CharField(_("side"), max_length=8, choices=KINDS)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    email = models.EmailField(_("email address"), blank=True)
    places = models.PositiveSmallIntegerField(
        pgettext_lazy("programme", "places"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    is_waiting = models.BooleanField(_("still to be sent"), default=False, db_default=False)
    ended_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to a programme")
        verbose_name_plural = _("invitations to programmes")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=AT_MOST_ONE, name="programmeinvitation_at_most_one_company"),
            models.UniqueConstraint(
                fields=["programme", "email"],
                condition=~models.Q(email=""),
                name="programmeinvitation_one_address",
            ),
            *(
                models.UniqueConstraint(
                    fields=["programme", side],
                    condition=models.Q(**{f"{side}__isnull": False}),
                    name=f"programmeinvitation_one_{side}",
                )
                for side in ("startup", "investor")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.kind}"
