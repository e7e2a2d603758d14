"""What search finds its results by, and the searches that people keep."""

from enum import IntEnum

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.models import Investor, Need, Offer, Startup
from profiles.models.profile import empty_list

LONGEST_TERM = 40  # letters; longer words are cut


class ResultKind(models.TextChoices):
    """What is found besides what capabilities register (matchmaker/searchable.py)."""

    STARTUP = "startup", _("Startup")
    INVESTOR = "investor", _("Investor or partner")
    NEED = "need", pgettext_lazy("of a startup", "Need")
    OFFER = "offer", pgettext_lazy("of a partner", "Offer")
    CONVERSATION = "conversation", _("Conversation")


class SearchAudience(IntEnum):
    BLIND = 0  # everyone, also those who may not see names yet
    MEMBERS = 1  # approved members of the other side
    CURATORS = 2


class SearchEntry(models.Model):
    kind = models.CharField(_("kind"), max_length=12)
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="+")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, blank=True, related_name="+")
    other_id = models.PositiveBigIntegerField(_("key"), null=True, blank=True)
    indexed_at = models.DateTimeField(_("indexed"), default=timezone.now)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "other_id"], name="searchentry_other")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SearchTerm(models.Model):
    term = models.CharField(_("term"), max_length=LONGEST_TERM)
    kind = models.CharField(_("kind"), max_length=12)
    audience = models.PositiveSmallIntegerField(_("who finds it"))
    weight = models.PositiveSmallIntegerField(_("weight"))
    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="terms")

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        ordering = ["pk"]
        indexes = [
            # Everything that finding needs, so that the table itself is not read.
            models.Index(fields=["term", "kind", "audience", "weight", "entry"], name="searchterm_find")
        ]

    def __str__(self) -> str:
        return self.term


class SearchWord(models.Model):
    """A term with the number of entries that have it: what typing is completed and corrected by."""

    term = models.CharField(_("term"), max_length=LONGEST_TERM)
    head = models.CharField(_("first two letters"), max_length=2)
    audience = models.PositiveSmallIntegerField(_("who finds it"))
    uses = models.PositiveIntegerField(_("number of entries"), default=0)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["term", "audience", "uses"], name="searchword_term"),
            models.Index(fields=["head", "audience", "uses", "term"], name="searchword_head"),
        ]

    def __str__(self) -> str:
        return self.term


class SearchPage(models.TextChoices):
    MATCHES = "matches", _("Recommended")
    SEARCH = "search", pgettext_lazy("page", "Search")


class SavedSearch(models.Model):
    """The filters of a page that a person saved."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=80)
    page = models.CharField(_("page"), max_length=8, choices=SearchPage)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    known = models.JSONField(_("seen"), default=empty_list, blank=True)
    fresh = models.JSONField(_("new"), default=empty_list, blank=True)
    told = models.JSONField(_("notified"), default=empty_list, blank=True)
    created_at = models.DateTimeField(_("saved"), default=timezone.now)
    checked_at = models.DateTimeField(_("last checked"), default=timezone.now)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="savedsearch_name")]
        indexes = [models.Index(fields=["checked_at"], name="savedsearch_checked")]

    def __str__(self) -> str:
        return self.name
