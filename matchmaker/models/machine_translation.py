"""What a machine made of a company's text, for readers of another language. Never the company's own words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.models.pair_action import CompanyRow
from profiles.models.account import ONE_COMPANY


class MachineTranslation(CompanyRow):
    """One text of a company in one language; `digest` is the fingerprint of the text as its reader saw it."""

    digest = models.CharField(_("fingerprint of the text"), max_length=64)
    target = models.CharField(_("language"), max_length=2)
    text = models.TextField(_("machine translation"))
    at = models.DateTimeField(_("translated"))

    class Meta:
        verbose_name = _("machine translation")
        verbose_name_plural = _("machine translations")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="machinetranslation_one_company"),
            *(
                models.UniqueConstraint(
                    fields=[side, "digest", "target"], name=f"machinetranslation_one_{side}"
                )
                for side in ("startup", "investor")
            ),
        ]
        indexes = [models.Index(fields=["at"], name="machinetranslation_old")]

    def __str__(self) -> str:
        return f"{self.target} {self.digest[:8]}"
