"""The sentence of each reason, for both sides: by the codes of engine/definition/reasons.py."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from matchmaker.choices import Side

FOR_BOTH: dict[str, Promise] = {
    "stage_unscaled": _("%(what)s is neither early nor late, so it counts neither for nor against"),
    "forms_both": _("You both accept %(what)s"),
    "forms_none": _("You have no stated partnership type in common; other types are still open"),
    "needs_no_money": _(
        "You share no partnership type that involves investment, so money does not count as a need here"
    ),
    "texts_close": _("An automatic comparison found your descriptions very similar"),
    "texts_partly": _("An automatic comparison found your descriptions partly similar"),
    "texts_apart": _("An automatic comparison found little similarity between your descriptions"),
    "texts_foreign": _(
        "Your descriptions are in different languages, so an automatic comparison says little about them"
    ),
}

FOR_INVESTORS: dict[str, Promise] = {
    **FOR_BOTH,
    "startup_states_none": _("The startup has not stated this, or does not show it"),
    "partner_states_none": pgettext_lazy("an investor", "You have not stated this"),
    "sector_in": _("%(what)s is in your thesis"),
    "sector_within": _("%(what)s is part of %(near)s, which is in your thesis"),
    "sector_within_aside": _(
        "%(what)s is part of %(near)s, which is in your thesis; your description may be about %(told)s"
    ),
    "sector_second_in": _(
        "One of its sectors, %(what)s, is in your thesis; its main sector, %(main)s, is not"
    ),
    "sector_second_within": _(
        "One of its sectors, %(what)s, is part of %(near)s, which is in your thesis; its main sector, "
        "%(main)s, is not"
    ),
    "sector_near": _("%(what)s is close to %(near)s, which is in your thesis"),
    "sector_related": _("%(what)s is only related to %(near)s, which is in your thesis"),
    "sector_beside": _("%(what)s is not in your thesis, but %(near)s is; both belong to %(wide)s"),
    "sector_backed": ngettext_lazy(
        "%(what)s is not in your thesis, but %(count)d of your recorded deals was in it",
        "%(what)s is not in your thesis, but %(count)d of your recorded deals were in it",
        "count",
    ),
    "sector_out": _("%(what)s is not in your thesis"),
    "sector_record": _("You name no sectors; recorded deals in %(what)s: %(count)d of %(deals)d"),
    "sector_spoken": _("You name no sectors, but your description may be about %(what)s"),
    "sector_unspoken": _("You name no sectors; your description may be about %(near)s"),
    "stage_in": ngettext_lazy(
        "%(what)s is the stage you look for", "%(what)s is one of your %(count)d stages", "count"
    ),
    "stage_like": _("%(what)s is comparable to %(near)s, a stage you look for"),
    "stage_next": _("%(what)s is one step from %(near)s, a stage you look for"),
    "stage_out": _("%(what)s is not one of your stages"),
    "stage_record": _("You name no stages; recorded deals at %(what)s: %(count)d of %(deals)d"),
    "place_in": _("%(what)s is one of your locations"),
    "place_within": _("%(what)s is in %(near)s, which is one of your locations"),
    "place_province": _("%(near)s, one of your locations, is also in %(province)s"),
    "place_also_in": _(
        "Its main location, %(home)s, is not one of yours, but it also works in %(what)s, which is"
    ),
    "place_also_within": _(
        "Its main location, %(home)s, is not one of yours, but it also works in %(near)s (%(what)s), which is"
    ),
    "place_also_province": _(
        "Its main location, %(home)s, is not one of yours, but it also works in %(province)s, where one of "
        "your locations is: %(near)s"
    ),
    "place_out": _("%(what)s is not one of your locations"),
    "place_record": _("You name no locations; recorded deals in %(what)s: %(count)d of %(deals)d"),
    "ticket_meets": _("Your ticket size (%(ticket)s) fits its round (%(round)s)"),
    "ticket_may_meet": _("Your ticket size (%(ticket)s) may fit its round (%(round)s)"),
    "ticket_close": _("Your ticket size (%(ticket)s) is close to its round (%(round)s)"),
    "ticket_no_money": _(
        "Your ticket size (%(ticket)s) fits its round (%(round)s), but you share no partnership type that "
        "involves investment"
    ),
    "ticket_may_no_money": _(
        "Your ticket size (%(ticket)s) may fit its round (%(round)s), but you share no partnership type "
        "that involves investment"
    ),
    "ticket_close_no_money": _(
        "Your ticket size (%(ticket)s) is close to its round (%(round)s), but you share no partnership type "
        "that involves investment"
    ),
    "ticket_below": _("Your largest ticket (%(most)s) is below its round (%(round)s)"),
    "ticket_reaches": _(
        "Your largest ticket (%(most)s) reaches the lower end of its round (%(round)s) at most"
    ),
    "ticket_above": _("Your smallest ticket (%(least)s) is above its round (%(round)s)"),
    "ticket_begins": _(
        "Your smallest ticket (%(least)s) begins at the upper end of its round (%(round)s) or above"
    ),
    "no_round": _("It is not raising money, so the ticket size does not matter"),
    "round_hidden": _("The startup has not stated this, or does not show it"),  # as startup_states_none
    "needs_all": _("You offer what it needs: %(what)s"),
    "needs_some": _("You offer %(met)d of the %(count)d things it needs: %(what)s"),
    "needs_none": _("You offer nothing of what it needs: %(what)s"),
    "needs_all_apart": _(
        "You offer what it needs, but your sectors and descriptions differ, so it counts less: %(what)s"
    ),
    "needs_some_apart": _(
        "You offer %(met)d of the %(count)d things it needs, but your sectors and descriptions differ, so it "
        "counts less: %(what)s"
    ),
    "forms_needed": _("You accept %(what)s, which counts because the startup needs %(need)s"),
    "forms_refused": _("One of you excludes every partnership type that the other states"),
    "deals": ngettext_lazy("You have %(count)d recorded deal", "You have %(count)d recorded deals", "count"),
    "no_deals": _("You have no recorded deals"),
    "deals_left_out": _("You have left your deals out of a consent, so none of them counts"),
    "record_at": _("your recorded deals at this stage: %(count)d of %(deals)d"),
    "record_in": _("your recorded deals there: %(count)d of %(deals)d"),
    "record_lowers": ngettext_lazy(
        "your %(deals)d recorded deal lowers the points",
        "your %(deals)d recorded deals lower the points",
        "deals",
    ),
}

FOR_STARTUPS: dict[str, Promise] = {
    **FOR_BOTH,
    "startup_states_none": _("You have not stated this"),
    "partner_states_none": _("The partner has not stated this"),
    "sector_in": pgettext_lazy("a sector", "They look for startups in %(what)s"),
    "sector_within": _("%(what)s is part of %(near)s, which they look for"),
    "sector_within_aside": _(
        "%(what)s is part of %(near)s, which they look for; their description may be about %(told)s"
    ),
    "sector_second_in": _(
        "They look for startups in one of your sectors, %(what)s; they do not name your main sector, %(main)s"
    ),
    "sector_second_within": _(
        "One of your sectors, %(what)s, is part of %(near)s, which they look for; your main sector, "
        "%(main)s, is not"
    ),
    "sector_near": _("%(what)s is close to %(near)s, which they look for"),
    "sector_related": _("%(what)s is only related to %(near)s, which they look for"),
    "sector_beside": _("They look for %(near)s, not for %(what)s; both belong to %(wide)s"),
    "sector_backed": ngettext_lazy(
        "%(what)s is not in their thesis, but %(count)d of their recorded deals was in it",
        "%(what)s is not in their thesis, but %(count)d of their recorded deals were in it",
        "count",
    ),
    "sector_out": _("They do not look for startups in %(what)s"),
    "sector_record": _("They name no sectors; their recorded deals in %(what)s: %(count)d of %(deals)d"),
    "sector_spoken": _("They name no sectors, but their description may be about %(what)s"),
    "sector_unspoken": _("They name no sectors; their description may be about %(near)s"),
    "stage_in": ngettext_lazy(
        "%(what)s is the stage they look for", "%(what)s is one of their %(count)d stages", "count"
    ),
    "stage_like": _("%(what)s is comparable to %(near)s, a stage they look for"),
    "stage_next": _("%(what)s is one step from %(near)s, a stage they look for"),
    "stage_out": _("%(what)s is not one of their stages"),
    "stage_record": _("They name no stages; their recorded deals at %(what)s: %(count)d of %(deals)d"),
    "place_in": _("They look for startups in %(what)s"),
    "place_within": _("%(what)s is in %(near)s, where they look for startups"),
    "place_province": _("%(near)s, where they look for startups, is in %(province)s too"),
    "place_also_in": _(
        "Your main location, %(home)s, is not one of theirs, but you also work in %(what)s, which is"
    ),
    "place_also_within": _(
        "Your main location, %(home)s, is not one of theirs, but you also work in %(near)s (%(what)s), "
        "which is"
    ),
    "place_also_province": _(
        "Your main location, %(home)s, is not one of theirs, but you also work in %(province)s, where one "
        "of their locations is: %(near)s"
    ),
    "place_out": _("%(what)s is not one of their locations"),
    "place_record": _("They name no locations; their recorded deals in %(what)s: %(count)d of %(deals)d"),
    "ticket_meets": _("Their ticket size (%(ticket)s) fits your round (%(round)s)"),
    "ticket_may_meet": _("Their ticket size (%(ticket)s) may fit your round (%(round)s)"),
    "ticket_close": _("Their ticket size (%(ticket)s) is close to your round (%(round)s)"),
    "ticket_no_money": _(
        "Their ticket size (%(ticket)s) fits your round (%(round)s), but you share no partnership type that "
        "involves investment"
    ),
    "ticket_may_no_money": _(
        "Their ticket size (%(ticket)s) may fit your round (%(round)s), but you share no partnership type "
        "that involves investment"
    ),
    "ticket_close_no_money": _(
        "Their ticket size (%(ticket)s) is close to your round (%(round)s), but you share no partnership "
        "type that involves investment"
    ),
    "ticket_below": _("Their largest ticket (%(most)s) is below your round (%(round)s)"),
    "ticket_reaches": _(
        "Their largest ticket (%(most)s) reaches the lower end of your round (%(round)s) at most"
    ),
    "ticket_above": _("Their smallest ticket (%(least)s) is above your round (%(round)s)"),
    "ticket_begins": _(
        "Their smallest ticket (%(least)s) begins at the upper end of your round (%(round)s) or above"
    ),
    "no_round": _("You are not raising money, so the ticket size does not matter"),
    "round_hidden": _(
        "You do not show your round to partners before both are interested, so it does not count"
    ),
    "needs_all": _("They offer what you need: %(what)s"),
    "needs_some": _("They offer %(met)d of the %(count)d things you need: %(what)s"),
    "needs_none": _("They offer nothing of what you need: %(what)s"),
    "needs_all_apart": _(
        "They offer what you need, but your sectors and descriptions differ, so it counts less: %(what)s"
    ),
    "needs_some_apart": _(
        "They offer %(met)d of the %(count)d things you need, but your sectors and descriptions differ, so "
        "it counts less: %(what)s"
    ),
    "forms_needed": _("They accept %(what)s, which counts because you need %(need)s"),
    "forms_refused": _("One of you excludes every partnership type that the other states"),
    "deals": ngettext_lazy(
        "They have %(count)d recorded deal", "They have %(count)d recorded deals", "count"
    ),
    "no_deals": _("They have no recorded deals"),
    "deals_left_out": _("The partner has not stated this"),
    "record_at": _("their recorded deals at this stage: %(count)d of %(deals)d"),
    "record_in": _("their recorded deals there: %(count)d of %(deals)d"),
    "record_lowers": ngettext_lazy(
        "their %(deals)d recorded deal lowers the points",
        "their %(deals)d recorded deals lower the points",
        "deals",
    ),
}

SENTENCES: dict[Side, dict[str, Promise]] = {Side.INVESTOR: FOR_INVESTORS, Side.STARTUP: FOR_STARTUPS}
# Codes that name one term, and what is added to them of the investor's recorded deals.
COUNTED = {"sector_in": "record_in", "stage_in": "record_at", "place_in": "record_in"}
