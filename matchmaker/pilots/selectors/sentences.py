"""What is said of a pilot and a company, where that is not what is said of two companies.

The partner reads the first of two, the startup the second, whichever of them is the host.
"""

from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.matches.selectors.sentence_kinds import SentenceKind
from matchmaker.matches.selectors.sentences import Sentences

OF_PARTNERS: Sentences = {
    SentenceKind.STARTUP_STATES_NONE: (
        _("The startup does not state it, or does not show it"),
        _("You do not state it"),
    ),
    SentenceKind.PARTNER_STATES_NONE: (_("The pilot does not state it"), _("The pilot does not state it")),
    SentenceKind.SECTOR_IN: (
        _("%(what)s, its main field, is a field of the pilot"),
        _("The pilot is in %(what)s, your main field"),
    ),
    SentenceKind.SECTOR_WITHIN: (
        _("%(what)s, its main field, is part of %(near)s, a field of the pilot"),
        _("%(what)s, your main field, is part of %(near)s, a field of the pilot"),
    ),
    SentenceKind.SECTOR_SECOND: (
        _("%(what)s, one of its fields, is a field of the pilot; its main field, %(main)s, is not"),
        _("%(what)s, one of your fields, is a field of the pilot; your main field, %(main)s, is not"),
    ),
    SentenceKind.SECTOR_SECOND_WITHIN: (
        _(
            "%(what)s, one of its fields, is part of %(near)s, a field of the pilot; "
            "its main field, %(main)s, is not"
        ),
        _(
            "%(what)s, one of your fields, is part of %(near)s, a field of the pilot; "
            "your main field, %(main)s, is not"
        ),
    ),
    SentenceKind.SECTOR_NEAR: (
        _("%(what)s is close to %(near)s, a field of the pilot"),
        _("%(what)s is close to %(near)s, a field of the pilot"),
    ),
    SentenceKind.SECTOR_RELATED: (
        _("%(what)s is related to %(near)s, a field of the pilot"),
        _("%(what)s is related to %(near)s, a field of the pilot"),
    ),
    SentenceKind.SECTOR_BESIDE: (
        _("%(what)s is no field of the pilot; %(near)s is, and both are fields of %(wide)s"),
        _("The pilot is not in %(what)s, but in %(near)s; both are fields of %(wide)s"),
    ),
    SentenceKind.SECTOR_OUT: (
        _("%(what)s is no field of the pilot"),
        _("The pilot is not in %(what)s"),
    ),
    SentenceKind.PLACE_IN: (_("It works in %(what)s, where the pilot runs"), _("The pilot runs in %(what)s")),
    SentenceKind.PLACE_WITHIN: (
        _("It works in %(what)s, within %(near)s, where the pilot runs"),
        _("The pilot runs in %(near)s, and you work in %(what)s"),
    ),
    SentenceKind.PLACE_PROVINCE: (
        _("It works in %(province)s, where the pilot runs too, in %(near)s"),
        _("You work in %(province)s, where the pilot runs too, in %(near)s"),
    ),
    SentenceKind.PLACE_ALSO: (
        _(
            "%(home)s, its home, is not the pilot’s place, "
            "but it also works in %(what)s, where the pilot runs"
        ),
        _(
            "%(home)s, your home, is not the pilot’s place, "
            "but you also work in %(what)s, where the pilot runs"
        ),
    ),
    SentenceKind.PLACE_ALSO_WITHIN: (
        _(
            "%(home)s, its home, is not the pilot’s place, "
            "but it also works in %(what)s, within %(near)s, where the pilot runs"
        ),
        _(
            "%(home)s, your home, is not the pilot’s place, "
            "but you also work in %(what)s, within %(near)s, where the pilot runs"
        ),
    ),
    SentenceKind.PLACE_ALSO_PROVINCE: (
        _(
            "%(home)s, its home, is not the pilot’s place, "
            "but it also works in %(province)s, where the pilot runs, in %(near)s"
        ),
        _(
            "%(home)s, your home, is not the pilot’s place, "
            "but you also work in %(province)s, where the pilot runs, in %(near)s"
        ),
    ),
    SentenceKind.PLACE_OUT: (
        _("%(what)s, where it works, is not the pilot’s place"),
        _("%(what)s, where you work, is not the pilot’s place"),
    ),
    SentenceKind.NEEDS_ALL: (
        _("The pilot gives what it needs: %(what)s"),
        _("The pilot gives what you need: %(what)s"),
    ),
    SentenceKind.NEEDS_SOME: (
        _("The pilot gives %(met)d of the %(count)d things it needs: %(what)s"),
        _("The pilot gives %(met)d of the %(count)d things you need: %(what)s"),
    ),
    SentenceKind.NEEDS_NONE: (
        _("The pilot gives nothing of what it needs: %(what)s"),
        _("The pilot gives nothing of what you need: %(what)s"),
    ),
    SentenceKind.FORMS_BOTH: (_("It looks for pilots"), _("You look for pilots")),
    SentenceKind.FORMS_NONE: (
        _("It names forms of partnership, but no pilot"),
        _("You name forms of partnership, but no pilot"),
    ),
}
# What a startup's pilot needs, and where it lies, need not be what the startup says of itself.
OF_STARTUPS: Sentences = {
    SentenceKind.STARTUP_STATES_NONE: (_("The pilot does not state it"), _("The pilot does not state it")),
    SentenceKind.SECTOR_SECOND: (
        _("%(what)s, a field of the pilot, is in your thesis; the main field of the pilot, %(main)s, is not"),
        _(
            "They look for startups in %(what)s, a field of the pilot; "
            "they do not name its main field, %(main)s"
        ),
    ),
    SentenceKind.SECTOR_SECOND_WITHIN: (
        _(
            "%(what)s, a field of the pilot, is part of %(near)s, which is in your thesis; "
            "the main field of the pilot, %(main)s, is not"
        ),
        _(
            "%(what)s, a field of the pilot, is part of %(near)s, which they look for; "
            "the main field of the pilot, %(main)s, is not"
        ),
    ),
    SentenceKind.NEEDS_ALL: (
        _("You offer what the pilot needs: %(what)s"),
        _("They offer what the pilot needs: %(what)s"),
    ),
    SentenceKind.NEEDS_SOME: (
        _("You offer %(met)d of the %(count)d things the pilot needs: %(what)s"),
        _("They offer %(met)d of the %(count)d things the pilot needs: %(what)s"),
    ),
    SentenceKind.NEEDS_NONE: (
        _("You offer nothing of what the pilot needs: %(what)s"),
        _("They offer nothing of what the pilot needs: %(what)s"),
    ),
    SentenceKind.FORMS_BOTH: (_("You look for pilots"), _("They look for pilots")),
    SentenceKind.FORMS_NONE: (
        _("You name forms of partnership, but no pilot"),
        _("They name forms of partnership, but no pilot"),
    ),
}
SENTENCES_OF = {Side.INVESTOR: OF_PARTNERS, Side.STARTUP: OF_STARTUPS}  # by the side of the host
