"""Embeddings of descriptions and sectors, and the sectors that are inferred from a description."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from profiles.models import Sector, Startup, Thesis


class TextVector(models.Model):
    """The int8 unit vector of one profile's description, with the text's hash and the model's version."""

    side = models.CharField(_("side"), max_length=8, choices=Side)
    profile_id = models.BigIntegerField(_("profile"))
    text_hash = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    vector = models.BinaryField()

    class Meta:
        verbose_name = _("text vector")
        verbose_name_plural = _("text vectors")
        constraints = [models.UniqueConstraint(fields=["side", "profile_id"], name="textvector_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.profile_id}"


class SectorVector(models.Model):
    """The int8 unit vector of a field's names and other words, in all languages."""

    sector = models.OneToOneField(Sector, models.CASCADE, verbose_name=_("sector"), related_name="+")
    text_hash = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    vector = models.BinaryField()

    class Meta:
        verbose_name = _("sector vector")
        verbose_name_plural = _("sector vectors")

    def __str__(self) -> str:
        return str(self.sector_id)


class SectorOfText(models.Model):
    """A sector that a description speaks of; the clearest first."""

    sector = models.ForeignKey(Sector, models.CASCADE, verbose_name=_("sector"), related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        abstract = True


class InferredSector(SectorOfText):
    """A sector inferred for a startup that names none itself."""

    startup = models.ForeignKey(Startup, models.CASCADE, verbose_name=_("startup"), related_name="+")

    class Meta:
        verbose_name = _("told field")
        verbose_name_plural = _("told fields")
        ordering = ["startup", "position"]
        constraints = [models.UniqueConstraint(fields=["startup", "sector"], name="inferredsector_once")]

    def __str__(self) -> str:
        return f"{self.startup_id} {self.sector_id}"


class ThesisInferredSector(SectorOfText):
    """A sector inferred for a thesis that names none itself."""

    thesis = models.ForeignKey(Thesis, models.CASCADE, verbose_name=_("thesis"), related_name="+")

    class Meta:
        verbose_name = _("told field of a thesis")
        verbose_name_plural = _("told fields of theses")
        ordering = ["thesis", "position"]
        constraints = [models.UniqueConstraint(fields=["thesis", "sector"], name="thesisinferredsector_once")]

    def __str__(self) -> str:
        return f"{self.thesis_id} {self.sector_id}"
