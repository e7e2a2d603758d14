"""Decks: their versions and pages, which company may read them, and which pages it opened."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matchmaker.models.stateful import version_of
from profiles.choices import FileFault
from profiles.models import CheckedFile, Investor, Startup
from profiles.models.file import checked_path
from profiles.models.leased_row import LeasedRow
from profiles.models.profile import empty_list, person


class DeckState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    DRAWING = "drawing", _("Pages are being prepared")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Not accepted")


class DeckFault(models.TextChoices):
    """Why a deck is not accepted. The check of files has given the first ones."""

    DAMAGED = FileFault.DAMAGED.value, FileFault.DAMAGED.label
    LOCKED = FileFault.LOCKED.value, FileFault.LOCKED.label
    ACTIVE = FileFault.ACTIVE.value, FileFault.ACTIVE.label
    LARGE = FileFault.LARGE.value, FileFault.LARGE.label
    FAILED = FileFault.FAILED.value, FileFault.FAILED.label
    LONG = "long", _("This deck has more than 60 pages. Send a shorter one.")
    HEAVY = "heavy", _("A page takes too long to prepare. Save the deck as a new PDF with simpler pictures.")
    UNDRAWN = (
        "undrawn",
        _("We cannot turn the pages of this file into pictures. Save it as a PDF and send the PDF."),
    )
    NO_ROOM = (
        "no_room",
        _("Your company has no storage space left for the pages. Remove an older version first."),
    )


class Deck(models.Model):
    """The one deck of a startup. Others read `current`, its newest version that is ready."""

    startup = models.OneToOneField(Startup, models.CASCADE, related_name="+")
    current = models.ForeignKey("DeckVersion", models.SET_NULL, null=True, blank=True, related_name="+")
    may_download = models.BooleanField(_("may be downloaded"), default=False)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("deck")
        verbose_name_plural = _("decks")
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"deck {self.pk}"


class DeckVersion(LeasedRow):
    """One file that was sent as the deck. The worker draws its pages; then the file itself is deleted.

    `not_drawn`: what a presentation has that its pages do not show. `proposals`: what its text says about the
    startup, each with field, values, page and quote; None until the worker has read it.
    """

    claim_fields = ("attempts",)

    deck = models.ForeignKey(Deck, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, choices=DeckState, default=DeckState.CHECKING)
    fault = models.CharField(_("reason"), max_length=8, choices=DeckFault, blank=True)
    file = models.OneToOneField(
        CheckedFile, models.SET_NULL, null=True, blank=True, related_name="deck_version"
    )
    page_count = models.PositiveSmallIntegerField(_("pages"), default=0)
    not_drawn = models.JSONField(_("what its pages do not show"), default=empty_list, blank=True)
    proposals = models.JSONField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("sent"))
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version of a deck")
        verbose_name_plural = _("versions of decks")
        ordering = ["-number", "pk"]
        constraints = [
            UniqueConstraint(fields=["deck", "number"], name="deckversion_number"),
            CheckConstraint(condition=Q(state=DeckState.REFUSED) ^ Q(fault=""), name="deckversion_fault"),
            CheckConstraint(
                condition=Q(state=DeckState.READY) ^ Q(ready_at__isnull=True), name="deckversion_ready"
            ),
        ]
        indexes = [
            Index(fields=["at"], name="deckversion_due", condition=Q(state=DeckState.DRAWING)),
            Index(
                fields=["at"],
                name="deckversion_unread",
                condition=Q(state=DeckState.READY, proposals__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deck_id}: {self.number}"


class DeckPage(models.Model):
    """A page as a picture, and its text for readers who cannot see it."""

    version = models.ForeignKey(DeckVersion, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField(_("page"))
    text = models.TextField(_("text"), blank=True)
    image = models.OneToOneField(CheckedFile, models.CASCADE, related_name="deck_page")
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))

    class Meta:
        verbose_name = _("page of a deck")
        verbose_name_plural = _("pages of decks")
        ordering = ["number", "pk"]
        constraints = [UniqueConstraint(fields=["version", "number"], name="deckpage_number")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.number}"

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1


class DeckAccess(models.Model):
    """That a company asked to read a deck, and what the startup decided for it.

    It may read until `until`. `is_closed`: it may neither read nor ask, even if others may.
    """

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    asked_by = person()
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    decided_by = person()
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    is_closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("access to a deck")
        verbose_name_plural = _("access to decks")
        ordering = ["-asked_at", "pk"]
        constraints = [
            UniqueConstraint(fields=["startup", "investor"], name="deckaccess_once"),
            CheckConstraint(condition=Q(is_closed=False) | Q(until__isnull=True), name="deckaccess_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id} × {self.investor_id}"

    @property
    def waits(self) -> bool:
        return bool(self.asked_at and not self.decided_at)

    @property
    def version(self) -> str:
        return version_of("deck access", self.pk, str(self.decided_at))


class DeckCopy(LeasedRow):
    """A file of marked pages that a company may save. The worker makes it, and it lasts an hour.

    Its bytes belong to no company, so the sweep of files without a row removes them too.
    """

    claim_fields = ("attempts",)

    version = models.ForeignKey(DeckVersion, models.CASCADE, related_name="copies")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("asked"))
    pages_done = models.PositiveSmallIntegerField(_("pages that are ready"), default=0)
    content = models.FileField(upload_to=checked_path, blank=True, editable=False)
    has_failed = models.BooleanField(_("could not be made"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("copy of a deck to save")
        verbose_name_plural = _("copies of decks to save")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "investor"], name="deckcopy_once")]

    def __str__(self) -> str:
        return f"{self.version_id} × {self.investor_id}"


class DeckOpening(models.Model):
    """A person of a company opened a page of a deck. Page 0 says that the owner sees this.

    `seconds`: until the person went on or finished; None while no one knows.
    """

    version = models.ForeignKey(DeckVersion, models.CASCADE, related_name="openings")
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(_("page"))
    at = models.DateTimeField(_("when"))
    seconds = models.PositiveIntegerField(_("seconds"), null=True, blank=True)

    class Meta:
        verbose_name = _("opened page of a deck")
        verbose_name_plural = _("opened pages of decks")
        ordering = ["at", "pk"]
        indexes = [Index(fields=["version", "user", "at"], name="deckopening_of_reader")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.number}"
