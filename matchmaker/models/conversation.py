"""What the two companies of an introduction write to each other, who has read it, and complaints about it."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import MessageState, ReportDecision, ReportReason
from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import SideOfPair
from profiles.models import CheckedFile
from profiles.models.profile import person

LETTERS = 5000  # of a message
WITH_A_FILE = (str(MessageState.CHECKING), str(MessageState.UNSENT))
REACHED = (str(MessageState.DELIVERED), str(MessageState.HIDDEN))


class Message(SideOfPair):
    """One message of one side, with a file or without."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="messages")
    text = models.TextField(_("message"), max_length=LETTERS, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=MessageState)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    file = models.OneToOneField(CheckedFile, models.CASCADE, null=True, blank=True, verbose_name=_("file"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = person()
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        constraints = [
            CheckConstraint(
                condition=Q(state__in=REACHED, delivered_at__isnull=False)
                | (~Q(state__in=REACHED) & Q(delivered_at__isnull=True, read_at__isnull=True)),
                name="message_reached",
            ),
            CheckConstraint(condition=~Q(text="") | Q(file__isnull=False), name="message_says_something"),
            CheckConstraint(
                condition=~Q(state__in=WITH_A_FILE) | Q(file__isnull=False), name="message_waits_for_its_file"
            ),
            UniqueConstraint(
                fields=["introduction", "side"],
                condition=Q(state=str(MessageState.WAITING)),
                name="message_one_waits",
            ),
        ]
        indexes = [
            Index(fields=["introduction", "delivered_at"], name="message_thread"),
            Index(fields=["at"], name="message_waiting", condition=Q(state=str(MessageState.WAITING))),
        ]


class LastRead(models.Model):
    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="last_reads")
    up_to = models.DateTimeField(_("read up to"))

    class Meta:
        verbose_name = _("read marker")
        verbose_name_plural = _("read markers")
        ordering = ["-up_to", "pk"]
        constraints = [UniqueConstraint(fields=["introduction", "user"], name="lastread_once")]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.up_to:%Y-%m-%d}"


class MessageReport(SideOfPair):
    message = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    reason = models.CharField(_("reason"), max_length=5, choices=ReportReason)
    word = models.CharField(_("in your words"), max_length=300, blank=True)
    decision = models.CharField(_("decision"), max_length=4, choices=ReportDecision, blank=True)
    decided_by = person()
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("message report")
        verbose_name_plural = _("message reports")
        ordering = ["at", "pk"]
        constraints = [
            UniqueConstraint(fields=["message", "side"], name="messagereport_once"),
            CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="messagereport_decided",
            ),
        ]
        indexes = [Index(fields=["at"], name="messagereport_open", condition=Q(decision=""))]


class CompanyBlock(SideOfPair):
    """One side blocks the other, which is never notified."""

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["-at", "pk"]
        constraints = [UniqueConstraint(fields=["startup", "investor", "side"], name="companyblock_once")]
