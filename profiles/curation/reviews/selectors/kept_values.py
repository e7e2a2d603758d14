"""What edits changed, before and after, in the words of the profile's pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from profiles.catalogue.taxonomy.selectors.terms import KINDS, TermTree, all_terms
from profiles.catalogue.visibility.fields import CATALOGUE, Field
from profiles.catalogue.visibility.visible_profile import joined
from profiles.curation.reviews.selectors.audit_trail import field_words
from profiles.curation.reviews.selectors.reviews import shown
from profiles.models import SIDES, AuditRecord, KeptValues

KIND_OF = {model: kind for kind, model in KINDS.items()}


def kept_changes(page: Iterable[AuditRecord]) -> dict[int, list[dict[str, str]]]:
    rows = list(KeptValues.objects.filter(record__in=[record.pk for record in page]))
    terms = all_terms()
    return {row.record_id: [_change(row, name, terms) for name in row.before] for row in rows}


def _change(kept: KeptValues, name: str, terms: TermTree) -> dict[str, str]:
    model, fields = SIDES[kept.side], CATALOGUE[kept.side]
    label, words = field_words(name), []
    for values in (kept.before, kept.after):
        if fields[name].rows:
            of_row: Any = model._meta.get_field(name).related_model
            rows = [_row(of_row, row, fields[name].rows, terms) for row in values[name]]
            label = str(of_row._meta.verbose_name_plural)
            words.append("\n".join(rows))
        else:
            words.append(_words(model, name, values[name], fields[name], terms))
    return {"label": label, "before": words[0], "after": words[1]}


def _row(model: type[Model], row: Mapping[str, Any], fields: tuple[Field, ...], terms: TermTree) -> str:
    declared = {field.name: field for field in fields}
    words = [
        _words(model, name, value, declared[name], terms) for name, value in row.items() if name in declared
    ]
    return " · ".join(word for word in words if word)


def _words(model: type[Model], name: str, value: Any, declared: Field, terms: TermTree) -> str:
    field: Any = model._meta.get_field(name)
    if field.is_relation:
        numbers = value if isinstance(value, list) else [value]
        return joined(
            terms.names(KIND_OF[field.related_model], [int(number) for number in numbers if number])
        )
    return shown(model(**{name: field.to_python(value)}), declared)
