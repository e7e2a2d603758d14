"""What is said of a partner's pilot and a startup. The host reads the first of two, the startup the second.

Of a pilot of a startup and a partner the sentences of the matches say it (matches/selectors/sentences.py).
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.matches.selectors.sentences import SentenceKind

PILOT_SENTENCES: dict[SentenceKind, tuple[Promise, Promise]] = {
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
        _("The pilot is in %(what)s, one of your fields, but not in your main field, %(main)s"),
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
        _("It works in %(what)s, in the same province as %(near)s, where the pilot runs"),
        _("The pilot runs in %(near)s, in the same province as %(what)s"),
    ),
    SentenceKind.PLACE_ALSO: (
        _("Its home, %(home)s, is elsewhere, but it also works in %(what)s"),
        _("The pilot is not in %(home)s, your home, but where you also work: %(what)s"),
    ),
    SentenceKind.PLACE_OUT: (
        _("Its home, %(what)s, is in another place than the pilot"),
        _("The pilot runs in another place than %(what)s"),
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
