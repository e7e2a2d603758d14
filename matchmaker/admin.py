"""Read-only records for operators, without confidential fields."""

from matchmaker import models
from profiles.admin import AS_LISTED, OF_A_COMPANY, show_records

show_records(
    models.Ranking, "side profile_id size weights_version engine_version computed_at", "profile_id", "side"
)
show_records(
    models.MachineTranslation,
    "startup investor target at",
    "startup__name_en investor__name_en",
    "target",
    exclude="text",
)
show_records(models.RankingClock, "pk revision", "revision")
# Which descriptions and fields' words are embedded, with which model.
show_records(models.TextVector, "side profile_id model_version", "profile_id model_version", "side")
show_records(models.SectorVector, "sector model_version", "sector__code model_version")
# Which fields the descriptions of startups speak of that name none.
show_records(models.InferredSector, "startup sector position", "startup__name_en sector__code")
show_records(models.ThesisInferredSector, "thesis sector position", "thesis__investor__name_en sector__code")
show_records(models.Market, "pk startups investors made_at", "engine_version")
show_records(
    models.RankingJob,
    "side profile_id requested_version completed_version attempts parked_at requested_at",
    "profile_id error",
    "side",
)
# Without what a run found of attention, which the desk shows by name.
show_records(
    models.RankingRun,
    "pk state reason asked_at finished_at changed_rows",
    "reason error",
    "state",
    exclude="unseen",
    unread="unseen",
)
# New versions of the weights are applied at the desk.
show_records(models.Weights, "pk note by at", "note")
show_records(models.ReportRun, "pk state by asked_at finished_at", "error", "state")
# Counts only: no row names a company.
show_records(models.ReportRow, "run report group key", "key", "report")
# Terms of profiles are no records: the profiles themselves are. Saved searches are their person's own.
show_records(
    models.SearchEntry, "kind startup investor indexed_at", "startup__name_en investor__name_en", "kind"
)
show_records(models.SearchTerm, "term kind audience weight", "term", "kind")
show_records(models.SearchWord, "term audience uses", "term")
show_records(models.SavedSearch, "user page created_at checked_at", "user__email", "page", fields=AS_LISTED)
# Whose programs read, and what; never the token.
show_records(models.ApiToken, "user scopes created_at expires_at used_at", "user__email", fields=AS_LISTED)
show_records(models.Heartbeat, "name at error", "name error")
show_records(models.Worker, "name queues seen_at", "name")
show_records(models.ScreeningName, "list_code entry name imported_at", "entry name", "list_code")
# That a curator decided about a resembling name; which name and why is the curators' own.
show_records(
    models.ScreeningCandidate,
    "list_code found_at decided_by decided_at",
    "list_code",
    "list_code",
    fields=AS_LISTED,
)


ACT = "side startup investor by at"
STEP = "act source target side by at"
MESSAGE = f"{ACT} state file"
OF_AN_INTRODUCTION = " ".join(f"introduction__{name}" for name in OF_A_COMPANY.split())
OF_A_MEETING = " ".join(f"meeting__{name}" for name in OF_AN_INTRODUCTION.split())
OF_AN_OUTCOME = " ".join(f"outcome__{name}" for name in OF_AN_INTRODUCTION.split())
OF_A_STAGE = " ".join(f"stage__{name}" for name in OF_AN_INTRODUCTION.split())

# --- Decisions, without the company's own note ------------------------------------------------------
OF_THE_TEAM = "note next_step due_on remind_at in_charge rating"
for act in (models.ShortlistEntry, models.Interest):
    show_records(act, ACT, OF_A_COMPANY, "side", exclude=OF_THE_TEAM)
show_records(models.Pass, "side startup investor reason by at", OF_A_COMPANY, "side reason", exclude="note")
show_records(
    models.CuratorOverride, "kind startup investor by at expires_on released_at", OF_A_COMPANY, "kind"
)
# The address of what someone looks for may name a person.
show_records(models.SavedView, "user name at", "user__email", fields=AS_LISTED)
# When startups asked what would change their list; the answer is theirs.
show_records(
    models.Advice, "startup asked_at answered_at", "startup__name_en startup__public_id", fields=AS_LISTED
)
show_records(models.DigestEntry, "user startup investor at", "user__email")
show_records(models.Look, "user startup investor at", "user__email")

# --- Introductions and meetings, without where two companies meet and what they answer afterwards ---
show_records(
    models.Introduction,
    "startup investor asked_by state asked_at answered_at closes_at",
    OF_A_COMPANY,
    "state asked_by",
    exclude="why purpose next_step line answer_purpose answer_next_step",
)
show_records(models.IntroductionStep, f"introduction {STEP}", OF_AN_INTRODUCTION, "act")
show_records(
    models.Meeting,
    "introduction state proposed_by starts_at ends_at",
    OF_AN_INTRODUCTION,
    "state",
    exclude="call_address",
)
show_records(models.MeetingStep, f"meeting {STEP}", OF_A_MEETING, "act")
show_records(models.MeetingSlot, "meeting starts_at minutes", OF_A_MEETING)
show_records(models.AvailableHours, "membership time_zone minutes", "membership__user__email")
show_records(models.AvailableDay, "hours weekday begins ends", "hours__membership__user__email")
show_records(models.DayOff, "hours first_on last_on", "hours__membership__user__email")
show_records(models.MeetingReply, "meeting side at", OF_A_MEETING, "side", exclude="answer")

show_records(
    models.IntroductionStage,
    "introduction kind state proposed_by since_on proposed_at",
    OF_AN_INTRODUCTION,
    "kind state",
    exclude="next_step objection amount stake_pct",
)
show_records(models.StageStep, f"stage {STEP}", OF_A_STAGE, "act")
show_records(
    models.IntroductionOutcome,
    "introduction kind state recorded_by happened_on at",
    OF_AN_INTRODUCTION,
    "kind state",
    exclude="words objection amount factors",
)
show_records(models.OutcomeStep, f"outcome {STEP}", OF_AN_OUTCOME, "act")
show_records(
    models.OutcomeQuestion, "introduction side asked_rounds answered_rounds", OF_AN_INTRODUCTION, "side"
)

# --- What a side says, which is the two sides' own, or the curators' to read ------------------------
show_records(models.Message, MESSAGE, OF_A_COMPANY, "side state", fields=f"{MESSAGE} delivered_at")
for record in (
    models.MessageReport,
    models.CompanyBlock,
    models.EvidenceGrant,
    models.CheckAnswer,
    models.DisclosureRequest,
    models.FairTerms,
):
    show_records(record, ACT, OF_A_COMPANY, "side", fields=AS_LISTED)
show_records(models.ReplyAddress, "introduction user expires_at", "user__email", exclude="fingerprint email")
show_records(models.ReceivedReply, "outcome verdict at", "verdict", "outcome", exclude="fingerprint")
show_records(models.LastRead, "introduction user up_to", "user__email")

# --- Decks: which there are, never what their pages say ----------------------------------------------
show_records(models.Deck, "startup current may_download at", "startup__name_en")
show_records(models.DeckVersion, "deck number state fault page_count at", "deck__startup__name_en", "state")
show_records(
    models.DeckPage, "version number width height", "version__deck__startup__name_en", exclude="text"
)
show_records(models.DeckAccess, "startup investor asked_at until is_closed", OF_A_COMPANY, "is_closed")
show_records(models.DeckCopy, "version investor at pages_done has_failed", "investor__name_en", "has_failed")
show_records(models.DeckOpening, "version investor user number at", "investor__name_en user__email")
