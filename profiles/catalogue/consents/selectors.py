"""What a company has agreed to, and the words of every version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose
from profiles.models import Consent, Investor, Startup

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of django-stubs only


@dataclass(frozen=True)
class ConsentText:
    """One version: what is agreed to for the whole profile, what for each group, and what is new in it."""

    version: str
    since_on: date
    whole: Mapping[Purpose, "_StrPromise"]
    by_group: Mapping[Purpose, "_StrPromise"]
    changed: "_StrPromise"
    contacts: tuple[str, ...] = ()


WHOLE: Mapping[Purpose, "_StrPromise"] = {
    Purpose.MATCHING: _("We agree to matching: our profile is compared with the other side's."),
    Purpose.SHOWING: _(
        "We agree to being shown: checked members of the other side see what we chose to show."
    ),
    Purpose.CROSS_BORDER: _(
        "We agree that our contact may be passed across borders, once both sides have said yes."
    ),
}
PLAIN: Mapping[Purpose, "_StrPromise"] = {
    Purpose.MATCHING: _(
        "We agree to take part in matching: our profile is compared with the profiles of the other side."
    ),
    Purpose.SHOWING: _(
        "We agree to being shown: members of the other side who have been checked see what we chose to show."
    ),
    Purpose.CROSS_BORDER: _(
        "We agree that our contact details may be passed across borders to the other side, once both sides "
        "have said yes."
    ),
}
SEPARATED: Mapping[Purpose, "_StrPromise"] = {
    Purpose.MATCHING: _(
        "We agree to take part in matching: our profile is compared with the profiles of the other side. "
        "Each field group has a consent of its own."
    ),
    Purpose.SHOWING: _(
        "We agree to being shown: members of the other side who have been checked see our profile. Each "
        "field group has a consent of its own."
    ),
    Purpose.CROSS_BORDER: _(
        "Separate consent: we agree that the name and the email address of our contact person are sent to "
        "the people of each company with which both sides have said yes, in the country of that company, so "
        "that the two can reach each other."
    ),
}
NAMED: Mapping[Purpose, "_StrPromise"] = {
    **SEPARATED,
    Purpose.SHOWING: _(
        "We agree to being shown: members of the other side who have been checked see our profile. Each "
        "field group has a consent of its own. If our company is deleted, the other side of an introduction "
        "keeps what it wrote itself, our name if it knew it, dates and stages."
    ),
    Purpose.CROSS_BORDER: _(
        "Separate consent: we agree that the following is sent to the people of each company with which both "
        "sides have said yes, in the country of that company, so that the two can reach each other: "
        "%(fields)s."
    ),
}
BY_GROUP: Mapping[Purpose, "_StrPromise"] = {
    Purpose.MATCHING: _("We agree that this field group is used in scores."),
    Purpose.SHOWING: _("We agree that those whom we choose here see this field group on pages."),
    Purpose.CROSS_BORDER: _(
        "Separate consent: we agree that this field group is sent to approved companies of the other "
        "side in the other countries that this page names, so that they can judge whether to meet us."
    ),
}
TEXTS = (
    ConsentText("2026-11", date(2026, 11, 1), WHOLE, {}, _("The first version.")),
    ConsentText(
        "2026-12",
        date(2026, 11, 26),
        WHOLE,
        {
            Purpose.MATCHING: _("We agree that this group is used in scores."),
            Purpose.SHOWING: _("We agree that this group is seen on pages by those whom we chose."),
            Purpose.CROSS_BORDER: _("We agree that this group is sent to viewers in another country."),
        },
        _(
            "New: each group of fields has consents of its own, so you can leave one out. The sentences "
            "about the whole profile are the same, and nothing that you agreed to changes by itself."
        ),
    ),
    ConsentText(
        "2026-13",
        date(2026, 11, 27),
        PLAIN,
        {
            Purpose.MATCHING: _("We agree that this field group is used in scores."),
            Purpose.SHOWING: _("We agree that those we chose see this field group on pages."),
            Purpose.CROSS_BORDER: _("We agree that this field group is sent to viewers in another country."),
        },
        _(
            "The sentences are worded more plainly in each language. What they mean is the same, and nothing "
            "that you agreed to changes by itself."
        ),
    ),
    ConsentText(
        "2026-14",
        date(2026, 11, 28),
        SEPARATED,
        BY_GROUP,
        _(
            "Sending something to another country is now a consent of its own. It says who receives what, "
            "where, and what for. Nothing is agreed to until you tick it, so please tick again what you "
            "agree to."
        ),
        ("contact_name", "contact_email"),
    ),
    ConsentText(
        "2026-15",
        date(2026, 11, 30),
        NAMED,
        BY_GROUP,
        _(
            "The contact consent now lists every field that it covers: also the WhatsApp number, the WeChat "
            "ID and pictures of people. If you agreed before, the name and the email address of your contact "
            "person stay shared until you answer, and nothing else. Tick the box and save to share all that "
            "the list names; save without the tick to share none of it. It also says what the other side of "
            "an introduction keeps if your company is deleted."
        ),
        ("contact_name", "contact_email", "contact_whatsapp", "contact_wechat", "photos"),
    ),
)
NEWEST = TEXTS[-1]
# From here on, sending something to another country is a consent of its own that says who gets it, where and
# what for. What was agreed to by an older text does not cover it.
SEPARATE = "2026-14"
CONTACT = ("", Purpose.CROSS_BORDER)  # the group and the purpose of the contact consent


def agreed_purposes(profile: Startup | Investor) -> frozenset[str]:
    return frozenset(given.purpose for given in _open(profile) if not given.group and covers(given))


def covers(given: Consent) -> bool:
    return given.purpose != Purpose.CROSS_BORDER or given.text_version >= SEPARATE


def has_contact_consent(profile: Startup | Investor) -> bool:
    """Tell whether contacts open after mutual interest."""
    return Purpose.CROSS_BORDER in agreed_purposes(profile)


def contact_fields(profile: Startup | Investor) -> frozenset[str]:
    agreed = {row.text_version for row in _open(profile) if (row.group, row.purpose) == CONTACT}
    return frozenset(name for text in TEXTS if text.version in agreed for name in text.contacts)


def ticked_purposes(profile: Startup | Investor) -> frozenset[str]:
    names_more = contact_fields(profile) != frozenset(NEWEST.contacts)
    return agreed_purposes(profile) - ({Purpose.CROSS_BORDER} if names_more else set())


def is_undecided(profile: Startup | Investor) -> bool:
    """Tell whether the company has never decided on the use of its field groups."""
    return bool(profile.withheld) and not any(given.group for given in profile.consents.all())


def new_text(profile: Startup | Investor) -> ConsentText | None:
    """Return the version to which the company has still to agree; None where it has, or agreed to none."""
    outdated = any(given.text_version != NEWEST.version for given in _open(profile))
    return NEWEST if outdated else None


def _open(profile: Startup | Investor) -> list[Consent]:
    if profile.pk is None:
        return []
    return [given for given in profile.consents.all() if given.withdrawn_at is None]
