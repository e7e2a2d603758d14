"""What happened to a profile, a mail or a file, for those who may not be imported from here."""

from django.dispatch import Signal

# Sent inside the transaction of the change, with `side` (Side) and `pk`.
profile_changed = Signal()
# Sent with `pk` inside the transaction after which another edit of a profile waits, or none, and nothing else
# has changed: only its people and curators read anything new.
edit_changed = Signal()
# Sent inside the transaction that changed the tree of sectors, with `by` and `at`.
taxonomy_changed = Signal()
# Sent inside the transaction in which many changed, came or went at once, with `side`, `pks` and `at`: what
# follows from it is done for all of them together.
profiles_changed = Signal()
# Sent inside the transaction after which the worker has something to do on an import. A hint.
import_waits = Signal()
# Sent with `user` and `at` inside the transaction after which a person signs in otherwise, or again: what was
# begun before ends.
sign_in_changed = Signal()
# Sent with `user` and `message` inside the transaction that tells a person something.
person_told = Signal()
# Sent with `user` and `at` inside the transaction that closes an account or takes a role of the staff away,
# while the account still has its company or its role.
role_ended = Signal()
# Sent inside the transaction that wrote rows of the outbox.
mail_enqueued = Signal()
# Sent inside the transaction that wrote the row of a file, which waits for its check. A hint.
file_received = Signal()
# Sent with `file`, its new `content` and `at` inside the transaction that ends its check, before the row is
# written. A receiver that has no use for the file any more sets its fault.
file_checked = Signal()
