"""How far each step of a profile is, for the stepper: what it says is so."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose
from profiles.companies.selectors.completeness import Item
from profiles.consents.selectors import agreed_purposes
from profiles.models import Investor, Startup
from profiles.visibility.fields import CATALOGUE, Field


class Progress(models.TextChoices):
    """How far a step is."""

    DONE = "done", _("done")
    BEGUN = "begun", _("begun")
    FAULTY = "faulty", _("needs work")
    SKIPPED = "skipped", _("skipped")
    NOT_BEGUN = "not_begun", _("not begun")


def progress_of(
    profile: Startup | Investor, steps: Iterable[str], *, missing: Collection[Item], returned: Collection[str]
) -> dict[str, Progress]:
    """Return how far each step is. `missing`: what is useful and not stated; `returned`: fields to change.

    A step is faulty where a curator asks for a change, or where it was begun without what is needed; skipped
    if nothing in it is needed, nothing was stated, and a later one was begun.
    """
    fields = CATALOGUE[profile.side]
    order = list(steps)
    own = {step: [field for field in fields.values() if field.step == step] for step in order}
    begun = {step: any(_is_stated(profile, field) for field in own[step]) for step in order}
    found = {}
    for place, step in enumerate(order):
        wanting = [fields[item.field] for item in missing if item.step == step]
        asked = any(field.name in returned for field in own[step])
        needs = any(field.is_needed for field in own[step])
        if asked or (begun[step] and any(field.is_needed for field in wanting)):
            found[step] = Progress.FAULTY
        elif begun[step]:
            found[step] = Progress.BEGUN if wanting else Progress.DONE
        else:
            is_passed = not needs and any(begun[later] for later in order[place + 1 :])
            found[step] = Progress.SKIPPED if is_passed else Progress.NOT_BEGUN
    return found


def _is_stated(profile: Startup | Investor, field: Field) -> bool:
    """Tell whether the owner stated something here; what a new profile holds anyway is no statement."""
    if field.name in Purpose.values:
        return field.name in agreed_purposes(profile)
    if field.label and not field.rows:
        return False  # computed
    value: Any = getattr(profile, field.name)
    if isinstance(value, models.Manager):
        return bool(value.exists())
    stored: Any = profile._meta.get_field(field.name)
    return value not in (None, "", [], {}) and value != stored.get_default()
