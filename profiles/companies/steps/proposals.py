"""What a description says and the profile does not: proposed to its owner, never set.

READERS may hold more readers.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors import mentions
from profiles.catalogue.taxonomy.selectors.mentions import Mention
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import PlaceLevel, Side
from profiles.companies.held_edits.selectors import newest
from profiles.models import Investor, NeedType, PartnershipForm, Place, Sector, Stage, Startup, Thesis

Company = Startup | Investor
# What is read: the same fields on both sides.
TEXTS = ("pitch", "pitch_en", "pitch_ur", "pitch_zh", "summary_en", "summary_ur", "summary_zh")
READERS: list[Callable[[Company], Iterable[Mention]]] = []
TERMS: dict[str, type[Any]] = {
    "sector": Sector,
    "need": NeedType,
    "offer": NeedType,
    "place": Place,
    "stage": Stage,
    "form": PartnershipForm,
}
CAPITAL = "capital"  # is asked for with the round, and offered with a ticket
MOST_SECTORS = 5  # besides the main one
MOST_PROPOSALS = 6  # on one page
OF_A_SECTOR = "+sector:"  # so begins the key of a proposal to add one

ADD: dict[Side, dict[str, Promise]] = {
    Side.STARTUP: {
        "sector": _("Your description mentions %(names)s. Add it to your sectors?"),
        "need": _("Your description says you need %(names)s. Add it to your needs?"),
        "place": _("Your description mentions %(names)s. Do you work there?"),
        "stage": _("Your description mentions %(names)s. Is this your stage?"),
        "no_state_owned": _("Your description excludes state-owned partners. Exclude them?"),
    },
    Side.INVESTOR: {
        "offer": _("Your description says you offer %(names)s. Add it to your offers?"),
        "sector": _("Your description mentions %(names)s. Add it to your thesis?"),
        "place": _("Your description mentions %(names)s. Add it to your thesis?"),
        "stage": _("Your description mentions %(names)s. Add it to your thesis?"),
    },
}
EXCLUDE = _("Your description excludes %(names)s. Exclude it in your theses?")
EXCLUDE_PRE_REVENUE = _("Your description excludes startups without revenue. Exclude them in your theses?")
READS_LIKE = _("Your description may be about %(names)s. Add this to your sectors?")
READS_LIKE_THESIS = _("Your description may be about %(names)s. Add this to your thesis?")
STEPS = {
    Side.STARTUP: {
        "sector": "product",
        "stage": "product",
        "need": "needs",
        "no_state_owned": "needs",
        "place": "basics",
    },
    Side.INVESTOR: {"offer": "offers"},
}
LABELS: dict[str, Promise] = {
    "sector": _("Sectors"),
    "need": _("Needs"),
    "offer": _("Offers"),
    "place": _("Locations"),
    "stage": _("Stages"),
    "form": _("Partnership types"),
    "no_state_owned": _("State-owned partners"),
    "no_pre_revenue": _("Startups without revenue"),
}


@dataclass(frozen=True)
class Proposal:
    """One thing to add, or with `excludes` to refuse. `quote`: its sentence; empty for the whole text."""

    side: Side
    kind: str
    codes: tuple[str, ...]
    names: str
    quote: str
    excludes: bool = False

    @property
    def key(self) -> str:
        return f"{'-' if self.excludes else '+'}{self.kind}:{'|'.join(self.codes)}"

    @property
    def is_sector(self) -> bool:
        return self.key.startswith(OF_A_SECTOR)

    @property
    def step(self) -> str:
        return STEPS[self.side].get(self.kind, "theses")

    @property
    def label(self) -> Promise:
        return LABELS[self.kind]

    def __str__(self) -> str:
        if self.kind == "no_pre_revenue":
            sentence: Promise = EXCLUDE_PRE_REVENUE
        elif self.excludes and self.side == Side.INVESTOR:
            sentence = EXCLUDE
        elif not self.quote:
            sentence = READS_LIKE if self.side == Side.STARTUP else READS_LIKE_THESIS
        else:
            sentence = ADD[self.side][self.kind]
        return str(sentence % {"names": self.names})


def proposals_of(company: Company) -> list[Proposal]:
    company = newest(company)
    all_mentions = mentions.read(getattr(company, name) for name in TEXTS)
    keys = {(mention.kind, mention.codes) for mention in all_mentions}
    for reader in READERS:
        all_mentions += [mention for mention in reader(company) if (mention.kind, mention.codes) not in keys]
    return [
        proposal for proposal in proposals_for(company, all_mentions) if proposal.key not in company.declined
    ]


def declined_sectors(companies: QuerySet[Any]) -> dict[int, set[str]]:
    """Return the codes of the sectors that companies refused to be in, by their primary key."""
    rows = companies.order_by().exclude(declined=[]).values_list("pk", "declined")
    return {pk: {key.removeprefix(OF_A_SECTOR) for key in keys} for pk, keys in rows}


def proposals_in(company: Company, texts: Iterable[str]) -> list[Proposal]:
    return proposals_for(company, mentions.read(texts))


def proposals_for(company: Company, mentions: Collection[Mention]) -> list[Proposal]:
    """Return what the owner is asked about these mentions, each with the words that it comes from."""
    wanted = []
    for each in mentions:
        kind_and_codes = (
            _for_startup(company, each) if isinstance(company, Startup) else _for_investor(company, each)
        )
        if kind_and_codes is not None:
            wanted.append((*kind_and_codes, each))
    named = _names({(kind, code) for kind, codes, _each in wanted for code in codes})
    return [
        Proposal(
            Side(company.side),
            kind,
            codes,
            joined(named.get((kind, code), code) for code in codes),
            mention.quote,
            mention.is_excluded,
        )
        for kind, codes, mention in wanted
    ][:MOST_PROPOSALS]


Told = tuple[str, tuple[str, ...]] | None


def _names(terms: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for kind in {kind for kind, _code in terms} & TERMS.keys():
        rows = TERMS[kind].objects.filter(code__in=[code for of, code in terms if of == kind])
        names |= {(kind, row.code): row.name for row in rows}
    return names


def _for_startup(startup: Startup, mention: Mention) -> Told:
    code = mention.codes[0]
    if mention.kind == "flag":
        asks = mention.is_excluded and code == "no_state_owned" and not startup.no_state_owned
        return (code, ()) if asks else None
    if mention.is_excluded or len(mention.codes) > 1:
        return None
    if mention.kind == "need":
        asks = (
            "need" in mention.cues and code != CAPITAL and code not in _stated(startup, "needs", "type__code")
        )
    elif mention.kind == "sector":
        stated = _stated(startup, "other_sectors", "code")
        main = startup.primary_sector.code if startup.primary_sector else ""
        is_narrow = Sector.objects.filter(code=code, parent__isnull=False).exists()
        asks = is_narrow and code not in {main, *stated} and len(stated) < MOST_SECTORS
    elif mention.kind == "place":
        asks = _is_other_place(startup, code)
    else:
        asks = mention.kind == "stage" and startup.stage is None
    return (mention.kind, mention.codes) if asks else None


def _is_other_place(startup: Startup, code: str) -> bool:
    place = Place.objects.filter(code=code).exclude(level=PlaceLevel.COUNTRY).first()
    if place is None or startup.place is None:
        return place is not None
    stated = {startup.place.code, *_stated(startup, "operating_places", "code")}
    wider = {place.code, place.parent.code if place.parent else ""}
    narrower = set(place.children.values_list("code", flat=True))
    return place.country_code == startup.place.country_code and not stated & (wider | narrower)


def _for_investor(investor: Investor, mention: Mention) -> Told:
    code = mention.codes[0]
    if mention.kind == "need" and not mention.is_excluded:
        stated = _stated(investor, "offers", "type__code")
        asks = "offer" in mention.cues and code != CAPITAL and code not in stated
        return ("offer", mention.codes) if asks else None
    theses = theses_in_use(investor)
    if mention.is_excluded:
        kind, codes = (code, ()) if mention.kind == "flag" else (mention.kind, mention.codes)
        return (kind, codes) if any(refusals(thesis, kind, codes) for thesis in theses) else None
    if len(theses) != 1 or mention.kind not in ("sector", "stage", "place"):
        return None
    stated = _stated(theses[0], f"{mention.kind}s", "code")
    if mention.kind == "place":
        place = Place.objects.select_related("parent").get(code=code)
        family = {code, place.country_code, place.parent.code if place.parent else ""}
        asks = place.country_code != investor.jurisdiction and not family & stated
    elif mention.kind == "stage":
        asks = not stated
    else:
        wide = Sector.objects.filter(code=code).values_list("parent__code", flat=True)
        asks = not {code, *wide} & stated
    return (mention.kind, mention.codes) if asks else None


def theses_in_use(investor: Investor) -> list[Thesis]:
    return list(investor.theses.filter(is_active=True)) if investor.pk else []


def refusals(thesis: Thesis, kind: str, codes: tuple[str, ...]) -> dict[str, Any]:
    if kind == "no_pre_revenue":
        return {} if thesis.no_pre_revenue else {kind: True}
    if kind not in ("sector", "stage", "place", "form"):
        return {}
    out = _stated(thesis, f"{kind}s_out", "code")
    if {*codes} <= out or {*codes} & _stated(thesis, f"{kind}s", "code"):
        return {}
    return {f"{kind}s_out": list(TERMS[kind].objects.filter(code__in={*codes} | out))}


def _stated(record: Any, relation: str, code: str) -> set[str]:
    return set(getattr(record, relation).values_list(code, flat=True)) if record.pk else set()
