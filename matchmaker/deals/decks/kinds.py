"""What decks send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.audit_actions import Sentence, register_action
from profiles.companies.steps.kinds import PROFILE
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

own = partial(register_notice, category=PROFILE)
between = partial(register_notice, category=REQUESTS)
DECK_READY = own(
    "deck_ready",
    _("Your deck is ready"),
    sentence=_("All pages of your deck are ready. The companies that you allow can read them."),
    act=_("See your deck"),
)
DECK_REFUSED = own(
    "deck_refused",
    _("Your deck was not accepted"),
    sentence=_("We could not use your deck. You can read the reason on the site."),
    act=_("See why"),
)
DECK_INSPECTED = own(
    "deck_inspected",
    _("A curator opened your deck"),
    sentence=_("A curator has opened the pages of your deck and has given the reason."),
    act=_("See the reason"),
)
DECK_ASKED = between(
    "deck_asked",
    _("A company asks to read your deck"),
    sentence=_("A company asks to read your deck."),
    act=_("Decide"),
    body=_("A company asks to read the deck of %(company)s. You can allow it for some days or decline."),
)
DECK_ALLOWED = between(
    "deck_allowed",
    _("You can read a deck"),
    sentence=_("A startup lets your company read its deck."),
    act=_("Read the deck"),
    body=_("A startup lets %(company)s read its deck for some days."),
)
DECK_DECLINED = between(
    "deck_declined",
    _("Your request to read a deck was declined"),
    sentence=_("A startup has declined your request to read its deck."),
    act=_("See its profile"),
)
DECK_LIMIT = register_limit("deck", account=(10, 10), company=(10, 10))
DECK_ACCESS_LIMIT = register_limit("deck_access", account=(60, 60), company=(120, 120), pair=(20, 20))
DECK_SAVE_LIMIT = register_limit("deck_save", account=(5, 5), company=(10, 10))

DECK = register_action(
    "deck",
    _("Decks"),
    Sentence(_("%(who)s sent a deck of %(what)s."), {"done": "sent"}),
    Sentence(_("A deck of %(what)s could not be used."), {"done": "refused"}),
    Sentence(_("The pages of a deck of %(what)s are ready."), {"done": "ready"}),
    Sentence(_("%(who)s removed a version of the deck of %(what)s."), {"done": "removed"}),
    Sentence(_("%(who)s allowed the deck of %(what)s to be downloaded."), {"done": "download on"}),
    Sentence(_("%(who)s no longer allows the deck of %(what)s to be downloaded."), {"done": "download off"}),
    Sentence(_("%(who)s asked to read the deck (%(what)s)."), {"done": "asked"}),
    Sentence(_("%(who)s opened the deck to the other company (%(what)s)."), {"done": "allowed"}),
    Sentence(_("%(who)s declined a request to read the deck (%(what)s)."), {"done": "declined"}),
    Sentence(_("%(who)s closed the deck to the other company (%(what)s)."), {"done": "closed"}),
    Sentence(_("%(who)s began to read the deck (%(what)s)."), {"done": "read"}),
    Sentence(_("%(who)s downloaded the deck (%(what)s)."), {"done": "saved"}),
    Sentence(_("%(who)s opened the deck of %(what)s: “%(reason)s”"), {"done": "inspected"}),
    _("%(who)s changed something about the deck of %(what)s."),
)
