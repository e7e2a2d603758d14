"""Programmes of the demonstration, of each kind and in different states."""

from datetime import datetime, timedelta
from typing import Any

from matchmaker.events.programmes.selectors.applications import Applicant
from matchmaker.events.programmes.services import applications, hosts, outcomes, programmes
from matchmaker.lab.demo.companies import Row, codes, demo_company
from matchmaker.lab.demo.part import Part
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ApplicantKind, ProgrammeApplicationAct, ProgrammeState
from profiles.models import Place, Sector, Stage
from profiles.models.profile import public_id_of
from profiles.people.accounts.selectors import demo_accounts
from profiles.people.accounts.services import accounts

HOUR = timedelta(hours=1)


def organise(row: Row, at: datetime, now: datetime) -> None:
    by = accounts.system_account(accounts.DEMO, at=at, is_demo=True)
    curator = demo_accounts("curator").get()
    host = demo_company(row["side"], row["host"]) if row["host"] else None
    programme = programmes.write_programme(host, values=values_of(row, now), by=by, at=at)
    state = ProgrammeState(row["state"])
    if state == ProgrammeState.DRAFT:
        return
    programmes.submit_programme(programme, by=by, at=at)
    if state == ProgrammeState.REVIEW:
        return
    programmes.approve_programme(programme, by=curator, at=at + HOUR, version_read=None)
    other = accounts.system_account(accounts.DEMO_OTHER, at=at, is_demo=True)
    if row["co_host"]:
        hosts.ask_host(programme, email=other.email, by=by, at=at + HOUR)
        company = demo_company("investor", row["co_host"])
        hosts.accept_host(programme.hosts.get(), company, by=other, at=at + HOUR)
    apply_all(programme, row, by=by, at=at + 2 * HOUR)
    programme.refresh_from_db()
    if state in (ProgrammeState.RUNNING, ProgrammeState.FINISHED) and programme.apply_by:
        programmes.close_programme(programme, by=by, at=programme.apply_by)
        programmes.start_programme(programme, by=by, at=programme.starts_at or now)
    if state == ProgrammeState.FINISHED:
        programmes.finish_programme(programme, by=by, at=programme.ends_at or now)
        say_outcomes(programme, row, by=by, other=other)


def apply_all(programme: Programme, row: Row, *, by: Any, at: datetime) -> None:
    for part in filter(None, row["applications"].split("|")):
        kind, slug, answer, decision = part.split(":")
        person = demo_accounts(slug).get() if kind == ApplicantKind.PERSON else None
        company = None if person else demo_company(kind, slug)
        applicant = Applicant(ApplicantKind(kind), company, person)
        kwargs: dict[str, Any] = {"answers": [answer], "is_final": True}
        made = applications.write_application(programme, applicant, **kwargs, by=person or by, at=at)
        if decision:
            reason = row["reason"] if decision == ProgrammeApplicationAct.DECLINE else ""
            applications.decide(made, ProgrammeApplicationAct(decision), reason=reason, by=by, at=at + HOUR)


def say_outcomes(programme: Programme, row: Row, *, by: Any, other: Any) -> None:
    programme.refresh_from_db()
    ended = programme.ended_at or programme.written_at
    for part in filter(None, row["outcomes"].split("|")):
        mine, whom, kind, words, answer, objection = part.split(":")
        sides = [
            programme.applications.get(startup=demo_company("startup", slug)) if slug else None
            for slug in (mine, whom)
        ]
        values = {"kind": kind, "words": words, "happened_on": ended.date()}
        made = outcomes.record_outcome(
            programme, mine=sides[0], whom=sides[1], values=values, by=by, at=ended + HOUR
        )
        if answer:
            outcomes.answer_outcome(made, objection=objection, by=other, at=ended + 2 * HOUR)


def values_of(row: Row, now: datetime) -> dict[str, Any]:
    day = now.replace(hour=4, minute=0, second=0, microsecond=0)
    english, urdu, chinese = row["question"].split("|")
    return {
        **{name: row[name] for name in row if name.startswith(("title_", "text_"))},
        **{name: row[name] for name in ("kind", "organisers", "who_pays", "time_zone", "venue")},
        "public_id": public_id_of("programme", row["slug"]),
        "apply_by": day + timedelta(days=int(row["apply_in_days"])),
        "starts_at": day + timedelta(days=int(row["starts_in_days"])),
        "ends_at": day + timedelta(days=int(row["ends_in_days"]), hours=8),
        "place": Place.objects.filter(code=row["place"]).first(),
        "is_online": row["is_online"] == "yes",
        "is_mixed": row["is_mixed"] == "yes",
        "languages": codes(row["languages"]),
        "applicants": codes(row["applicants"]),
        "sectors": list(Sector.objects.filter(code__in=codes(row["sectors"]))),
        "stages": list(Stage.objects.filter(code__in=codes(row["stages"]))),
        "place_count": int(row["place_count"]),
        "data_classes": codes(row["data_classes"]),
        "questions": [{"en": english, "ur": urdu, "zh": chinese, "required": True}],
    }


PART = Part("demo_programmes", Programme.objects.filter(is_demo=True), organise, 40)
