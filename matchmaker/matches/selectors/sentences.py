"""Every sentence that a page says about a pair, in the words of either side.

The first of two is read by the investor or partner, the second by the startup.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from matchmaker.matches.selectors.sentence_kinds import SentenceKind

Sentences = dict[SentenceKind, tuple[Promise, Promise]]
SENTENCES: Sentences = {
    SentenceKind.STARTUP_STATES_NONE: (
        _("The startup does not state it, or does not show it"),
        _("You do not state it"),
    ),
    SentenceKind.PARTNER_STATES_NONE: (
        pgettext_lazy("an investor", "You do not state it"),
        _("The partner does not state it"),
    ),
    SentenceKind.SECTOR_IN: (
        _("%(what)s is in your thesis"),
        pgettext_lazy("a sector", "They look for startups in %(what)s"),
    ),
    SentenceKind.SECTOR_WITHIN: (
        _("%(what)s is part of %(near)s, which is in your thesis"),
        _("%(what)s is part of %(near)s, which they look for"),
    ),
    SentenceKind.SECTOR_WITHIN_ASIDE: (
        _("%(what)s is part of %(near)s, which is in your thesis; your description speaks of %(told)s"),
        _("%(what)s is part of %(near)s, which they look for; their description speaks of %(told)s"),
    ),
    SentenceKind.SECTOR_SECOND: (
        _("%(what)s, one of its fields, is in your thesis; its main field, %(main)s, is not"),
        _(
            "They look for startups in %(what)s, one of your fields; "
            "they do not name your main field, %(main)s"
        ),
    ),
    SentenceKind.SECTOR_SECOND_WITHIN: (
        _(
            "%(what)s, one of its fields, is part of %(near)s, which is in your thesis; "
            "its main field, %(main)s, is not"
        ),
        _(
            "%(what)s, one of your fields, is part of %(near)s, which they look for; "
            "your main field, %(main)s, is not"
        ),
    ),
    SentenceKind.SECTOR_NEAR: (
        _("%(what)s is close to %(near)s, which is in your thesis"),
        _("%(what)s is close to %(near)s, which they look for"),
    ),
    SentenceKind.SECTOR_RELATED: (
        _("%(what)s is related to %(near)s, which is in your thesis"),
        _("%(what)s is related to %(near)s, which they look for"),
    ),
    SentenceKind.SECTOR_BESIDE: (
        _("%(what)s is not in your thesis; %(near)s is, and both are fields of %(wide)s"),
        _("They do not look for %(what)s, but for %(near)s; both are fields of %(wide)s"),
    ),
    SentenceKind.SECTOR_BACKED: (
        ngettext_lazy(
            "%(what)s is not in your thesis, but %(count)d of your deals on record was in it",
            "%(what)s is not in your thesis, but %(count)d of your deals on record were in it",
            "count",
        ),
        ngettext_lazy(
            "%(what)s is not in their thesis, but %(count)d of their deals on record was in it",
            "%(what)s is not in their thesis, but %(count)d of their deals on record were in it",
            "count",
        ),
    ),
    SentenceKind.SECTOR_OUT: (
        _("%(what)s is not in your thesis"),
        _("They do not look for startups in %(what)s"),
    ),
    SentenceKind.SECTOR_RECORD: (
        _("You name no sectors; deals on record in %(what)s: %(count)d of %(deals)d"),
        _("They name no sectors; their deals on record in %(what)s: %(count)d of %(deals)d"),
    ),
    SentenceKind.SECTOR_SPOKEN: (
        _("You name no sectors, but your description speaks of %(what)s"),
        _("They name no sectors, but their description speaks of %(what)s"),
    ),
    SentenceKind.SECTOR_SPOKEN_SECOND: (
        _("Your description speaks of %(what)s, one of its fields, and not of its main field, %(main)s"),
        _("Their description speaks of %(what)s, one of your fields, and not of your main field, %(main)s"),
    ),
    SentenceKind.SECTOR_UNSPOKEN: (
        _("You name no sectors; your description speaks of %(near)s, and not of %(what)s"),
        _("They name no sectors; their description speaks of %(near)s, and not of %(what)s"),
    ),
    SentenceKind.STAGE_IN: (
        ngettext_lazy(
            "%(what)s is the stage you look for", "%(what)s is one of your %(count)d stages", "count"
        ),
        ngettext_lazy(
            "%(what)s is the stage they look for", "%(what)s is one of their %(count)d stages", "count"
        ),
    ),
    SentenceKind.STAGE_LIKE: (
        _("%(what)s is comparable to %(near)s, a stage you look for"),
        _("%(what)s is comparable to %(near)s, a stage they look for"),
    ),
    SentenceKind.STAGE_NEXT: (
        _("%(what)s is one step from %(near)s, a stage you look for"),
        _("%(what)s is one step from %(near)s, a stage they look for"),
    ),
    SentenceKind.STAGE_OUT: (
        _("%(what)s is not one of your stages"),
        _("%(what)s is not one of their stages"),
    ),
    SentenceKind.STAGE_RECORD: (
        _("You name no stages; deals on record at %(what)s: %(count)d of %(deals)d"),
        _("They name no stages; their deals on record at %(what)s: %(count)d of %(deals)d"),
    ),
    SentenceKind.STAGE_UNSCALED: (
        _("%(what)s has no place between early and late, so it counts neither for nor against"),
        _("%(what)s has no place between early and late, so it counts neither for nor against"),
    ),
    SentenceKind.PLACE_IN: (_("%(what)s is among your places"), _("They look for startups in %(what)s")),
    SentenceKind.PLACE_WITHIN: (
        _("%(what)s is in %(near)s, which is among your places"),
        _("%(what)s is in %(near)s, where they look for startups"),
    ),
    SentenceKind.PLACE_PROVINCE: (
        _("%(near)s, which is among your places, is in %(province)s too"),
        _("%(near)s, where they look for startups, is in %(province)s too"),
    ),
    SentenceKind.PLACE_ALSO: (
        _("%(home)s, its home, is not among your places, but %(what)s is, where it also works"),
        _("%(home)s, your home, is not among their places, but %(what)s is, where you also work"),
    ),
    SentenceKind.PLACE_ALSO_WITHIN: (
        _("%(home)s, its home, is not among your places, but %(near)s is, where it also works (%(what)s)"),
        _("%(home)s, your home, is not among their places, but %(near)s is, where you also work (%(what)s)"),
    ),
    SentenceKind.PLACE_ALSO_PROVINCE: (
        _(
            "%(home)s, its home, is not among your places, but %(near)s is, "
            "in %(province)s, where it also works"
        ),
        _(
            "%(home)s, your home, is not among their places, but %(near)s is, "
            "in %(province)s, where you also work"
        ),
    ),
    SentenceKind.PLACE_OUT: (_("%(what)s is not among your places"), _("%(what)s is not among their places")),
    SentenceKind.PLACE_RECORD: (
        _("You name no places; deals on record in %(what)s: %(count)d of %(deals)d"),
        _("They name no places; their deals on record in %(what)s: %(count)d of %(deals)d"),
    ),
    SentenceKind.TICKET_MEETS: (
        _("Your ticket (%(ticket)s) meets its round (%(round)s)"),
        _("Their ticket (%(ticket)s) meets your round (%(round)s)"),
    ),
    SentenceKind.TICKET_BELOW: (
        _("Your largest ticket (%(most)s) is below its round (%(round)s)"),
        _("Their largest ticket (%(most)s) is below your round (%(round)s)"),
    ),
    SentenceKind.TICKET_REACHES: (
        _("Your largest ticket (%(most)s) only reaches the lower end of its round (%(round)s)"),
        _("Their largest ticket (%(most)s) only reaches the lower end of your round (%(round)s)"),
    ),
    SentenceKind.TICKET_ABOVE: (
        _("Your smallest ticket (%(least)s) is above its round (%(round)s)"),
        _("Their smallest ticket (%(least)s) is above your round (%(round)s)"),
    ),
    SentenceKind.TICKET_BEGINS: (
        _("Your smallest ticket (%(least)s) begins where its round (%(round)s) ends"),
        _("Their smallest ticket (%(least)s) begins where your round (%(round)s) ends"),
    ),
    SentenceKind.NO_ROUND: (
        _("It raises no money, so the ticket does not matter"),
        _("You raise no money, so the ticket does not matter"),
    ),
    # To the other side what is hidden reads as what is not stated.
    SentenceKind.ROUND_HIDDEN: (
        _("The startup does not state it, or does not show it"),
        _("You do not show your round to partners before both are interested, so it does not count"),
    ),
    SentenceKind.NEEDS_ALL: (_("You offer what it needs: %(what)s"), _("They offer what you need: %(what)s")),
    SentenceKind.NEEDS_SOME: (
        _("You offer %(met)d of the %(count)d things it needs: %(what)s"),
        _("They offer %(met)d of the %(count)d things you need: %(what)s"),
    ),
    SentenceKind.NEEDS_NONE: (
        _("You offer nothing of what it needs: %(what)s"),
        _("They offer nothing of what you need: %(what)s"),
    ),
    SentenceKind.FORMS_BOTH: (_("You both accept %(what)s"), _("You both accept %(what)s")),
    SentenceKind.FORMS_NONE: (
        _("You have no form of partnership in common"),
        _("You have no form of partnership in common"),
    ),
    SentenceKind.TEXTS_CLOSE: (
        _("Compared by machine, your descriptions are much alike"),
        _("Compared by machine, your descriptions are much alike"),
    ),
    SentenceKind.TEXTS_PARTLY: (
        _("Compared by machine, your descriptions are partly alike"),
        _("Compared by machine, your descriptions are partly alike"),
    ),
    SentenceKind.TEXTS_APART: (
        _("Compared by machine, your descriptions are little alike"),
        _("Compared by machine, your descriptions are little alike"),
    ),
    SentenceKind.DEALS: (
        ngettext_lazy("You have %(count)d deal on record", "You have %(count)d deals on record", "count"),
        ngettext_lazy("They have %(count)d deal on record", "They have %(count)d deals on record", "count"),
    ),
    SentenceKind.NO_DEALS: (_("You have no deal on record"), _("They have no deal on record")),
    SentenceKind.DEALS_LEFT_OUT: (
        _("You have left your deals out of a consent, so none counts"),
        _("The partner does not state it"),
    ),
}


# What the record adds to a thesis: of the deals so many were at the stage, or in the sector or place.
AT_IT = (
    _("your deals on record at it: %(count)d of %(deals)d"),
    _("their deals on record at it: %(count)d of %(deals)d"),
)
IN_IT = (
    _("your deals on record in it: %(count)d of %(deals)d"),
    _("their deals on record in it: %(count)d of %(deals)d"),
)
LOWER = (
    ngettext_lazy(
        "your %(deals)d deal on record lowers the points",
        "your %(deals)d deals on record lower the points",
        "deals",
    ),
    ngettext_lazy(
        "their %(deals)d deal on record lowers the points",
        "their %(deals)d deals on record lower the points",
        "deals",
    ),
)
COUNTED = {
    SentenceKind.SECTOR_IN: IN_IT,
    SentenceKind.STAGE_IN: AT_IT,
    SentenceKind.PLACE_IN: IN_IT,
}  # sentences about one word only
