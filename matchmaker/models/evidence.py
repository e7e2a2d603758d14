"""Which document one company lets another read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import SideOfPair
from profiles.models import Evidence


class EvidenceGrant(SideOfPair):
    """The owner of a document lets the other side of an introduction save it, while that is open."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="+")
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="grants")

    class Meta:
        verbose_name = _("document opened to another company")
        verbose_name_plural = _("documents opened to other companies")
        ordering = ["-at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "introduction"], name="evidencegrant_once")
        ]
