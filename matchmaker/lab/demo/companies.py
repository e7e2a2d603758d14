"""The demonstration's fictional startups, investors, deals and people, read from profiles/data."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from profiles import models
from profiles.catalogue.consents import services as consents
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.catalogue.taxonomy.services import pks_by_code
from profiles.catalogue.visibility.fields import CONSENT_GROUPS
from profiles.choices import (
    DataHosting,
    DealSource,
    Exclusivity,
    FeePolicy,
    Importance,
    LeadRole,
    Purpose,
    Revenue,
    RevenueBand,
    ReviewOutcome,
    Role,
    Side,
    Status,
)
from profiles.curation.imports.drafts import Draft, insert, insert_profiles
from profiles.curation.imports.kinds import IMPORTED
from profiles.models.profile import public_id_of
from profiles.people.accounts.selectors import members_of, open_demo_accounts
from profiles.people.accounts.services.accounts import DEMO, system_account
from profiles.platform.audit import services as audit
from profiles.platform.notifications import services as notifications
from profiles.validators import name_keys

RECENT = timedelta(days=3)  # what is older has been read


# Full name and role of each demo account, and what it is in its company.
PEOPLE = {
    "founder": ("Ayesha Khan", Role.STARTUP, "Founder"),
    "investor": ("Li Wei", Role.INVESTOR, "Head of partnerships"),
    "curator": ("Sana Malik", Role.CURATOR, ""),
}


class NotADemoError(Exception):
    """The demonstration's accounts have a public password; they exist only where CORRIDOR_DEMO is on."""


@transaction.atomic
def create_people(*, at: datetime) -> None:
    """Create the accounts that do not exist yet: a founder, a person of an investor, a curator.

    Raises:
        NotADemoError: where CORRIDOR_DEMO is off.
    """
    if not settings.DEMO:
        raise NotADemoError
    emails = settings.DEMO_ACCOUNTS
    existing = set(models.User.objects.filter(email__in=emails.values()).values_list("email", flat=True))
    missing = {part: email for part, email in emails.items() if email not in existing}
    # One hash for all: the password is public, and hashing is slow on purpose.
    password = make_password(settings.DEMO_PASSWORD) if missing else ""
    for part, email in missing.items():
        full_name, role, title = PEOPLE[part]
        values = {
            "full_name": full_name,
            "role": role,
            "job_title": title,
            "is_demo": True,
            "date_joined": at,
        }
        user = models.User.objects.create(email=email, password=password, **values)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        if role in SLUGS:
            company = {str(role): demo_company(role, SLUGS[role])}
            models.Membership.objects.create(user=user, is_owner=True, joined_at=at, **company)


def speaker_of(company: models.Startup | models.Investor, *, at: datetime) -> models.User:
    member = members_of(company).first()
    return member.user if member else system_account(DEMO, at=at, is_demo=True)


def settle_past(*, at: datetime) -> None:
    people = list(open_demo_accounts())
    for person in people:
        notifications.mark_all_read(person, at=at - RECENT)
    notifications.count_as_sent([person.email for person in people], before=at - timedelta(days=1))


@transaction.atomic
def store(
    startups: Sequence[Draft],
    investors: Sequence[Draft],
    *,
    by: models.User,
    at: datetime,
    source: str,
    agrees: Collection[Purpose] = tuple(Purpose),
) -> None:
    """Insert the profiles with everything that belongs to them, and one audit record that names `source`."""
    profiles = [*startups, *investors]
    insert_profiles(profiles)
    given = {"text_version": consents.TEXT_VERSION, "given_by": by, "given_at": at}
    agreed = [
        models.Consent(**{profile.record.side: profile.record}, purpose=purpose, **given)
        for profile in profiles
        for purpose in Purpose
    ]
    agreed += [
        models.Consent(**{profile.record.side: profile.record}, group=key, purpose=purpose, **given)
        for profile in profiles
        for key, group in CONSENT_GROUPS[profile.record.side].items()
        for purpose in group.purposes
        if purpose in agrees
    ]
    insert(models.Consent, agreed)
    counts = {"startups": len(startups), "investors": len(investors)}
    audit.record(IMPORTED, subject=f"market:{source}", by=by, at=at, details=counts)


