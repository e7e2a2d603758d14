"""The two signals: a profile has changed, a mail waits. Mere hints; the rows are the truth."""

from django.dispatch import Signal

# Sent inside the transaction of the change, with `side` (Side) and `pk`.
profile_changed = Signal()
# Sent inside the transaction that wrote rows of the outbox.
mail_enqueued = Signal()
