"""Filters of the curators' directory, and the form that keeps a view of it."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from matchmaker.choices import Side
from matchmaker.matching.lists.forms import LABELS, NEED_LABELS, Choice, Select, choices_of
from matchmaker.matching.lists.selectors.facets import DEEPEST, Option, facet_terms, filtered_profiles
from matchmaker.portal.directory import selectors
from profiles.catalogue.taxonomy.selectors.terms import KINDS, TermTree
from profiles.choices import EvidenceLevel, InvestorKind, Status
from profiles.companies.evidence.selectors import with_level
from profiles.models import Membership
from profiles.models.profile import CHECKED

YES, NO, NEVER = "yes", "no", "never"
YES_NO = [(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))]
SIGNED_IN = [
    ("30", gettext_lazy("In the last 30 days")),
    ("90", gettext_lazy("In the last 90 days")),
    ("-90", gettext_lazy("Not in the last 90 days")),
    (NEVER, gettext_lazy("Never")),
]
KEPT = ("side", "sort")  # besides the filters and the columns
COLUMN = "col"
LONGEST_QUERY = 2000  # letters of a view's address


class ProfileFilter(FilterSet):  # type: ignore[misc]  # django-filter has no types
    q = CharFilter(
        method="with_words", max_length=120, label=gettext_lazy("Name, number, email, website or ID")
    )
    status = ChoiceFilter(choices=Status.choices, label=gettext_lazy("Status"))
    claimed = ChoiceFilter(method="if_claimed", choices=YES_NO, label=gettext_lazy("Claimed"))
    checked = ChoiceFilter(method="if_checked", choices=YES_NO, label=gettext_lazy("Reviewed by a curator"))
    signed_in = ChoiceFilter(method="by_sign_in", choices=SIGNED_IN, label=gettext_lazy("Last sign-in"))
    evidence = ChoiceFilter(
        method="by_evidence", choices=EvidenceLevel.choices, label=gettext_lazy("Evidence")
    )
    sector = ChoiceFilter(method="within", label=LABELS["sector"])
    place = ChoiceFilter(method="within", label=LABELS["place"])
    stage = ChoiceFilter(method="within", label=LABELS["stage"])
    form = ChoiceFilter(method="within", label=LABELS["form"])
    need = ChoiceFilter(method="within")

    side: ClassVar[Side]

    def __init__(self, data: QueryDict, terms: TermTree) -> None:
        super().__init__(data, selectors.all_profiles(self.side))
        self.terms = terms
        for kind in KINDS:
            self.filters[kind].extra["choices"] = _term_choices(terms, kind)
        self.filters["need"].label = NEED_LABELS[self.side.other]

    def with_words(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return selectors.matching(rows, words)

    def if_claimed(self, rows: QuerySet[Any], _name: str, answer: str) -> QuerySet[Any]:
        side = rows.model.side
        claimed = Membership.objects.filter(**{f"{side}__isnull": False}).values(side)
        return rows.filter(pk__in=claimed) if answer == YES else rows.exclude(pk__in=claimed)

    def if_checked(self, rows: QuerySet[Any], _name: str, answer: str) -> QuerySet[Any]:
        return rows.filter(CHECKED) if answer == YES else rows.exclude(CHECKED)

    def by_sign_in(self, rows: QuerySet[Any], _name: str, answer: str) -> QuerySet[Any]:
        rows = selectors.with_sign_in(rows)
        if answer == NEVER:
            return rows.filter(signed_in=None)
        since = timezone.now() - timedelta(days=abs(int(answer)))
        return rows.filter(signed_in__lt=since) if int(answer) < 0 else rows.filter(signed_in__gte=since)

    def by_evidence(self, rows: QuerySet[Any], _name: str, level: str) -> QuerySet[Any]:
        return rows.filter(with_level(self.side, level, on=timezone.localdate()))

    def within(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        term = self.terms.find(name, code)
        return filtered_profiles(rows, self.side, {name: term}, self.terms) if term else rows

    def selects(self) -> list[Select]:
        data = self.form.data
        return [
            Select(name, str(field.label), [Choice("", _("All")), *_drawn(field.choices, data.get(name, ""))])
            for name, field in self.form.fields.items()
            if isinstance(field, forms.ChoiceField)
        ]


class StartupFilter(ProfileFilter):
    side = Side.STARTUP


class InvestorFilter(ProfileFilter):
    side = Side.INVESTOR
    kind = ChoiceFilter(choices=InvestorKind.choices, label=gettext_lazy("Kind"))


FILTERS: dict[str, type[ProfileFilter]] = {each.side: each for each in (StartupFilter, InvestorFilter)}


def side_of(data: QueryDict) -> Side:
    side = data.get("side", "")
    return Side(side) if side in Side.values else Side.STARTUP


def filters_of(data: QueryDict) -> tuple[ProfileFilter, ProfileFilter]:
    side, terms = side_of(data), facet_terms(Side.STARTUP)
    return FILTERS[side](data, terms), FILTERS[side.other](data, terms)


def kept_query(data: QueryDict) -> str:
    """Return the address of a view: side, filters, order and columns, and nothing else."""
    query = QueryDict(mutable=True)
    for name in (*KEPT, *FILTERS[side_of(data)].base_filters, COLUMN):
        values = [value for value in data.getlist(name) if value]
        if values:
            query.setlist(name, values if name == COLUMN else values[-1:])
    query["side"] = side_of(data)
    return query.urlencode()


def _term_choices(terms: TermTree, kind: str) -> list[tuple[str, Any]]:
    shallow = [term for term in terms.by_pk[kind].values() if len(terms.family(kind, term.pk)) <= DEEPEST]
    options = [Option(term, None) for term in sorted(shallow, key=lambda term: term.order)]
    return [
        (choice.label, [(inner.code, inner.label) for inner in choice.inner])
        if choice.inner
        else (choice.code, choice.label)
        for choice in choices_of(options, None)
    ]


def _drawn(choices: Any, chosen: str) -> list[Choice]:
    """Return the choices of a field for the template; the first, which says nothing, is drawn before."""
    found = []
    for code, label in choices:
        if isinstance(label, str | Promise):
            found += [Choice(code, str(label), code == chosen)] if code else []
        else:
            found.append(Choice("", code, inner=tuple(_drawn(label, chosen))))
    return found


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["query"] = kept_query(QueryDict(data.get("query", "")))
        if "query" in self.errors or len(data["query"]) > LONGEST_QUERY:
            self.add_error("name", _("This view is too long to be saved. Use fewer search words."))
        return data


class ExportForm(forms.Form):
    kind = forms.ChoiceField(choices=[("csv", "CSV"), ("xlsx", "XLSX")])
    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY, required=False)
