"""The governance checks that apply to a pair, the cards beside them, and names on screening lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing.selectors.topics import TOPICS, WIDE, topic_of
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.matching.reasons.reasons import thesis_of
from matchmaker.models.fair_dealing import CheckAnswer, ScreeningCandidate, ScreeningName
from matchmaker.models.pair_action import Interest
from profiles.catalogue.taxonomy.selectors import money, sectors, terms
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.taxonomy.triggers import FACTS, KnownFacts, Trigger, applies, asked_facts
from profiles.catalogue.visibility.access import Viewer, countries_of, preview, see, with_related
from profiles.catalogue.visibility.visible_profile import VisibleProfile, joined
from profiles.choices import DataClass, DataHosting
from profiles.models import (
    CheckVersion,
    CheckWeight,
    Deal,
    GovernanceCheck,
    Investor,
    PartnershipForm,
    Startup,
)


@dataclass(frozen=True)
class BothSides:
    pair: Pair

    @property
    def side(self) -> Side:
        return self.pair.member.side

    @cached_property
    def is_mutual(self) -> bool:
        return self.pair.is_mutual

    @cached_property
    def startup(self) -> VisibleProfile:
        return self._seen(self.pair.startup, self.pair.investor)

    @cached_property
    def investor(self) -> VisibleProfile:
        return self._seen(self.pair.investor, self.pair.startup)

    def _seen(self, profile: Startup | Investor, other: Startup | Investor) -> VisibleProfile:
        reader = None if profile.side == self.side else self.pair.member.viewer
        return seen_across(profile, other, is_mutual=self.is_mutual, reader=reader)


def seen_across(
    profile: Startup | Investor, other: Startup | Investor, *, is_mutual: bool, reader: Viewer | None = None
) -> VisibleProfile:
    mutual = frozenset({profile.pk}) if is_mutual else frozenset()
    viewer = preview(Side(profile.side).other, mutual=mutual, countries=countries_of(other))
    return see(profile, replace(viewer, shown=reader.shown) if reader else viewer)


def stated_words(seen: VisibleProfile, field: str, terms: TermTree) -> str:
    """Return a field in words of the active language, a country by its name; empty where not stated."""
    value = seen.display[field]
    place = terms.find("place", value) if value and seen.declared(field).is_place else None
    return place.name if place else value


MOST_PAIRS = 200  # of each kind that a preview looks at, the newest first
# Kinds of offers that bring technology, and forms that pass it on.
TECHNOLOGY = frozenset(
    {"hardware", "software_platform", "manufacturing", "rnd", "ip_licence", "data", "cloud"}
)
PASSES_IT_ON = frozenset({"tech_licence", "rnd_collaboration"})


def active_checks() -> QuerySet[GovernanceCheck]:
    return GovernanceCheck.objects.filter(is_active=True)


def askable_checks() -> QuerySet[GovernanceCheck]:
    return active_checks().exclude(question_en="")


def applying(checks: Iterable[GovernanceCheck], facts: KnownFacts) -> list[GovernanceCheck]:
    return [check for check in checks if applies(check.trigger, facts)]


# --- The facts of a pair ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    form: PartnershipForm | None = None
    stake_pct: Decimal | int | None = None
    amount_usd: Decimal | int | None = None


def accepted_forms(
    startup: VisibleProfile, investor: VisibleProfile
) -> tuple[list[PartnershipForm], list[PartnershipForm]]:
    thesis = thesis_of(investor, None)
    ours, theirs = set(startup.forms or ()), set(thesis.forms if thesis else ())
    common, by_one = (
        sorted(forms, key=lambda form: (form.position, form.code)) for forms in (ours & theirs, ours ^ theirs)
    )
    return common, by_one


def proposal_of(startup: VisibleProfile, investor: VisibleProfile, form: PartnershipForm | None) -> Proposal:
    ask = startup.ask
    amount = (ask.high_usd if ask.high_usd is not None else ask.low_usd) if ask else None
    return Proposal(form, investor.max_stake_pct, amount)


def trigger_facts(
    startup: VisibleProfile, investor: VisibleProfile, proposal: Proposal, scale: "Scale"
) -> dict[str, Any]:
    """Return every known fact; None for what is not stated or not visible, which never counts as "no"."""
    home, partner = _country(startup), investor.jurisdiction or _country(investor)
    offers = [offer.type.code for offer in investor.offers or ()] or None
    amount, form = proposal.amount_usd, proposal.form.code if proposal.form else ""
    brings_technology = form in PASSES_IT_ON or (offers and not TECHNOLOGY.isdisjoint(offers))
    return {
        "cross_border": home != partner if home and partner else None,
        "startup_jurisdiction": home,
        "partner_jurisdiction": partner,
        "investor_vehicle_place": partner,
        "form": form or None,
        "stake_pct": proposal.stake_pct,
        **(
            {}
            if amount is None
            else {f"amount_{code.lower()}": amount * n for code, n in scale.rates.items()}
        ),
        "sector": [code for term in startup.sectors or () for code in scale.families[term.code]] or None,
        "offers": offers,
        "tech_origin": partner if brings_technology else home if offers else None,
        "data_classes": startup.data_classes or None,
        "data_location": startup.data_location or None,
        "data_crosses_border": startup.data_crosses_border,
        "public_sector_customer": startup.public_sector_customer,
    }


@dataclass(frozen=True)
class Scale:
    rates: Mapping[str, Decimal]
    families: Mapping[str, Sequence[str]]


def scale() -> Scale:
    return Scale(money.newest_rates(), sectors.families())


def _country(seen: VisibleProfile) -> str | None:
    return seen.place.country_code if seen.place else None


# --- The checks of a pair -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckRow:
    """One check on the page. `theirs` is None unless interest is mutual and they answered."""

    check: GovernanceCheck
    own: CheckAnswer | None
    theirs: CheckAnswer | None


@dataclass(frozen=True)
class ChecksPage:
    form: PartnershipForm | None
    forms: list[PartnershipForm]
    rows: list[CheckRow]
    open: list[tuple[GovernanceCheck, list[str | Promise]]]

    @property
    def count(self) -> int:
        """How many checks apply, without those that the platform answers itself."""
        return sum(row.check.question != "" for row in self.rows)

    @property
    def first(self) -> list[CheckRow]:
        return [row for row in self.rows if row.check.question][:FIRST_SHOWN]

    @property
    def topics(self) -> list[tuple[str | Promise, list[CheckRow], int]]:
        """The other checks by topic, in the order of TOPICS, and how many of them have an answer."""
        first, by_topic = self.first, dict[int, list[CheckRow]]()
        for row in self.rows:
            if row not in first:
                by_topic.setdefault(topic_of(row.check), []).append(row)
        topics = ((TOPICS[at][0], by_topic[at]) for at in sorted(by_topic))
        return [(label, rows, sum(bool(row.own or row.theirs) for row in rows)) for label, rows in topics]


FIRST_SHOWN = 3


def _weight(row: CheckRow) -> tuple[int, int, str]:
    """Return the sort key of checks: weight, then how many facts of this pair a rule uses."""
    pair_facts = set(asked_facts(row.check.trigger)) - WIDE
    return list(CheckWeight).index(CheckWeight(row.check.weight)), -len(pair_facts), row.check.code


def checks_page(both: BothSides, chosen: str) -> ChecksPage:
    common, by_one = accepted_forms(both.startup, both.investor)
    forms = [*common, *by_one] or list(terms.forms())  # where no one states any
    form = next((one for one in forms if one.code == chosen), forms[0] if forms else None)
    proposal = proposal_of(both.startup, both.investor, form)
    facts = trigger_facts(both.startup, both.investor, proposal, scale())
    checks = list(active_checks())
    answers, side = answers_of(both), both.side
    rows = [
        CheckRow(check, answers.get((side, check.pk)), answers.get((side.other, check.pk)))
        for check in applying(checks, facts)
    ]
    rows.sort(key=_weight)
    unknown = [(check, _unknown(check, facts)) for check in checks if applies(check.trigger, facts) is None]
    return ChecksPage(form, forms, rows, unknown)


def _unknown(check: GovernanceCheck, facts: KnownFacts) -> list[str | Promise]:
    names = dict.fromkeys(name for name in asked_facts(check.trigger) if facts.get(name) is None)
    return [FACTS[name][1] for name in names]


def answers_of(both: BothSides) -> dict[tuple[str, int], CheckAnswer]:
    answers = CheckAnswer.objects.filter(startup=both.pair.startup, investor=both.pair.investor)
    if not both.is_mutual:
        answers = answers.filter(side=both.side)
    return {(answer.side, answer.check_asked_id): answer for answer in answers}


# --- The table as curators keep it --------------------------------------------------------------------------


@dataclass(frozen=True)
class TriedPair:
    name: str
    form: str
    facts: KnownFacts
    is_pilot: bool = False


def checks_for_review() -> list[GovernanceCheck]:
    """Return the table, those first that are past their review date."""
    return sorted(GovernanceCheck.objects.all(), key=lambda check: (not check.is_past_review, check.code))


def versions_of(check: GovernanceCheck) -> QuerySet[CheckVersion]:
    """Return the newest versions of a check; the first of them is what counts."""
    return check.versions.select_related("by").defer("values")[:20]


@dataclass(frozen=True)
class Tried:
    looked_at: int
    more: list[TriedPair]
    fewer: list[TriedPair]
    pilots_more: list[TriedPair]
    pilots_fewer: list[TriedPair]


def trigger_preview(old: Trigger, new: Trigger) -> Tried:
    """Return what another rule would change. Constant queries."""
    effects = [
        (pair, bool(applies(old, pair.facts)), bool(applies(new, pair.facts))) for pair in tried_pairs()
    ]
    more = [pair for pair, was, will in effects if will and not was]
    fewer = [pair for pair, was, will in effects if was and not will]
    return Tried(
        len(effects),
        *([pair for pair in part if not pair.is_pilot] for part in (more, fewer)),
        *([pair for pair in part if pair.is_pilot] for part in (more, fewer)),
    )


class Trial(NamedTuple):
    """Two companies and what they think about; None: the first form that both accept."""

    startup: int
    investor: int
    is_mutual: bool
    proposal: Proposal | None
    pilot: str = ""


MORE_TRIALS: list[Callable[[], Iterable[Trial]]] = []  # of capabilities above this one


def tried_pairs() -> list[TriedPair]:
    """Return what a preview looks at: deals as they were, talks in the first form of both, pilots."""
    recorded = Deal.objects.exclude(startup=None).select_related("form").order_by("-closed_on", "pk")
    deals = [
        Trial(
            deal.startup_id or 0, deal.investor_id, True, Proposal(deal.form, deal.stake_pct, deal.amount_usd)
        )
        for deal in recorded[:MOST_PAIRS]
    ]
    talks = [Trial(*pair, is_mutual, None) for pair, is_mutual in open_talks().items()]
    trials = [*deals, *talks, *(one for more in MORE_TRIALS for one in more())]
    startups = with_related(Startup.objects.all()).in_bulk({one.startup for one in trials})
    investors = with_related(Investor.objects.all()).in_bulk({one.investor for one in trials})
    rates = scale()
    return [_tried(startups[one.startup], investors[one.investor], one, rates) for one in trials]


def _tried(startup: Startup, investor: Investor, one: Trial, rates: Scale) -> TriedPair:
    ours = seen_across(startup, investor, is_mutual=one.is_mutual)
    theirs = seen_across(investor, startup, is_mutual=one.is_mutual)
    proposal = one.proposal
    if proposal is None:
        common, _by_one = accepted_forms(ours, theirs)
        proposal = proposal_of(ours, theirs, common[0] if common else None)
    form = one.pilot or (proposal.form.name if proposal.form else "")
    facts = trigger_facts(ours, theirs, proposal, rates)
    return TriedPair(f"{ours.title} × {theirs.title}", form, facts, bool(one.pilot))


def open_talks() -> dict[tuple[int, int], bool]:
    rows = Interest.objects.order_by("-at", "pk").values_list("startup_id", "investor_id", "side")
    pairs = list(rows[:MOST_PAIRS])
    return {
        (startup, investor): (startup, investor, Side(side).other) in pairs
        for startup, investor, side in pairs
    }


# The question, and the field that answers it: of the startup, and of a need or an offer.
QUESTIONS: tuple[tuple[str | Promise, str, str], ...] = (
    (gettext_lazy("Types of data"), "data_classes", "data_classes"),
    (gettext_lazy("Where data is stored"), "data_location", "data_hosting"),
    (gettext_lazy("Crosses a border"), "data_crosses_border", "data_crosses_border"),
    (gettext_lazy("Who has access"), "data_access", "data_access"),
    (gettext_lazy("What happens to data at the end"), "data_exit", "data_exit"),
)


@dataclass(frozen=True)
class DataCard:
    """One card: its owner, and the five answers in words; empty is not answered."""

    title: str
    answers: list[str]

    @property
    def is_silent(self) -> bool:
        return not any(self.answers)


def data_cards(both: BothSides, terms: TermTree) -> dict[str, Any]:
    needs, offers = list(both.startup.needs or ()), list(both.investor.offers or ())
    ours = [
        DataCard(_("The startup"), _answers(both.startup, terms, at=1)),
        *_of_rows(_("Need: %(kind)s"), needs, terms),
    ]
    theirs = [
        DataCard(_("The partner"), ["", both.investor.display["data_hosting"], "", "", ""]),
        *_of_rows(_("Offer: %(kind)s"), offers, terms),
    ]
    return {
        "questions": [question for question, *_names in QUESTIONS],
        "startup": ours,
        "partner": theirs,
        "disagreements": _disagreements(both, offers),
    }


def _of_rows(title: str, rows: list[VisibleProfile], terms: TermTree) -> list[DataCard]:
    cards = [DataCard(title % {"kind": row.type.name}, _answers(row, terms, at=2)) for row in rows]
    return [card for card in cards if not card.is_silent]


def _answers(seen: VisibleProfile, terms: TermTree, *, at: int) -> list[str]:
    return [stated_words(seen, str(names[at]), terms) for names in QUESTIONS]


def _disagreements(both: BothSides, offers: list[VisibleProfile]) -> list[str]:
    disagreements = _of_place(both.startup, both.investor, _("the partner"))
    for offer in offers:
        who = _("the offer “%(kind)s”") % {"kind": offer.type.name}
        disagreements += [*_of_place(both.startup, offer, who), *_of_offer(both.startup, offer, who)]
    return list(dict.fromkeys(disagreements))


def _of_place(startup: VisibleProfile, theirs: VisibleProfile, who: str) -> list[str]:
    location, hosts = startup.data_location, theirs.data_hosting
    home = startup.place.country_code if startup.place else ""
    if location and location == home and hosts in (DataHosting.PARTNER, DataHosting.MIXED):
        return [_("The startup keeps its data at home; %(who)s keeps it elsewhere.") % {"who": who}]
    if hosts == DataHosting.HOME and location and location != home:
        return [
            _(
                "The startup stores its data outside its own country; %(who)s stores data in the startup’s "
                "country."
            )
            % {"who": who}
        ]
    if startup.data_crosses_border is False and hosts == DataHosting.PARTNER:
        return [_("The startup says that no data crosses a border; with %(who)s it would.") % {"who": who}]
    return []


def _of_offer(startup: VisibleProfile, offer: VisibleProfile, who: str) -> list[str]:
    disagreements = []
    if startup.data_crosses_border is False and offer.data_crosses_border:
        disagreements.append(
            _("The startup says that no data crosses a border; %(who)s says that it does.") % {"who": who}
        )
    more = set(offer.data_classes or ()) - set(startup.data_classes or ())
    if more and startup.data_classes:
        names = joined(str(kind.label) for kind in DataClass if kind in more)
        sentence = _("The startup does not list some types of data that %(who)s uses: %(classes)s.")
        disagreements.append(sentence % {"who": who, "classes": names})
    return disagreements


MOST_SHOWN = 100


def imported_lists() -> QuerySet[Any, Any]:
    rows = ScreeningName.objects.order_by("list_code").values("list_code")
    return rows.annotate(names=Count("pk"), imported=Max("imported_at"))


def all_candidates() -> QuerySet[ScreeningCandidate]:
    return ScreeningCandidate.objects.select_related("startup", "investor", "decided_by")


def candidates(*, is_decided: bool) -> QuerySet[ScreeningCandidate]:
    """Return the candidates that wait, the oldest first, or those that were decided, the newest first."""
    if is_decided:
        return all_candidates().exclude(decision="").order_by("-decided_at", "pk")[:MOST_SHOWN]
    return all_candidates().filter(decision="").order_by("found_at", "pk")[:MOST_SHOWN]