@transaction.atomic
def clear(site: str, *, by: models.User, at: datetime) -> None:
    gone = {}
    for model in (models.Investor, models.Startup):
        rows = model._default_manager.filter(is_demo=True, website__endswith=site)
        gone[model.__name__.lower()] = rows.count()
        rows.delete()
    audit.record(IMPORTED, subject=f"market:{site}", by=by, at=at, details={"removed": gone})


Row = dict[str, str]
SLUGS = {Role.STARTUP: "paani-paimana", Role.INVESTOR: "chengsui-agritech"}  # of the demo accounts
YES_NO = {"yes": True, "no": False}
EXCLUSIVITY = {"no": Exclusivity.NONE, **{value: value for value in Exclusivity.values}}
# In the file "partner" is the startup, seen from the investor's chair.
HOSTING = {
    "partner_choice": DataHosting.STARTUP_CHOICE,
    "either": DataHosting.MIXED,
    "PK": DataHosting.HOME,
    "CN": DataHosting.PARTNER,
}
# What kinds of investors insist on, how many introductions a month they can take, and whether they lead.
CAPITAL_MUSTS = {"growth_fund", "dfi", "government_fund"}
SECTOR_MUSTS = {"corporate_buyer", "corporate", "university"}
CAPACITY = {"accelerator": 12, "incubator": 12, "angel_network": 8, "vc": 8, "growth_fund": 4, "dfi": 3}
PARTNER_COLUMNS = ("name", "provides", "share_pct", "group_name")
LONGEST_PITCH: Any = models.Startup._meta.get_field("pitch").max_length
LEADS = {"vc": LeadRole.LEAD, "growth_fund": LeadRole.LEAD, "angel_network": LeadRole.FOLLOW}


def demo_company(side: str, slug: str) -> Any:
    return models.SIDES[Side(side)]._default_manager.get(public_id=public_id_of(side, slug))


def table_rows(name: str) -> Iterator[Row]:
    return csv_rows(DATA / f"{name}.csv")


def codes(text: str) -> list[str]:
    return [code for code in text.split(";") if code]


def whole_number(text: str) -> int | None:
    return int(text) if text else None


def key(table: dict[str, int], code: str) -> int | None:
    return table[code] if code else None


@dataclass(frozen=True)
class DemoVocabulary:
    sectors: dict[str, int] = field(default_factory=lambda: pks_by_code(models.Sector))
    stages: dict[str, int] = field(default_factory=lambda: pks_by_code(models.Stage))
    places: dict[str, int] = field(default_factory=lambda: pks_by_code(models.Place))
    needs: dict[str, int] = field(default_factory=lambda: pks_by_code(models.NeedType))
    forms: dict[str, int] = field(default_factory=lambda: pks_by_code(models.PartnershipForm))


# Some wait for review, so that a curator finds something to do: days since they were submitted, by slug.
WAITING = {"gaind-ghar": 3, "takhti-tara": 1, "thal-kisan-estates": 2}


def stated(row: Row, side: str, at: datetime) -> dict[str, Any]:
    days = WAITING.get(row["slug"])
    country = row.get("jurisdiction") or (row["city"] or row["province"])[:2]
    reviewed = {"status": Status.APPROVED, "submitted_at": at, "reviewed_at": at, "approved_country": country}
    waiting = {"status": Status.SUBMITTED, "submitted_at": at - timedelta(days=days or 0)}
    return {
        "public_id": public_id_of(side, row["slug"]),
        **{name: row[name] for name in ("name_en", "name_zh", "name_ur", "website")},
        "name_key": name_keys(row["name_en"], row["name_zh"], row["name_ur"]),
        "pitch": row["desc_en"] if len(row["desc_en"]) <= LONGEST_PITCH else "",
        **{f"summary_{language}": row[f"desc_{language}"] for language in ("en", "zh", "ur")},
        "languages": row["languages"].split("|"),
        "contact_email": f"hello@{row['slug']}.example",
        **(waiting if days else reviewed),
        "matching_consent": True,
        "confirmed_on": at.date(),
        "created_at": at,
        "changed_at": at,
        "is_demo": True,
    }


@cache
def disclosed() -> dict[tuple[str, str, str], Row]:
    values: dict[tuple[str, str, str], Row] = {}
    for row in table_rows("demo_disclosures"):
        values.setdefault((row["side"], row["slug"], row["offer"]), {})[row["field"]] = row["value"]
    return values


