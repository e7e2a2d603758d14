"""What the matching writes: rankings, jobs, runs, weights; and screening lists. For reading."""

from matchmaker import models
from profiles.admin import show_records

show_records(
    models.Ranking,
    columns="side profile_id size weights_version engine_version computed_at",
    search="profile_id",
    filters="side",
)
show_records(models.RankingClock, columns="pk revision", search="revision")
# Which descriptions and fields' words are embedded, with which model.
show_records(
    models.TextVector,
    columns="side profile_id model_version",
    search="profile_id model_version",
    filters="side",
)
show_records(models.SectorVector, columns="sector model_version", search="sector__code model_version")
# Which fields the descriptions of startups speak of that name none.
show_records(models.InferredSector, columns="startup sector position", search="startup__name_en sector__code")
show_records(
    models.ThesisInferredSector,
    columns="thesis sector position",
    search="thesis__investor__name_en sector__code",
)
show_records(models.Market, columns="pk startups investors made_at", search="engine_version")
show_records(
    models.RankingJob,
    columns="side profile_id requested_version completed_version attempts parked_at requested_at",
    search="profile_id error",
    filters="side",
)
# Without what a run found of attention, which the desk shows by name.
show_records(
    models.RankingRun,
    columns="pk state reason asked_at finished_at changed_rows",
    search="reason error",
    filters="state",
    exclude=("unseen",),
    unread=("unseen",),
)
# New versions of the weights are applied at the desk.
show_records(models.Weights, columns="pk note by at", search="note")
show_records(models.Heartbeat, columns="name at error", search="name error")
show_records(
    models.ScreeningName,
    columns="list_code entry name imported_at",
    search="entry name",
    filters="list_code",
)
# That a curator decided about a resembling name; which name and why is the curators' own.
show_records(
    models.ScreeningCandidate,
    columns="list_code found_at decided_by decided_at",
    search="list_code",
    filters="list_code",
    fields=("list_code", "found_at", "decided_by", "decided_at"),
)
