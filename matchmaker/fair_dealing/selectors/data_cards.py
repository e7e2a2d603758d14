"""Both sides' cards about data beside each other, and in words what does not agree."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.fair_dealing.selectors.both_sides import BothSides, stated_words
from profiles.choices import DataClass, DataHosting
from profiles.taxonomy.selectors.terms import TermTree
from profiles.visibility.visible_profile import VisibleProfile, joined

# The question, and the field that answers it: of the startup, and of a need or an offer.
QUESTIONS: tuple[tuple[str | Promise, str, str], ...] = (
    (gettext_lazy("Classes of data"), "data_classes", "data_classes"),
    (gettext_lazy("Where it is kept"), "data_location", "data_hosting"),
    (gettext_lazy("Crosses a border"), "data_crosses_border", "data_crosses_border"),
    (gettext_lazy("Who has access"), "data_access", "data_access"),
    (gettext_lazy("At the end"), "data_exit", "data_exit"),
)


@dataclass(frozen=True)
class DataCard:
    """One card: whose it is, and the five answers in words; empty is not answered."""

    title: str
    answers: list[str]

    @property
    def is_silent(self) -> bool:
        """Whether nothing is answered."""
        return not any(self.answers)


@dataclass(frozen=True)
class DataCards:
    """All cards of a pair, the startup's first, and what does not agree."""

    questions: list[str | Promise]
    startup: list[DataCard]
    partner: list[DataCard]
    disagreements: list[str]


def data_cards(both: BothSides, terms: TermTree) -> DataCards:
    """Return the cards of the startup and its needs, of the partner and its offers."""
    needs, offers = list(both.startup.needs or ()), list(both.investor.offers or ())
    ours = [
        DataCard(_("The startup"), _answers(both.startup, terms, at=1)),
        *_of_rows(_("Need: %(kind)s"), needs, terms, at=2),
    ]
    theirs = [
        DataCard(_("The partner"), ["", both.investor.display["data_hosting"], "", "", ""]),
        *_of_rows(_("Offer: %(kind)s"), offers, terms, at=2),
    ]
    return DataCards(
        [question for question, *_names in QUESTIONS], ours, theirs, _disagreements(both, offers)
    )


def _of_rows(title: str, rows: list[VisibleProfile], terms: TermTree, *, at: int) -> list[DataCard]:
    """Return the cards of needs or offers; those that answer nothing are one line less to read."""
    cards = [DataCard(title % {"kind": row.type.name}, _answers(row, terms, at=at)) for row in rows]
    return [card for card in cards if not card.is_silent]


def _answers(seen: VisibleProfile, terms: TermTree, *, at: int) -> list[str]:
    """Return the five answers in words."""
    return [stated_words(seen, str(names[at]), terms) for names in QUESTIONS]


def _disagreements(both: BothSides, offers: list[VisibleProfile]) -> list[str]:
    """Return in words where the startup's card and the partner's say different things, each once."""
    found = _of_place(both.startup, both.investor, _("the partner"))
    for offer in offers:
        who = _("the offer “%(kind)s”") % {"kind": offer.type.name}
        found += [*_of_place(both.startup, offer, who), *_of_offer(both.startup, offer, who)]
    return list(dict.fromkeys(found))


def _of_place(startup: VisibleProfile, theirs: VisibleProfile, who: str) -> list[str]:
    """Return what does not agree about where data is kept."""
    kept, hosts = startup.data_location, theirs.data_hosting
    home = startup.place.country_code if startup.place else ""
    if kept and kept == home and hosts in (DataHosting.PARTNER, DataHosting.MIXED):
        return [_("The startup keeps its data at home; %(who)s keeps it elsewhere.") % {"who": who}]
    if hosts == DataHosting.HOME and kept and kept != home:
        return [_("The startup keeps data outside its own place; %(who)s keeps it there.") % {"who": who}]
    if startup.data_crosses_border is False and hosts == DataHosting.PARTNER:
        return [_("The startup says that no data crosses a border; with %(who)s it would.") % {"who": who}]
    return []


def _of_offer(startup: VisibleProfile, offer: VisibleProfile, who: str) -> list[str]:
    """Return what does not agree about borders and classes."""
    found = []
    if startup.data_crosses_border is False and offer.data_crosses_border:
        found.append(
            _("The startup says that no data crosses a border; %(who)s says that it does.") % {"who": who}
        )
    more = set(offer.data_classes or ()) - set(startup.data_classes or ())
    if more and startup.data_classes:
        names = joined(str(kind.label) for kind in DataClass if kind in more)
        sentence = _("There is data that the startup does not name in %(who)s: %(classes)s.")
        found.append(sentence % {"who": who, "classes": names})
    return found
