"""Embeddings of descriptions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side


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
