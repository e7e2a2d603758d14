"""The sentence of each code of a reason, in the words of either side."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from matchmaker.choices import Side

Texts = Mapping[str, Promise]

FOR_BOTH: dict[str, Promise] = {
    "stage_unscaled": _("%(what)s has no place between early and late, so it counts neither for nor against"),
    "forms_both": _("You both accept %(what)s"),
    "forms_none": _("You have no form of partnership in common"),
    "texts_close": _("Compared by machine, your descriptions are much alike"),
    "texts_partly": _("Compared by machine, your descriptions are partly alike"),
    "texts_apart": _("Compared by machine, your descriptions are little alike"),
}

FOR_INVESTORS: dict[str, Promise] = {
    **FOR_BOTH,
    "startup_states_none": _("The startup does not state it, or does not show it"),
    "partner_states_none": pgettext_lazy("an investor", "You do not state it"),
    "sector_in": _("%(what)s is in your thesis"),
    "sector_within": _("%(what)s is part of %(near)s, which is in your thesis"),
    "sector_within_aside": _(
        "%(what)s is part of %(near)s, which is in your thesis; your description speaks of %(told)s"
    ),
    "sector_second_in": _("%(what)s, one of its fields, is in your thesis; its main field, %(main)s, is not"),
    "sector_second_within": _(
        "%(what)s, one of its fields, is part of %(near)s, which is in your thesis; "
        "its main field, %(main)s, is not"
    ),
    "sector_near": _("%(what)s is close to %(near)s, which is in your thesis"),
    "sector_related": _("%(what)s is related to %(near)s, which is in your thesis"),
    "sector_beside": _("%(what)s is not in your thesis; %(near)s is, and both are fields of %(wide)s"),
    "sector_backed": ngettext_lazy(
        "%(what)s is not in your thesis, but %(count)d of your deals on record was in it",
        "%(what)s is not in your thesis, but %(count)d of your deals on record were in it",
        "count",
    ),
    "sector_out": _("%(what)s is not in your thesis"),
    "sector_record": _("You name no sectors; deals on record in %(what)s: %(count)d of %(deals)d"),
    "sector_spoken": _("You name no sectors, but your description speaks of %(what)s"),
    "sector_spoken_second": _(
        "Your description speaks of %(what)s, one of its fields, and not of its main field, %(main)s"
    ),
    "sector_unspoken": _("You name no sectors; your description speaks of %(near)s, and not of %(what)s"),
    "stage_in": ngettext_lazy(
        "%(what)s is the stage you look for", "%(what)s is one of your %(count)d stages", "count"
    ),
    "stage_like": _("%(what)s is comparable to %(near)s, a stage you look for"),
    "stage_next": _("%(what)s is one step from %(near)s, a stage you look for"),
    "stage_out": _("%(what)s is not one of your stages"),
    "stage_record": _("You name no stages; deals on record at %(what)s: %(count)d of %(deals)d"),
    "place_in": _("%(what)s is among your places"),
    "place_within": _("%(what)s is in %(near)s, which is among your places"),
    "place_province": _("%(near)s, which is among your places, is in %(province)s too"),
    "place_also_in": _("%(home)s, its home, is not among your places, but %(what)s is, where it also works"),
    "place_also_within": _(
        "%(home)s, its home, is not among your places, but %(near)s is, where it also works (%(what)s)"
    ),
    "place_also_province": _(
        "%(home)s, its home, is not among your places, but %(near)s is, in %(province)s, where it also works"
    ),
    "place_out": _("%(what)s is not among your places"),
    "place_record": _("You name no places; deals on record in %(what)s: %(count)d of %(deals)d"),
    "ticket_meets": _("Your ticket (%(ticket)s) meets its round (%(round)s)"),
    "ticket_below": _("Your largest ticket (%(most)s) is below its round (%(round)s)"),
    "ticket_reaches": _("Your largest ticket (%(most)s) only reaches the lower end of its round (%(round)s)"),
    "ticket_above": _("Your smallest ticket (%(least)s) is above its round (%(round)s)"),
    "ticket_begins": _("Your smallest ticket (%(least)s) begins where its round (%(round)s) ends"),
    "no_round": _("It raises no money, so the ticket does not matter"),
    "round_hidden": _("The startup does not state it, or does not show it"),  # as startup_states_none
    "needs_all": _("You offer what it needs: %(what)s"),
    "needs_some": _("You offer %(met)d of the %(count)d things it needs: %(what)s"),
    "needs_none": _("You offer nothing of what it needs: %(what)s"),
    "deals": ngettext_lazy(
        "You have %(count)d deal on record", "You have %(count)d deals on record", "count"
    ),
    "no_deals": _("You have no deal on record"),
    "deals_left_out": _("You have left your deals out of a consent, so none counts"),
    "record_at": _("your deals on record at it: %(count)d of %(deals)d"),
    "record_in": _("your deals on record in it: %(count)d of %(deals)d"),
    "record_lowers": ngettext_lazy(
        "your %(deals)d deal on record lowers the points",
        "your %(deals)d deals on record lower the points",
        "deals",
    ),
}

FOR_STARTUPS: dict[str, Promise] = {
    **FOR_BOTH,
    "startup_states_none": _("You do not state it"),
    "partner_states_none": _("The partner does not state it"),
    "sector_in": pgettext_lazy("a sector", "They look for startups in %(what)s"),
    "sector_within": _("%(what)s is part of %(near)s, which they look for"),
    "sector_within_aside": _(
        "%(what)s is part of %(near)s, which they look for; their description speaks of %(told)s"
    ),
    "sector_second_in": _(
        "They look for startups in %(what)s, one of your fields; they do not name your main field, %(main)s"
    ),
    "sector_second_within": _(
        "%(what)s, one of your fields, is part of %(near)s, which they look for; "
        "your main field, %(main)s, is not"
    ),
    "sector_near": _("%(what)s is close to %(near)s, which they look for"),
    "sector_related": _("%(what)s is related to %(near)s, which they look for"),
    "sector_beside": _("They do not look for %(what)s, but for %(near)s; both are fields of %(wide)s"),
    "sector_backed": ngettext_lazy(
        "%(what)s is not in their thesis, but %(count)d of their deals on record was in it",
        "%(what)s is not in their thesis, but %(count)d of their deals on record were in it",
        "count",
    ),
    "sector_out": _("They do not look for startups in %(what)s"),
    "sector_record": _("They name no sectors; their deals on record in %(what)s: %(count)d of %(deals)d"),
    "sector_spoken": _("They name no sectors, but their description speaks of %(what)s"),
    "sector_spoken_second": _(
        "Their description speaks of %(what)s, one of your fields, and not of your main field, %(main)s"
    ),
    "sector_unspoken": _("They name no sectors; their description speaks of %(near)s, and not of %(what)s"),
    "stage_in": ngettext_lazy(
        "%(what)s is the stage they look for", "%(what)s is one of their %(count)d stages", "count"
    ),
    "stage_like": _("%(what)s is comparable to %(near)s, a stage they look for"),
    "stage_next": _("%(what)s is one step from %(near)s, a stage they look for"),
    "stage_out": _("%(what)s is not one of their stages"),
    "stage_record": _("They name no stages; their deals on record at %(what)s: %(count)d of %(deals)d"),
    "place_in": _("They look for startups in %(what)s"),
    "place_within": _("%(what)s is in %(near)s, where they look for startups"),
    "place_province": _("%(near)s, where they look for startups, is in %(province)s too"),
    "place_also_in": _(
        "%(home)s, your home, is not among their places, but %(what)s is, where you also work"
    ),
    "place_also_within": _(
        "%(home)s, your home, is not among their places, but %(near)s is, where you also work (%(what)s)"
    ),
    "place_also_province": _(
        "%(home)s, your home, is not among their places, but %(near)s is, "
        "in %(province)s, where you also work"
    ),
    "place_out": _("%(what)s is not among their places"),
    "place_record": _("They name no places; their deals on record in %(what)s: %(count)d of %(deals)d"),
    "ticket_meets": _("Their ticket (%(ticket)s) meets your round (%(round)s)"),
    "ticket_below": _("Their largest ticket (%(most)s) is below your round (%(round)s)"),
    "ticket_reaches": _(
        "Their largest ticket (%(most)s) only reaches the lower end of your round (%(round)s)"
    ),
    "ticket_above": _("Their smallest ticket (%(least)s) is above your round (%(round)s)"),
    "ticket_begins": _("Their smallest ticket (%(least)s) begins where your round (%(round)s) ends"),
    "no_round": _("You raise no money, so the ticket does not matter"),
    "round_hidden": _(
        "You do not show your round to partners before both are interested, so it does not count"
    ),
    "needs_all": _("They offer what you need: %(what)s"),
    "needs_some": _("They offer %(met)d of the %(count)d things you need: %(what)s"),
    "needs_none": _("They offer nothing of what you need: %(what)s"),
    "deals": ngettext_lazy(
        "They have %(count)d deal on record", "They have %(count)d deals on record", "count"
    ),
    "no_deals": _("They have no deal on record"),
    "deals_left_out": _("The partner does not state it"),
    "record_at": _("their deals on record at it: %(count)d of %(deals)d"),
    "record_in": _("their deals on record in it: %(count)d of %(deals)d"),
    "record_lowers": ngettext_lazy(
        "their %(deals)d deal on record lowers the points",
        "their %(deals)d deals on record lower the points",
        "deals",
    ),
}

SENTENCES: dict[Side, dict[str, Promise]] = {Side.INVESTOR: FOR_INVESTORS, Side.STARTUP: FOR_STARTUPS}
# Codes that name one term, and what is added to them of the investor's recorded deals.
COUNTED = {"sector_in": "record_in", "stage_in": "record_at", "place_in": "record_in"}