def disclosures(model: Any, side: str, slug: str, offer: str = "") -> dict[str, Any]:
    values = disclosed().get((side, slug, offer), {})
    return {
        name: codes(value) if name == "data_classes" else model._meta.get_field(name).to_python(value)
        for name, value in values.items()
    }


def startup_of(row: Row, vocabulary: DemoVocabulary, at: datetime) -> Draft:
    sectors = [vocabulary.sectors[code] for code in codes(row["sectors"])]
    low, high = whole_number(row["raise_min_usd"]), whole_number(row["raise_max_usd"])
    is_early = row["revenue_band_usd"] == RevenueBand.UP_TO_10K
    crosses_border = {"data_crosses_border": row["data_location"] == DataHosting.MIXED}
    record = models.Startup(
        **stated(row, "startup", at),
        **{**crosses_border, **disclosures(models.Startup, "startup", row["slug"])},
        ask_min=low,
        ask_min_usd=low,
        ask_max=high,
        ask_max_usd=high,
        seeks_capital=True,
        visibility={"ask": "matched", "revenue": "matched"},
        place_id=key(vocabulary.places, row["city"] or row["province"]),
        founded=whole_number(row["founded"]),
        primary_sector_id=sectors[0] if sectors else None,
        stage_id=key(vocabulary.stages, row["stage"]),
        revenue=Revenue.PRE if is_early else Revenue.POST if row["revenue_band_usd"] else "",
        revenue_band="" if is_early else row["revenue_band_usd"],
        team_size=whole_number(row["team_size"]),
        women_led=YES_NO[row["women_led"]],
        foreign_share_pct=row["foreign_share_pct"] or None,
        licences=row["licences"],
        public_sector_customer=YES_NO[row["public_sector_customer"]],
        accepts_exclusivity=EXCLUSIVITY[row["accepts_exclusivity"]],
        ip_policy=row["ip_policy"],
        data_classes=codes(row["data_classes"]),
        data_location=row["data_location"],
    )
    links = {"other_sectors": sectors[1:], "forms": [vocabulary.forms[code] for code in codes(row["forms"])]}
    needs = [need.split(":") for need in codes(row["needs"])]
    rows: list[Any] = [
        models.Need(type_id=vocabulary.needs[code], urgency=int(urgency)) for code, urgency in needs
    ]
    rows += [
        models.ExistingPartner(
            type_id=vocabulary.needs[one["kind"]], **{name: one[name] for name in PARTNER_COLUMNS}
        )
        for one in table_rows("demo_partners")
        if one["startup"] == row["slug"]
    ]
    return Draft(record, links, [Draft(each) for each in rows])


def investor_of(row: Row, theses: list[Row], vocabulary: DemoVocabulary, at: datetime) -> Draft:
    record = models.Investor(
        **stated(row, "investor", at),
        **disclosures(models.Investor, "investor", row["slug"]),
        kind=row["type"],
        legal_name=row["name_en"],
        place_id=key(vocabulary.places, row["city"]),
        jurisdiction=row["jurisdiction"],
        state_owned=row["state_owned"],
        fee_policy=FeePolicy.NEVER,
        capacity=CAPACITY.get(row["type"], 5),
        exclusivity_ask=EXCLUSIVITY[row["exclusivity_ask"]],
        board_seat_ask=YES_NO[row["board_seat_ask"]],
        max_stake_pct=int(row["max_stake_pct"]),
        data_hosting=HOSTING[row["data_hosting"]],
    )
    rows = [thesis_of({**row, **thesis}, vocabulary, at) for thesis in theses or [{"name": ""}]]
    for code in codes(row["offers"]):
        said = disclosures(models.Offer, "investor", row["slug"], code)
        rows.append(Draft(models.Offer(type_id=vocabulary.needs[code], is_free=None, **said)))
    return Draft(record, {}, rows)


