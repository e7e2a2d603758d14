"""The board and its filters, the season calendar, and which pilots and companies fit each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, F, Q, QuerySet, When
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaker.choices import Factor, Side
from matchmaker.deals.fair_dealing.selectors.governance import MOST_PAIRS, Proposal, Trial
from matchmaker.events.pilots.selectors.pilot import (
    PilotReader,
    as_pair,
    free_slots,
    host_face,
    host_title,
    on_board,
    own_drafts,
    pilots_for,
    see_pilot,
    with_parts,
)
from matchmaker.events.pilots.selectors.sentences import SENTENCES_OF, province_of, slots_words
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts, listed_counterparts
from matchmaker.matching.lists.selectors.closed import closed_to
from matchmaker.matching.ranking.market.ad_hoc_rows import AdHocProfile
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths
from matchmaker.matching.ranking.services import ad_hoc_fits
from matchmaker.matching.ranking.services.ad_hoc_fits import AdHocFit
from matchmaker.matching.reasons.facts import PairFacts, PairKey, PartnerFacts, StartupFacts, facts_of_pairs
from matchmaker.matching.reasons.reasons import APART, PairLevels, in_doubt, in_favour, pair_reasons
from matchmaker.matching.reasons.sentences import SENTENCES
from matchmaker.models.pilot import (
    ACTIVE_STATES,
    ON_BOARD,
    Pilot,
    PilotApplication,
    PilotApplicationState,
    PilotState,
    Season,
)
from profiles.catalogue.taxonomy.selectors.tables import DATA, translated_rows
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility.access import see, with_related
from profiles.catalogue.visibility.visible_profile import pitch_of
from profiles.choices import PlaceLevel
from profiles.models import Investor, PartnershipForm, Startup

PER_PAGE = 12
SCALE = 1000  # the length of the longest bar
FILTERS = ("sector", "province", "season", "state")


TONES = {PilotState.OPEN: "good", PilotState.RUNNING: "info"}


def board_page(reader: PilotReader, asked: Mapping[str, str], page: str) -> dict[str, Any]:
    terms = all_terms()
    everything = on_board(reader)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    pilots = _narrowed(everything, chosen, terms)
    paged = Paginator(_by_province(pilots), PER_PAGE).get_page(page)
    rows = [board_row(pilot, reader) for pilot in paged.object_list]
    return {
        "rows": rows,
        "page": paged,
        "provinces": _slots(pilots, terms),
        "filters": _filters(everything, chosen, terms),
        "is_filtered": any(chosen.values()),
    }


def board_row(pilot: Pilot, reader: PilotReader) -> dict[str, Any]:
    return {
        "pilot": pilot,
        "seen": see_pilot(pilot, reader.viewer),
        "host": host_title(pilot, reader.viewer),
        "face": host_face(pilot, reader.viewer),
        "province": province_of(pilot),
        "slots": slots_words(free_slots(pilot), pilot.slots),
        "tone": TONES.get(PilotState(pilot.state), ""),
    }


def _by_province(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Return pilots with everything they show, by province, those that can be applied for first."""
    province = Case(
        When(place__level=PlaceLevel.CITY, then=F("place__parent__code")),
        default=F("place__code"),
        output_field=CharField(),
    )
    order = Case(*(When(state=state, then=at) for at, state in enumerate(ON_BOARD)))
    return with_parts(rows).order_by(province, order, "-approved_at", "-pk")


def _narrowed(rows: QuerySet[Pilot], chosen: Mapping[str, str], terms: TermTree) -> QuerySet[Pilot]:
    if sector := terms.find("sector", chosen["sector"]):
        within = terms.within("sector", sector.pk)
        others = Pilot.other_sectors.through.objects.filter(sector__in=within).values("pilot")
        rows = rows.filter(Q(sector__in=within) | Q(pk__in=others))
    if province := terms.find("place", chosen["province"]):
        rows = rows.filter(place__in=terms.within("place", province.pk))
    if chosen["season"] in Season.values:
        rows = rows.filter(season__in=(chosen["season"], Season.BOTH))
    if chosen["state"] in ON_BOARD:
        rows = rows.filter(state=chosen["state"])
    return rows


