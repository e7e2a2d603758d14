"""The words that stand in the sentences of the audit trail: what fields, purposes and subjects are called."""

from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from profiles.audit_actions import SUBJECTS, sentence_for
from profiles.choices import Purpose, Role
from profiles.models import SIDES, AuditRecord, Deal, Thesis, User
from profiles.visibility.fields import CATALOGUE, CONSENT_GROUPS
from profiles.visibility.visible_profile import joined

GROUP_LABELS = {key: group.label for groups in CONSENT_GROUPS.values() for key, group in groups.items()}
LONGEST = 300  # characters of what somebody wrote


def sentence_of(record: AuditRecord, names: list[str]) -> str:
    """Return what happened in one sentence; `names` are those of the companies that it is about."""
    details = {**record.details, "is_self": record.details.get("user") == record.actor_id}
    words = {name: detail_words(name, value) for name, value in details.items()}
    who = str(record.actor) if record.actor else _("The system")
    about = {"who": who, "what": " × ".join(names) or subject_words(record.subject)}
    return str(sentence_for(record.action, details)) % _Lenient(words | about)


class _Lenient(dict[str, str]):
    """Words of which one may be missing, because an old record did not keep it."""

    def __missing__(self, name: str) -> str:
        return "…"


def detail_words(name: str, value: Any) -> str:
    """Return one detail of a record in words."""
    if name in ("fields", "reasons"):
        return joined(field_words(each) for each in value)
    if name == "groups":
        return joined(str(GROUP_LABELS.get(each, each)) for each in value)
    if name == "purpose":
        return str(dict(Purpose.choices).get(value, value))
    if name == "role":
        return str(dict(Role.choices).get(value, value)) or _("none")
    if name == "expires_on" and value:
        return date_format(date.fromisoformat(value))
    # What a program gave as a reason is one of our own texts.
    return _(str(value)[:LONGEST]) if name == "reason" and value else str(value)[:LONGEST]


def field_words(name: str) -> str:
    """Return what the pages call a field, wherever it belongs."""
    for model in (*SIDES.values(), Thesis, Deal, User):
        try:
            found: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if hasattr(found, "verbose_name"):
            return str(found.verbose_name)
    declared = next((fields[name] for fields in CATALOGUE.values() if name in fields), None)
    return str(declared.label) if declared and declared.label else name


def subject_words(subject: str) -> str:
    """Return what a subject is called that names no company which is still here."""
    kind, _colon, rest = subject.partition(":")
    return str(SUBJECTS[kind]).replace("%(code)s", rest) if kind in SUBJECTS else subject
