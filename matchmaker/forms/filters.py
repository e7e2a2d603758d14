"""Filters of the list of matches. Only the named keys count, and every choice leaves something."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import Side
from matchmaker.selectors.facets import Option
from matchmaker.selectors.matches import (
    BEST,
    MINE,
    NAME,
    NEWEST,
    PLAIN_SORTS,
    SORTS,
    THEIRS,
    MatchesPage,
    Wish,
)
from matchmaker.selectors.terms import KINDS

PLAIN = "plain"
SORT_LABELS = {
    BEST: gettext_lazy("Best match"),
    MINE: gettext_lazy("Fit for us"),
    THEIRS: gettext_lazy("Fit for them"),
    NEWEST: gettext_lazy("Newest"),
    NAME: gettext_lazy("Name"),
}
LABELS = {
    "sector": gettext_lazy("Sector"),
    "place": gettext_lazy("Place"),
    "stage": gettext_lazy("Stage"),
    "form": gettext_lazy("Form of partnership"),
}
NEED_LABELS = {Side.INVESTOR: gettext_lazy("Needs"), Side.STARTUP: gettext_lazy("Offers")}


def wish_of(query: QueryDict) -> Wish:
    """Read the query string; whatever is not on the list is ignored."""
    is_plain = query.get("view") == PLAIN
    sorts = PLAIN_SORTS if is_plain else SORTS
    sort = query.get("sort", "")
    return Wish(
        codes={kind: query[kind] for kind in KINDS if query.get(kind)},
        sort=sort if sort in sorts else sorts[0],
        is_plain=is_plain,
        page=query.get("page", "1"),
    )


class FilterForm(forms.Form):
    """One select per filter, one for the order; the view without scores stays as it is."""

    sector = forms.ChoiceField(required=False)
    place = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    form = forms.ChoiceField(required=False)
    need = forms.ChoiceField(required=False)
    sort = forms.ChoiceField(required=False, label=gettext_lazy("Order"))
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, shown: MatchesPage, **kwargs: Any) -> None:
        wish = shown.wish
        initial = {**wish.codes, "sort": wish.sort, "view": PLAIN if wish.is_plain else ""}
        super().__init__(initial=initial, **kwargs)
        labels = {**LABELS, "need": NEED_LABELS[shown.side]}
        for kind in KINDS:
            field = self.fields[kind]
            field.label = labels[kind]
            field.widget.attrs["class"] = "form-select"
            field.choices = [("", _("All")), *choices_of(shown.options.get(kind, []))]
        sorts = PLAIN_SORTS if wish.is_plain else SORTS
        self.fields["sort"].widget.attrs["class"] = "form-select"
        self.fields["sort"].choices = [(sort, SORT_LABELS[sort]) for sort in sorts]
        if not wish.is_plain:
            del self.fields["view"]


def choices_of(options: list[Option]) -> list[tuple[str, Any]]:
    """Return the options as choices: narrower words in a group under the wider one."""
    parents = {option.term.pk for option in options}
    groups: dict[int, list[Option]] = {}
    for option in options:
        if option.term.parent in parents:
            groups.setdefault(option.term.parent or 0, []).append(option)
    top = [option for option in options if option.term.parent not in parents]
    return [_choice(option, groups.get(option.term.pk, [])) for option in top]


def _choice(option: Option, narrower: list[Option]) -> tuple[str, Any]:
    """Return one choice, or one group that begins with the whole of it."""
    if not narrower:
        return option.term.code, _counted(option.term.name, option.count)
    whole = _counted(_("All of %(name)s") % {"name": option.term.name}, option.count)
    inner = [(each.term.code, _counted(each.term.name, each.count)) for each in narrower]
    return option.term.name, [(option.term.code, whole), *inner]


def _counted(name: str, count: int | None) -> str:
    """Return a name with how many it leaves."""
    return name if count is None else _("%(name)s (%(count)d)") % {"name": name, "count": count}
