"""Sentences about a pilot: where, when, and how well a company fits."""

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.matching.reasons.reasons import Texts
from matchmaker.models.pilot import Pilot, Season


def province_of(pilot: Pilot) -> str:
    place = pilot.place
    is_city = place.parent_id is not None and place.parent is not None and place.parent.parent_id is not None
    return str(place.parent if is_city else place)


def when_of(pilot: Pilot) -> str:
    """Return when a pilot runs, in words; empty where it does not say."""
    if pilot.season and pilot.year:
        return _of_season(Season(pilot.season), pilot.year)
    if pilot.starts_on and pilot.ends_on:
        return f"{date_format(pilot.starts_on)} – {date_format(pilot.ends_on)}"
    return ""


def _of_season(season: Season, year: int) -> str:
    texts = {
        Season.KHARIF: gettext("Kharif %(year)s"),
        Season.RABI: gettext("Rabi %(rabi)s"),
        Season.BOTH: gettext("Kharif %(year)s and rabi %(rabi)s"),
    }
    return texts[season] % {"year": year, "rabi": f"{year}/{(year + 1) % 100:02d}"}


def slots_words(free: int, slots: int) -> str:
    words = {"free": free, "slots": slots}
    return ngettext("%(free)s of %(slots)s slot free", "%(free)s of %(slots)s slots free", slots) % words


OF_PARTNERS: dict[Side, Texts] = {
    Side.INVESTOR: {
        "startup_states_none": _("The startup has not stated this, or does not show it"),
        "partner_states_none": _("The pilot does not state this"),
        "sector_in": _("%(what)s is one of the pilot’s sectors"),
        "sector_within": _("%(what)s is part of %(near)s, one of the pilot’s sectors"),
        "sector_second_in": _(
            "One of its sectors, %(what)s, is one of the pilot’s sectors; its main sector, %(main)s, is not"
        ),
        "sector_second_within": _(
            "One of its sectors, %(what)s, is part of %(near)s, one of the pilot’s sectors; its main "
            "sector, %(main)s, is not"
        ),
        "sector_near": _("%(what)s is close to %(near)s, one of the pilot’s sectors"),
        "sector_related": _("%(what)s is only related to %(near)s, one of the pilot’s sectors"),
        "sector_beside": _(
            "%(what)s is not one of the pilot’s sectors, but %(near)s is; both belong to %(wide)s"
        ),
        "sector_out": _("%(what)s is not one of the pilot’s sectors"),
        "place_in": _("It works in %(what)s, where the pilot runs"),
        "place_within": _("It works in %(what)s, within %(near)s, where the pilot runs"),
        "place_province": _("It works in %(province)s, and the pilot runs in the same province, in %(near)s"),
        "place_also_in": _(
            "Its main location is %(home)s, but it also works in %(what)s, where the pilot runs"
        ),
        "place_also_within": _(
            "Its main location is %(home)s, but it also works in %(what)s, within %(near)s, where the pilot "
            "runs"
        ),
        "place_also_province": _(
            "Its main location is %(home)s, but it also works in %(province)s, where the pilot runs, in "
            "%(near)s"
        ),
        "place_out": _("It works in %(what)s, but the pilot runs elsewhere"),
        "needs_all": _("The pilot provides what it needs: %(what)s"),
        "needs_some": _("The pilot provides %(met)d of the %(count)d things it needs: %(what)s"),
        "needs_none": _("The pilot provides nothing of what it needs: %(what)s"),
        "forms_both": _("It looks for pilots"),
        "forms_none": _("It names partnership types, but not pilots"),
    },
    Side.STARTUP: {
        "startup_states_none": _("You have not stated this"),
        "partner_states_none": _("The pilot does not state this"),
        "sector_in": _("%(what)s is one of the pilot’s sectors"),
        "sector_within": _("%(what)s is part of %(near)s, one of the pilot’s sectors"),
        "sector_second_in": _(
            "One of your sectors, %(what)s, is one of the pilot’s sectors; your main sector, %(main)s, is not"
        ),
        "sector_second_within": _(
            "One of your sectors, %(what)s, is part of %(near)s, one of the pilot’s sectors; your main "
            "sector, %(main)s, is not"
        ),
        "sector_near": _("%(what)s is close to %(near)s, one of the pilot’s sectors"),
        "sector_related": _("%(what)s is only related to %(near)s, one of the pilot’s sectors"),
        "sector_beside": _("The pilot is in %(near)s, not in %(what)s; both belong to %(wide)s"),
        "sector_out": _("The pilot is not in %(what)s"),
        "place_in": _("The pilot runs in %(what)s"),
        "place_within": _("The pilot runs in %(near)s, and you work in %(what)s"),
        "place_province": _("You work in %(province)s, and the pilot runs in the same province, in %(near)s"),
        "place_also_in": _(
            "Your main location is %(home)s, but you also work in %(what)s, where the pilot runs"
        ),
        "place_also_within": _(
            "Your main location is %(home)s, but you also work in %(what)s, within %(near)s, where the "
            "pilot runs"
        ),
        "place_also_province": _(
            "Your main location is %(home)s, but you also work in %(province)s, where the pilot runs, in "
            "%(near)s"
        ),
        "place_out": _("You work in %(what)s, but the pilot runs elsewhere"),
        "needs_all": _("The pilot provides what you need: %(what)s"),
        "needs_some": _("The pilot provides %(met)d of the %(count)d things you need: %(what)s"),
        "needs_none": _("The pilot provides nothing of what you need: %(what)s"),
        "forms_both": _("You look for pilots"),
        "forms_none": _("You name partnership types, but not pilots"),
    },
}

# What a startup's pilot needs, and where it lies, need not be what the startup says of itself.
OF_STARTUPS: dict[Side, Texts] = {
    Side.INVESTOR: {
        "startup_states_none": _("The pilot does not state this"),
        "sector_second_in": _(
            "One of the pilot’s sectors, %(what)s, is in your thesis; its main sector, %(main)s, is not"
        ),
        "sector_second_within": _(
            "One of the pilot’s sectors, %(what)s, is part of %(near)s, which is in your thesis; its main "
            "sector, %(main)s, is not"
        ),
        "needs_all": _("You offer everything the pilot needs: %(what)s"),
        "needs_some": _("You offer %(met)d of the %(count)d things the pilot needs: %(what)s"),
        "needs_none": _("You offer nothing of what the pilot needs: %(what)s"),
        "forms_both": _("You look for pilots"),
        "forms_none": _("You name partnership types, but not pilots"),
    },
    Side.STARTUP: {
        "startup_states_none": _("The pilot does not state this"),
        "sector_second_in": _(
            "They look for startups in one of the pilot’s sectors, %(what)s; they do not name its main "
            "sector, %(main)s"
        ),
        "sector_second_within": _(
            "One of the pilot’s sectors, %(what)s, is part of %(near)s, which they look for; its main "
            "sector, %(main)s, is not"
        ),
        "needs_all": _("They offer everything the pilot needs: %(what)s"),
        "needs_some": _("They offer %(met)d of the %(count)d things the pilot needs: %(what)s"),
        "needs_none": _("They offer nothing of what the pilot needs: %(what)s"),
        "forms_both": _("They look for pilots"),
        "forms_none": _("They name partnership types, but not pilots"),
    },
}

SENTENCES_OF = {Side.INVESTOR: OF_PARTNERS, Side.STARTUP: OF_STARTUPS}  # by the side of the host
