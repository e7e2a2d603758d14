"""What both sides have in common: two groups, and the stored fields that an owner does not state."""

from django.utils.translation import gettext_lazy as _

from profiles.choices import Audience
from profiles.visibility.fields.declaration import Field, Group

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY

CONTACT = Group("contact", _("Contact person"), MUTUAL, choices=(MUTUAL, NOBODY))
# Whose audience is not chosen, but which its owner can leave out.
DATA = Group(
    "data",
    _("Data card"),
    MATCHED,
    _("Without it, the two data cards cannot be compared."),
    choices=(MATCHED,),
)

KEPT = (
    Field("public_id", None, exported=10),
    Field("name_key", None),
    Field("visibility", None, is_set=True),
    Field("confirmed_on", MATCHED, is_set=True, shown=900),
    Field("status", NOBODY, exported=40),
    Field("submitted_at", NOBODY),
    Field("reviewed_at", NOBODY),
    Field("created_at", NOBODY, exported=70),
    Field("changed_at", NOBODY, exported=80),
    Field("matching_consent", NOBODY),
    Field("withheld", NOBODY),
    Field("paused_at", NOBODY),
    Field("fresh_asked_at", NOBODY),
    Field("stale_at", NOBODY),
    Field("is_demo", MATCHED, exported=60),
)