def thesis_of(row: Row, vocabulary: DemoVocabulary, at: datetime) -> Draft:
    low, high = whole_number(row["ticket_min_usd"]), whole_number(row["ticket_max_usd"])
    must = {True: Importance.MUST, False: Importance.NICE}
    capital = must[row["type"] in CAPITAL_MUSTS]
    thesis = models.Thesis(
        name=row["name"],
        ticket_min=low,
        ticket_max=high,
        ticket_min_usd=low,
        ticket_max_usd=high,
        sector_importance=must[row["type"] in SECTOR_MUSTS],
        stage_importance=capital,
        ticket_importance=capital,
        place_importance=must[len(codes(row["provinces"])) == 1],
        lead_role=LEADS.get(row["type"], LeadRole.EITHER),
        confirmed_on=at.date(),
    )
    links = {
        "sectors": [vocabulary.sectors[code] for code in codes(row["sectors"])],
        "stages": [vocabulary.stages[code] for code in codes(row["stages"])],
        "places": [vocabulary.places[code] for code in codes(row["provinces"])],
        "forms": [vocabulary.forms[code] for code in codes(row["forms"])],
    }
    return Draft(thesis, links)


def deal_of(row: Row, startups: dict[str, models.Startup], vocabulary: DemoVocabulary) -> models.Deal:
    startup = startups.get(public_id_of("startup", row["startup"]))
    return models.Deal(
        startup=startup,
        startup_name=startup.name_en if startup else row["startup"],
        closed_on=date.fromisoformat(f"{row['closed_on']}-01"),
        sector_id=vocabulary.sectors[row["sector"]],
        stage_id=startup.stage_id if startup else None,
        place_id=vocabulary.places[row["province"]],
        form_id=vocabulary.forms[row["form"]],
        amount=int(row["amount_usd"]),
        amount_usd=int(row["amount_usd"]),
        stake_pct=row["stake_pct"] or None,
        source=DealSource.IMPORTED,
        is_demo=True,
    )


@transaction.atomic
def load(*, at: datetime) -> int:
    """Insert the companies and accounts that are missing, and touch nothing else.

    Raises:
        NotADemoError: where CORRIDOR_DEMO is off.
    """
    vocabulary = DemoVocabulary()
    startups = [startup_of(row, vocabulary, at) for row in _missing("startup")]
    partners = {startup.public_id: startup for startup in models.Startup.objects.filter(is_demo=True)}
    partners |= {draft.record.public_id: draft.record for draft in startups}
    theses, deals = list(table_rows("demo_theses")), list(table_rows("demo_deals"))
    investors = []
    for row in _missing("investor"):
        draft = investor_of(row, [one for one in theses if one["slug"] == row["slug"]], vocabulary, at)
        closed = [deal_of(one, partners, vocabulary) for one in deals if one["partner"] == row["slug"]]
        draft.rows += [Draft(deal) for deal in closed]
        investors.append(draft)
    if startups or investors:
        by = system_account(DEMO, at=at, is_demo=True)
        store(startups, investors, by=by, at=at, source="demo")
        companies = [draft.record for draft in (*startups, *investors)]
        approved = [company for company in companies if company.status == Status.APPROVED]
        models.Review.objects.bulk_create(
            models.Review(
                **{company.side: company},
                outcome=ReviewOutcome.APPROVED,
                decided_by=by,
                decided_at=at,
                waited_since=at - timedelta(days=number % 3, hours=12),
            )
            for number, company in enumerate(approved)
        )
    create_people(at=at)
    return len(startups) + len(investors)


def _missing(side: str) -> list[Row]:
    companies = models.SIDES[Side(side)]._default_manager.filter(is_demo=True)
    stored = set(companies.values_list("public_id", flat=True))
    return [row for row in table_rows(f"demo_{side}s") if public_id_of(side, row["slug"]) not in stored]


@contextmanager
def scratch_market(market: str) -> Iterator[None]:
    """Have profiles/data/<market>_startups.csv and <market>_investors.csv matched, and no one else."""
    at = timezone.now()
    with transaction.atomic():
        for model in (models.Startup, models.Investor):
            model._default_manager.update(matching_consent=False)
        vocabulary = DemoVocabulary()
        startups = [startup_of(row, vocabulary, at) for row in table_rows(f"{market}_startups")]
        partners = table_rows(f"{market}_investors")
        keeper = system_account(DEMO, at=at, is_demo=True)
        store(
            startups,
            [investor_of(row, [], vocabulary, at) for row in partners],
            by=keeper,
            at=at,
            source=market,
        )
        yield
        transaction.set_rollback(True)
