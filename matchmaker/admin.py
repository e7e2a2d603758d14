"""Records for operators, for reading; what is said in confidence is left out."""

from matchmaker import models
from profiles.admin import OF_A_COMPANY, show_records

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
    models.ScreeningName, columns="list_code entry name imported_at", search="entry name", filters="list_code"
)
# That a curator decided about a resembling name; which name and why is the curators' own.
show_records(
    models.ScreeningCandidate,
    columns="list_code found_at decided_by decided_at",
    search="list_code",
    filters="list_code",
    fields=("list_code", "found_at", "decided_by", "decided_at"),
)


ACT = "side startup investor by at"
STEP = "act source target side by at"
MESSAGE = f"{ACT} state file_kind file_size"
OF_AN_INTRODUCTION = " ".join(f"introduction__{name}" for name in OF_A_COMPANY.split())
OF_A_MEETING = " ".join(f"meeting__{name}" for name in OF_AN_INTRODUCTION.split())

# --- Decisions, without the company's own note ------------------------------------------------------
show_records(
    models.ShortlistEntry,
    models.Interest,
    columns=ACT,
    search=OF_A_COMPANY,
    filters="side",
    exclude=("note",),
)
show_records(
    models.Pass,
    columns="side startup investor reason by at",
    search=OF_A_COMPANY,
    filters="side reason",
    exclude=("note",),
)
show_records(
    models.CuratorOverride,
    columns="kind startup investor by at expires_on released_at",
    search=OF_A_COMPANY,
    filters="kind",
)
# When startups asked what would change their list; the answer is theirs.
show_records(
    models.Advice,
    columns="startup asked_at answered_at",
    search="startup__name_en startup__public_id",
    fields=("startup", "asked_at", "answered_at"),
)
show_records(models.DigestEntry, columns="user startup investor at", search="user__email")

# --- Introductions and meetings, without where two companies meet and what they answer afterwards ---
show_records(
    models.Introduction,
    columns="startup investor asked_by state asked_at answered_at closes_at",
    search=OF_A_COMPANY,
    filters="state asked_by",
    exclude=("why", "purpose", "next_step", "line", "answer_purpose", "answer_next_step"),
)
show_records(
    models.IntroductionStep, columns=f"introduction {STEP}", search=OF_AN_INTRODUCTION, filters="act"
)
show_records(
    models.Meeting,
    columns="introduction state proposed_by starts_at ends_at",
    search=OF_AN_INTRODUCTION,
    filters="state",
    exclude=("call_address",),
)
show_records(models.MeetingStep, columns=f"meeting {STEP}", search=OF_A_MEETING, filters="act")
show_records(models.MeetingSlot, columns="meeting starts_at minutes", search=OF_A_MEETING)
show_records(
    models.MeetingReply, columns="meeting side at", search=OF_A_MEETING, filters="side", exclude=("answer",)
)

# --- What a side says, which is the two sides' own, or the curators' to read ------------------------
show_records(
    models.Message,
    columns=MESSAGE,
    search=OF_A_COMPANY,
    filters="side state file_kind",
    fields=(*MESSAGE.split(), "delivered_at"),
)
show_records(
    models.MessageReport,
    models.CompanyBlock,
    models.CheckAnswer,
    models.DisclosureRequest,
    models.FairTerms,
    columns=ACT,
    search=OF_A_COMPANY,
    filters="side",
    fields=tuple(ACT.split()),
)
show_records(models.LastRead, columns="introduction user up_to", search="user__email")