def _slots(rows: QuerySet[Pilot], terms: TermTree) -> list[dict[str, Any]]:
    """Return the seats of open pilots by province, with bars of 0 to 1000. One query."""
    opened = rows.filter(state=PilotState.OPEN).order_by()
    taken = Count("applications", filter=Q(applications__slot__isnull=False))
    totals: dict[int, list[int]] = {}
    for place, slots, filled in opened.annotate(taken=taken).values_list("place_id", "slots", "taken"):
        total = totals.setdefault(_province(place, terms), [0, 0])
        total[0], total[1] = total[0] + slots, total[1] + filled
    longest = max((slots for slots, _held in totals.values()), default=1)
    by_name = {terms.by_pk["place"][pk].name: total for pk, total in totals.items()}
    found = []
    for name in terms.names("place", totals):
        slots, filled = by_name[name]
        bars = {"taken_bar": round(SCALE * filled / longest), "slots_bar": round(SCALE * slots / longest)}
        found.append({"name": name, "slots": slots, "free": slots - filled, **bars})
    return found


def _province(place: int, terms: TermTree) -> int:
    family = terms.family("place", place)
    return family[-2] if len(family) > 1 else place


def _filters(rows: QuerySet[Pilot], chosen: Mapping[str, str], terms: TermTree) -> list[dict[str, Any]]:
    in_use = list(rows.order_by().values_list("sector_id", "place_id", "season", "state").distinct())
    sectors = {terms.family("sector", sector)[-1] for sector, *_rest in in_use}
    provinces = {_province(place, terms) for _sector, place, *_rest in in_use}
    seasons = {season for *_rest, season, _state in in_use if season and season != Season.BOTH}
    if any(season == Season.BOTH for *_rest, season, _state in in_use):
        seasons |= {Season.KHARIF.value, Season.RABI.value}
    states = {state for *_rest, state in in_use}
    options: dict[str, tuple[str, list[tuple[str, str | Promise]]]] = {
        "sector": (_("Sector"), _terms("sector", sectors, terms)),
        "province": (_("Province"), _terms("place", provinces, terms)),
        "season": (_("Season"), [(s.value, s.label) for s in Season if s.value in seasons]),
        "state": (_("Status"), [(s.value, s.label) for s in ON_BOARD if s.value in states]),
    }
    return [
        {"name": name, "label": label, "choices": [("", _("All")), *choices], "chosen": chosen[name]}
        for name, (label, choices) in options.items()
    ]


def _terms(kind: str, keys: set[int], terms: TermTree) -> list[tuple[str, str | Promise]]:
    options = sorted((terms.by_pk[kind][pk] for pk in keys), key=lambda term: term.order)
    return [(term.code, term.name) for term in options]


CELL = 100  # of 1200: the width of a month


def season_calendar() -> dict[str, Any]:
    """Return the `months` in drawing order (x and name), and the `crops` of profiles/data with their bars."""
    rows = list(translated_rows(DATA / "seasons.csv", "crop"))
    first = min((int(row["sow_from"]) for row in rows), default=1)  # it begins with the first sowing
    order = [(first - 1 + at) % 12 + 1 for at in range(12)]
    months = [(at * CELL, str(MONTHS_3[month]).capitalize()) for at, month in enumerate(order)]
    crops: list[dict[str, Any]] = []
    for row in rows:
        sow, harvest = ((int(row[f"{what}_from"]), int(row[f"{what}_to"])) for what in ("sow", "harvest"))
        drawn = {
            "season": Season(row["season"]).label,
            "sowing": f"{MONTHS[sow[0]]} – {MONTHS[sow[1]]}",
            "harvest": f"{MONTHS[harvest[0]]} – {MONTHS[harvest[1]]}",
            "sow_bars": _bars(*sow, first),
            "harvest_bars": _bars(*harvest, first),
        }
        crops.append({**row, **drawn})
    return {"months": months, "crops": crops}


def _bars(first: int, last: int, start: int) -> list[tuple[int, int]]:
    begin, end = ((month - start) % 12 for month in (first, last))
    if begin <= end:
        return [(begin * CELL, (end - begin + 1) * CELL)]
    return [(begin * CELL, (12 - begin) * CELL), (0, (end + 1) * CELL)]


FORM = "pilot"  # of partnership
SHOWN = 10
MOST_PILOTS, MOST_COMPANIES = 200, 400  # looked at for one page, the newest first
SAID = (Factor.SECTOR, Factor.NEEDS, Factor.PLACE, Factor.FORMS)


@dataclass(frozen=True)
class PairSummary:
    score: int
    reasons: list[str]
    against: list[str]


