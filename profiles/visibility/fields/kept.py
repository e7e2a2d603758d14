"""What every profile keeps beside what its owner states."""

from profiles.choices import Audience
from profiles.visibility.fields.declaration import Field

MATCHED, NOBODY = Audience.MATCHED, Audience.NOBODY

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
