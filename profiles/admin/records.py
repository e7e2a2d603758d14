"""What the product writes and nobody edits: reviews, consents, mails, the audit trail."""

from profiles import models
from profiles.admin.base import show_records

OF_A_COMPANY = "startup__name_en startup__public_id investor__name_en investor__public_id"

show_records(
    models.AuditRecord, columns="at actor action subject", search="subject actor__email", filters="action"
)
show_records(models.AuditHead, columns="pk length hash", search="hash")
show_records(
    models.Consent,
    columns="startup investor group purpose text_version given_at withdrawn_at",
    search=OF_A_COMPANY,
    filters="purpose",
)
# Who read which group of fields of whose profile.
show_records(
    models.Receipt,
    columns="seen_on startup investor side group is_blind",
    search=OF_A_COMPANY,
    filters="side group",
)
# The outcome; what is said to the company is at the desk.
show_records(
    models.Review,
    columns="startup investor outcome decided_by decided_at",
    search=OF_A_COMPANY,
    filters="outcome",
    exclude=("message", "reasons"),
)
# Partly used up; networks and addresses stand there as fingerprints.
show_records(models.LimitBucket, columns="key full_at", search="key", ordering=("-full_at", "pk"))
show_records(models.Notice, columns="kind user created_at read_at", search="user__email", filters="kind")
# Without the token that stops them.
show_records(
    models.MailSwitch,
    columns="user category rhythm",
    search="user__email",
    filters="category rhythm",
    fields=("user", "category", "rhythm"),
)
show_records(models.StoppedAddress, columns="email reason at", search="email reason")
# Without the words that people have typed and not saved yet.
show_records(
    models.FormDraft,
    columns="path user saved_at",
    search="user__email path",
    fields=("user", "path", "saved_at"),
)
# Without their words: these may hold links that sign somebody in.
SENT = ("kind", "recipient", "language", "created_at", "due_at", "attempts", "sent_at", "parked_at")
show_records(
    models.OutboxMail,
    columns="kind recipient created_at due_at attempts sent_at parked_at",
    search="recipient last_error",
    filters="kind",
    fields=(*SENT, "last_error"),
    unread=("subject", "body"),
)