def fitting_pilots(reader: PilotReader, *, today: date) -> list[tuple[dict[str, Any], PairSummary]] | None:
    """Return the open pilots that fit the reader's company, best first; None before the first ranking."""
    member = reader.member
    if member is None or not member.company.is_published:
        return []
    mine = {f"applications__{member.side}": member.company, "applications__state__in": ACTIVE_STATES}
    rows = on_board(reader).filter(state=PilotState.OPEN, **{f"{member.side.other}__isnull": False})
    rows = rows.filter(Q(apply_by=None) | Q(apply_by__gte=today))
    newest = list(with_parts(rows.exclude(**mine)).order_by("-approved_at", "-pk")[:MOST_PILOTS])
    gone = closed_to(member.side, member.company_id, {pilot.company.pk for pilot in newest})
    by_pk = {pilot.pk: pilot for pilot in newest if pilot.company.pk not in gone}
    fits = ad_hoc_fits.fits_now(list(map(ad_hoc_profile, by_pk.values())), [member.company_id])
    if fits is None:
        return None
    best = ad_hoc_fits.recommended(fits)[:SHOWN]
    facts = _summaries([(fit, by_pk[fit.profile], member.company) for fit in best], member.side, today)
    return [(board_row(by_pk[fit.profile], reader), fact) for fit, fact in zip(best, facts, strict=True)]


def fitting_companies(pilot: Pilot, member: CurrentCompany, *, today: date) -> list[dict[str, Any]] | None:
    """Return who fits a pilot of the member's company, best first; None before the first ranking."""
    across = _in_the_field(listed_counterparts(member), pilot)
    applied = pilot.applications.filter(state__in=ACTIVE_STATES).values(f"{member.side.other}_id")
    newest = across.exclude(pk__in=applied).order_by("-confirmed_on", "-pk")
    found = list(newest.values_list("pk", flat=True)[:MOST_COMPANIES])
    gone = closed_to(member.side, member.company_id, found)
    pks = [pk for pk in found if pk not in gone]
    fits = ad_hoc_fits.fits_now([ad_hoc_profile(pilot)], pks)
    if fits is None:
        return None
    best = ad_hoc_fits.recommended(fits)[:SHOWN]
    rows = with_related(counterparts(member)).in_bulk([fit.company for fit in best])
    best = [fit for fit in best if fit.company in rows]  # one may have left since
    facts = _summaries([(fit, pilot, rows[fit.company]) for fit in best], member.side, today)
    invited = dict(pilot.invitations.values_list(f"{member.side.other}_id", "at"))
    told_rows = []
    for fit, fact in zip(best, facts, strict=True):
        profile = rows[fit.company]
        seen = see(profile, member.viewer)
        shown = {"public_id": profile.public_id, "name": str(seen.title), "pitch": pitch_of(seen)}
        shown["invited_at"] = invited.get(profile.pk)
        told_rows.append({**shown, "demo": profile.is_demo, "told": fact})
    return told_rows


def ad_hoc_profile(pilot: Pilot) -> AdHocProfile:
    """Return what the engine ranks: the pilot in its host's place. What it names must be at hand."""
    others = (sector.pk for sector in pilot.other_sectors.all())
    return AdHocProfile(
        key=pilot.pk,
        company=pilot.company,
        sectors=tuple(dict.fromkeys((pilot.sector_id, *others))),
        place=pilot.place_id,
        needs=tuple(term.pk for term in pilot.needs.all()),
        offers=tuple(term.pk for term in pilot.offers.all()),
        form=FORM,
    )


def demo_profiles() -> dict[str, AdHocProfile]:
    demo = with_parts(Pilot.objects.filter(is_demo=True))
    return {pilot.public_id: ad_hoc_profile(pilot) for pilot in demo}


def _in_the_field(rows: QuerySet[Any], pilot: Pilot) -> QuerySet[Any]:
    sectors = ad_hoc_fits.allowed_sectors(ad_hoc_profile(pilot))
    if pilot.side == Side.INVESTOR:
        named = Startup.other_sectors.through.objects.filter(sector__in=sectors).values("startup")
        return rows.filter(Q(primary_sector__in=sectors) | Q(pk__in=named))
    wide = Q(theses__sectors__in=sectors) | Q(theses__sectors__children__in=sectors)
    return rows.filter(pk__in=Investor.objects.filter(wide, theses__is_active=True).values("pk"))


