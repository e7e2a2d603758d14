"""What is said of a pilot and a company, where that is not what is said of two companies."""

from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.reasons.reasons import Texts

OF_PARTNERS: dict[Side, Texts] = {
    Side.INVESTOR: {
        "startup_states_none": _("The startup does not state it, or does not show it"),
        "partner_states_none": _("The pilot does not state it"),
        "sector_in": _("%(what)s, its main field, is a field of the pilot"),
        "sector_within": _("%(what)s, its main field, is part of %(near)s, a field of the pilot"),
        "sector_second_in": _(
            "%(what)s, one of its fields, is a field of the pilot; its main field, %(main)s, is not"
        ),
        "sector_second_within": _(
            "%(what)s, one of its fields, is part of %(near)s, a field of the pilot; "
            "its main field, %(main)s, is not"
        ),
        "sector_near": _("%(what)s is close to %(near)s, a field of the pilot"),
        "sector_related": _("%(what)s is related to %(near)s, a field of the pilot"),
        "sector_beside": _("%(what)s is no field of the pilot; %(near)s is, and both are fields of %(wide)s"),
        "sector_out": _("%(what)s is no field of the pilot"),
        "place_in": _("It works in %(what)s, where the pilot runs"),
        "place_within": _("It works in %(what)s, within %(near)s, where the pilot runs"),
        "place_province": _("It works in %(province)s, where the pilot runs too, in %(near)s"),
        "place_also_in": _(
            "%(home)s, its home, is not the pilot’s place, "
            "but it also works in %(what)s, where the pilot runs"
        ),
        "place_also_within": _(
            "%(home)s, its home, is not the pilot’s place, "
            "but it also works in %(what)s, within %(near)s, where the pilot runs"
        ),
        "place_also_province": _(
            "%(home)s, its home, is not the pilot’s place, "
            "but it also works in %(province)s, where the pilot runs, in %(near)s"
        ),
        "place_out": _("%(what)s, where it works, is not the pilot’s place"),
        "needs_all": _("The pilot gives what it needs: %(what)s"),
        "needs_some": _("The pilot gives %(met)d of the %(count)d things it needs: %(what)s"),
        "needs_none": _("The pilot gives nothing of what it needs: %(what)s"),
        "forms_both": _("It looks for pilots"),
        "forms_none": _("It names forms of partnership, but no pilot"),
    },
    Side.STARTUP: {
        "startup_states_none": _("You do not state it"),
        "partner_states_none": _("The pilot does not state it"),
        "sector_in": _("The pilot is in %(what)s, your main field"),
        "sector_within": _("%(what)s, your main field, is part of %(near)s, a field of the pilot"),
        "sector_second_in": _(
            "%(what)s, one of your fields, is a field of the pilot; your main field, %(main)s, is not"
        ),
        "sector_second_within": _(
            "%(what)s, one of your fields, is part of %(near)s, a field of the pilot; "
            "your main field, %(main)s, is not"
        ),
        "sector_near": _("%(what)s is close to %(near)s, a field of the pilot"),
        "sector_related": _("%(what)s is related to %(near)s, a field of the pilot"),
        "sector_beside": _("The pilot is not in %(what)s, but in %(near)s; both are fields of %(wide)s"),
        "sector_out": _("The pilot is not in %(what)s"),
        "place_in": _("The pilot runs in %(what)s"),
        "place_within": _("The pilot runs in %(near)s, and you work in %(what)s"),
        "place_province": _("You work in %(province)s, where the pilot runs too, in %(near)s"),
        "place_also_in": _(
            "%(home)s, your home, is not the pilot’s place, "
            "but you also work in %(what)s, where the pilot runs"
        ),
        "place_also_within": _(
            "%(home)s, your home, is not the pilot’s place, "
            "but you also work in %(what)s, within %(near)s, where the pilot runs"
        ),
        "place_also_province": _(
            "%(home)s, your home, is not the pilot’s place, "
            "but you also work in %(province)s, where the pilot runs, in %(near)s"
        ),
        "place_out": _("%(what)s, where you work, is not the pilot’s place"),
        "needs_all": _("The pilot gives what you need: %(what)s"),
        "needs_some": _("The pilot gives %(met)d of the %(count)d things you need: %(what)s"),
        "needs_none": _("The pilot gives nothing of what you need: %(what)s"),
        "forms_both": _("You look for pilots"),
        "forms_none": _("You name forms of partnership, but no pilot"),
    },
}

# What a startup's pilot needs, and where it lies, need not be what the startup says of itself.
OF_STARTUPS: dict[Side, Texts] = {
    Side.INVESTOR: {
        "startup_states_none": _("The pilot does not state it"),
        "sector_second_in": _(
            "%(what)s, a field of the pilot, is in your thesis; the main field of the pilot, %(main)s, is not"
        ),
        "sector_second_within": _(
            "%(what)s, a field of the pilot, is part of %(near)s, which is in your thesis; "
            "the main field of the pilot, %(main)s, is not"
        ),
        "needs_all": _("You offer what the pilot needs: %(what)s"),
        "needs_some": _("You offer %(met)d of the %(count)d things the pilot needs: %(what)s"),
        "needs_none": _("You offer nothing of what the pilot needs: %(what)s"),
        "forms_both": _("You look for pilots"),
        "forms_none": _("You name forms of partnership, but no pilot"),
    },
    Side.STARTUP: {
        "startup_states_none": _("The pilot does not state it"),
        "sector_second_in": _(
            "They look for startups in %(what)s, a field of the pilot; "
            "they do not name its main field, %(main)s"
        ),
        "sector_second_within": _(
            "%(what)s, a field of the pilot, is part of %(near)s, which they look for; "
            "the main field of the pilot, %(main)s, is not"
        ),
        "needs_all": _("They offer what the pilot needs: %(what)s"),
        "needs_some": _("They offer %(met)d of the %(count)d things the pilot needs: %(what)s"),
        "needs_none": _("They offer nothing of what the pilot needs: %(what)s"),
        "forms_both": _("They look for pilots"),
        "forms_none": _("They name forms of partnership, but no pilot"),
    },
}

SENTENCES_OF = {Side.INVESTOR: OF_PARTNERS, Side.STARTUP: OF_STARTUPS}  # by the side of the host
