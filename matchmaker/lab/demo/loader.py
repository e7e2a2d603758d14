"""What the demonstration's companies have done, by part; each row of a part's CSV file is one act."""

from datetime import datetime, timedelta
from importlib import import_module

from django.db import transaction

from matchmaker.apps import modules_of_capabilities
from matchmaker.choices import AnswerState, MessageState, PassReason, ReportReason, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.fair_dealing import services as fair_dealing
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.deals.introductions.services.decisions import RequestWords, express_interest, pass_on
from matchmaker.deals.meetings import services as meetings
from matchmaker.lab.demo.companies import Row, demo_company, settle_past, speaker_of, table_rows
from matchmaker.lab.demo.part import Part
from matchmaker.models.conversation import Message
from matchmaker.models.fair_dealing import CheckAnswer
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting, MeetingAnswer
from profiles.companies.steps import services as companies
from profiles.models import GovernanceCheck, Investor, Startup
from profiles.people.accounts.services import accounts

DAY = timedelta(days=1)
READ_AFTER = timedelta(hours=4)  # the other side has read a message, and reports a bad one
TIME_TO_FIND_OUT = timedelta(days=30)
MEETING_HOUR = 8  # of the day in UTC: early afternoon in Lahore, late afternoon in Shanghai
SATURDAY = 5


def demo_pair(row: Row) -> tuple[Startup, Investor]:
    return demo_company("startup", row["startup"]), demo_company("investor", row["investor"])


def mutual_introduction(row: Row) -> Introduction | None:
    """Return the introduction of the two companies, unless it has ended since."""
    startup, investor = demo_pair(row)
    mutual = Introduction.objects.filter(state=IntroductionState.MUTUAL)
    return mutual.filter(startup=startup, investor=investor).first()


def decide(row: Row, at: datetime, now: datetime) -> None:
    (startup, investor), side = demo_pair(row), Side(row["side"])
    by = speaker_of(startup if side is Side.STARTUP else investor, at=at)
    if row["act"] == "pass":
        reason = PassReason[row["reason"].upper()]
        pass_on(startup, investor, side=side, reason=reason, note=row["line"], by=by, at=at)
    elif row["act"] == "shortlist":
        shortlists.shortlist(startup, investor, side=side, note=row["line"], by=by, at=at)
    else:
        words = RequestWords(row["why"] or row["line"], row["purpose"], row["next_step"])
        express_interest(startup, investor, side=side, words=words, by=by, at=at)


def write_message(row: Row, at: datetime, now: datetime) -> None:
    introduction, side = mutual_introduction(row), Side(row["side"])
    if introduction is None:
        return
    by = speaker_of(introduction.company_on(side), at=at)
    if at == now:  # a change that no one has read yet: a curator reads the first message
        companies.edit(introduction.company_on(side), changes={"registrar": "SECP"}, by=by, at=at)
    message = conversations.send_message(introduction, side=side, text=row["text"], by=by, at=at)
    read_at = at + READ_AFTER
    if message.state == MessageState.DELIVERED and read_at <= now:
        other = side.other
        reader = speaker_of(introduction.company_on(other), at=read_at)
        conversations.mark_conversation_read(
            introduction, side=side.other, up_to=message.at, by=reader, at=read_at
        )
        if row["report"]:
            reason = ReportReason(row["report"])
            conversations.report_message(
                message, side=side.other, reason=reason, word=row["word"], by=reader, at=read_at
            )


def deal_fairly(row: Row, at: datetime, now: datetime) -> None:
    (startup, investor), side = demo_pair(row), Side(row["side"])
    by = accounts.system_account(accounts.DEMO, at=at, is_demo=True)
    if row["act"] == "ask":
        fair_dealing.ask_to_disclose(startup, investor, side=side, by=by, at=at)
    elif row["act"] == "terms":
        pairs = (cell.split("=") for cell in row["text"].split(";"))
        values = {name: int(value) if value.isdigit() else value for name, value in pairs}
        written = fair_dealing.write_terms(startup, investor, side=side, values=values, by=by, at=at)
        version = written.version
        fair_dealing.open_terms(startup, investor, version=version, side=side, by=by, at=at)
    else:
        is_known = row["act"] == "answer"
        fair_dealing.answer_check(
            GovernanceCheck.objects.get(code=row["check"]),
            startup,
            investor,
            side=side,
            values={
                "state": AnswerState.ANSWERED if is_known else AnswerState.NOT_YET_KNOWN,
                "text": row["text"] if is_known else "",
                "finder": "" if is_known else row["text"],
                "due_on": None if is_known else (at + TIME_TO_FIND_OUT).date(),
            },
            by=by,
            at=at,
        )


def meet(row: Row, at: datetime, now: datetime) -> None:
    introduction = mutual_introduction(row)
    if introduction is None:
        return
    asks, takes = (speaker_of(company, at=now) for company in demo_pair(row))
    day = now + int(row["in_days"]) * DAY
    starts_at = day.replace(hour=MEETING_HOUR, minute=0, second=0, microsecond=0)
    while starts_at > now and starts_at.weekday() >= SATURDAY:
        starts_at += DAY
    meeting = meetings.propose(
        introduction,
        times=[starts_at],
        minutes=30,
        side=Side.STARTUP,
        by=asks,
        at=at,
        call_address=row["call_address"],
    )
    slot = meeting.slots.get().pk
    meetings.take_time(meeting, slot=slot, side=Side.INVESTOR, by=takes, at=at + DAY)
    if starts_at < now:
        meetings.end_past(at=starts_at + DAY / 24)
        meeting.refresh_from_db()
        replied_at = starts_at + DAY / 12
        meetings.reply(meeting, answer=MeetingAnswer.GO_ON, side=Side.STARTUP, by=asks, at=replied_at)


OF_STARTUPS = {"startup__is_demo": True}
OF_CAPABILITIES = {
    module.split(".")[-1]: import_module(module).PART
    for module in modules_of_capabilities("matchmaker.lab.demo.{name}")
}
PARTS = {
    "introductions": Part("demo_requests", Introduction.objects.filter(**OF_STARTUPS), decide),
    "messages": Part("demo_messages", Message.objects.filter(**OF_STARTUPS), write_message),
    "dealings": Part("demo_dealings", CheckAnswer.objects.filter(**OF_STARTUPS), deal_fairly),
    **dict(sorted(OF_CAPABILITIES.items(), key=lambda item: item[1].position)),
    "meetings": Part("demo_meetings", Meeting.objects.filter(introduction__startup__is_demo=True), meet),
}


@transaction.atomic
def load(part: Part, *, at: datetime) -> int:
    """Do the part's acts, the oldest first because limits count in order of time, unless they were done."""
    if part.made.exists():
        return 0
    rows = sorted(table_rows(part.table), key=age, reverse=True)
    for row in rows:
        part.act(row, at - age(row), at)
    settle_past(at=at)
    return len(rows)


def age(row: Row) -> timedelta:
    return timedelta(hours=int(row["hours_ago"]))
