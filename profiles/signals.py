"""The one signal: a profile has changed. A mere nudge; the rows are the truth."""

from django.dispatch import Signal

# Sent inside the transaction of the change, with `side` (Side) and `pk`.
profile_changed = Signal()