def _summaries(
    found: Sequence[tuple[AdHocFit, Pilot, Startup | Investor]], reader: Side, today: date
) -> list[PairSummary]:
    """Return the summary of each pair, in the same order. Three queries."""
    terms = all_terms()
    keys = []
    for fit, pilot, company in found:
        of_partner = isinstance(company, Startup)
        keys.append(PairKey(*as_pair(pilot.company, company), 0 if of_partner else fit.thesis))
    of_partners = bool(found) and found[0][1].side == Side.INVESTOR
    facts = facts_of_pairs(keys, terms, on=today, theses={} if of_partners else None)
    return [
        _summary(fit, _with_pilot(known, pilot, terms), pilot, reader)
        for (fit, pilot, _company), known in zip(found, facts, strict=True)
    ]


def _with_pilot(facts: PairFacts, pilot: Pilot, terms: TermTree) -> PairFacts:
    sectors = ad_hoc_profile(pilot).sectors
    form = terms.find("form", FORM)
    forms = frozenset({form.pk} if form else ())
    if pilot.side == Side.INVESTOR:
        partner = PartnerFacts(
            sectors=frozenset(sectors),
            places=frozenset({pilot.place_id}),
            forms=forms,
            offers=frozenset(term.pk for term in pilot.offers.all()),
        )
        return replace(facts, partner=partner, others=())
    startup = StartupFacts(
        sectors=sectors,
        places=(pilot.place_id,),
        needs=frozenset(term.pk for term in pilot.needs.all()),
        forms=forms,
    )
    return replace(facts, startup=startup)


def _summary(fit: AdHocFit, facts: PairFacts, pilot: Pilot, reader: Side) -> PairSummary:
    """Return score, reasons and what speaks against, the weightiest first."""
    measured = PairLevels(fit.levels, fit.weights, (Factor.TEXT,), ())
    said = [each for each in pair_reasons(facts, measured) if each.factor in SAID]
    texts = {**SENTENCES[reader], **SENTENCES_OF[pilot.side][reader]}
    texts |= {f"{code}_apart": texts[code] for code in APART}  # what counts less is said as it is
    sentences = [
        [each.sentence(reader, texts) for each in some] for some in (in_favour(said), in_doubt(said))
    ]
    return PairSummary(round_tenths(fit.score_tenths), *sentences)


MOST_SHOWN = 50


def unanswered_rows() -> QuerySet[PilotApplication]:
    """Return the applications that wait for the host's answer."""
    return PilotApplication.objects.filter(pilot__state=PilotState.OPEN, state=PilotApplicationState.APPLIED)


def unanswered(company: Startup | Investor) -> dict[str, int]:
    """Return how many there are by pilot that has some. One query."""
    rows = unanswered_rows().filter(**{f"pilot__{company.side}": company}).order_by("pilot")
    return dict(rows.values_list("pilot__public_id").annotate(count=Count("pk")))


def _waiting_words(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)d application is waiting for you", "%(count)d applications are waiting for you", count
    )
    return text % {"count": count}


def own_pilots_page(member: CurrentCompany, *, today: date) -> dict[str, Any]:
    """Return what a company hosts, where it applied, and what fits it (None before the first ranking)."""
    reader = PilotReader(member.viewer, member)
    hosted = with_parts(own_drafts(member)).order_by("-written_at", "-pk")[:MOST_SHOWN]
    mine = PilotApplication.objects.filter(**{str(member.side): member.company}).order_by("-at", "-pk")
    applied = list(mine[:MOST_SHOWN])
    pilots = with_parts(pilots_for(reader)).in_bulk([application.pilot_id for application in applied])
    waiting = unanswered(member.company)
    return {
        "hosted": [
            (board_row(pilot, reader), _waiting_words(waiting.get(pilot.public_id, 0))) for pilot in hosted
        ],
        "applied": [
            (board_row(pilots[application.pilot_id], reader), application)
            for application in applied
            if application.pilot_id in pilots
        ],
        "fitting": fitting_pilots(reader, today=today),
    }


def tried_in_pilots() -> Iterator[Trial]:
    form = PartnershipForm.objects.filter(code="pilot").first()
    rows = PilotApplication.objects.filter(state=PilotApplicationState.ACCEPTED).select_related("pilot")
    for row in rows.order_by("-at", "pk")[:MOST_PAIRS]:
        startup = row.startup_id or row.pilot.startup_id
        investor = row.investor_id or row.pilot.investor_id
        if startup and investor:
            yield Trial(startup, investor, True, Proposal(form), row.pilot.title)
