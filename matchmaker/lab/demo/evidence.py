"""Evidence of the demonstration's companies. Every document says on itself that it is none."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from matchmaker.choices import Side
from matchmaker.deals.evidence.services import endorse
from matchmaker.lab.demo.companies import Row, demo_company, speaker_of
from matchmaker.lab.demo.part import Part
from matchmaker.models.introduction import Introduction, IntroductionState
from profiles.choices import EvidenceClaim, FileKind
from profiles.companies.evidence import services
from profiles.integrations.file_checking import SentFile
from profiles.models import Evidence
from profiles.people.accounts.selectors import demo_accounts
from profiles.platform.files import services as files

WORDS = "DEMONSTRATION\nThis is not a real document.\n{title}"


def show(row: Row, at: datetime, now: datetime) -> None:
    company, claim = demo_company(row["side"], row["company"]), EvidenceClaim(row["claim"])
    kwargs: dict[str, Any] = {"by": speaker_of(company, at=at), "at": at}
    match row["act"]:
        case "domain":
            proof = services.begin_domain(company, **kwargs)
            services.prove_by_mail(company, link=services.link_of(proof), **kwargs)
        case "endorse":
            talk = Introduction.objects.filter(
                investor=company,
                startup=demo_company("startup", row["other"]),
                state=IntroductionState.MUTUAL,
            )
            for introduction in talk:
                endorse(introduction, claim=claim, side=Side(row["side"]), **kwargs)
        case kind:
            days = row["issued_days_ago"], row["valid_days"]
            issued, valid = (timedelta(days=int(day)) if day else None for day in days)
            evidence = services.add(
                company,
                claim=claim,
                title=row["title"],
                issued_on=(now - issued).date() if issued else None,
                expires_on=(at + valid).date() if valid else None,
                url="" if kind == "document" else "https://registry.example/demo",
                file=document(row["title"]) if kind == "document" else None,
                **kwargs,
            )
            while files.check_next(at=at):
                pass
            if kind != "waiting":
                services.mark_seen(evidence, by=demo_accounts("curator").get(), at=at)


def document(title: str) -> SentFile:
    page = Image.new("L", (800, 400), "white")
    ImageDraw.Draw(page).multiline_text((60, 120), WORDS.format(title=title), font_size=40)
    content = BytesIO()
    page.save(content, "PNG")
    return SentFile(FileKind.PNG, content.getvalue(), "demo-document.png")


PART = Part("demo_evidence", Evidence.objects.filter(startup__is_demo=True), show, 30)
