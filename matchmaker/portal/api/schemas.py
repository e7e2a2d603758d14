"""What the API answers, as OpenAPI describes it. Texts come in the language of Accept-Language."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

ID = "^[0-9a-z]{12}$"
PublicId = Annotated[str, Field(pattern=ID, description="The id, as in the address of the page")]
NextCursor = Annotated[str | None, Field(description="`cursor` of the next page; null on the last one")]
Hundredths = Annotated[int, Field(ge=0, le=100)]


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Fact(Schema):
    """One field of a profile. Fields that are hidden or not stated are left out."""

    field: str
    label: str
    text: str
    value: Annotated[Any, Field(description="A number, true or false, a day, or the same text")]
    note: str


class Part(Schema):
    """A list of a profile, such as needs or theses, line by line."""

    label: str
    lines: list[str]


class Profile(Schema):
    """A profile as far as you may see it."""

    id: PublicId
    side: str
    name: str
    pitch: str
    is_demo: bool
    facts: list[Fact]
    parts: list[Part]


class OwnProfile(Profile):
    """Your company's own profile."""

    status: str
    url: str


class Match(Schema):
    """Someone on your company's list, as the page of the list has it."""

    position: int
    score: Hundredths
    fit: Annotated[int, Field(ge=0, le=100, description="How well they fit you")]
    is_recommended: bool
    reasons: list[str]
    against: list[str]
    not_stated: Annotated[list[str], Field(description="Factors of which one side says nothing")]
    state: Annotated[str, Field(description="What the two have said, in words; empty for nothing")]
    url: str
    profile: Profile


class MatchPage(Schema):
    """A page of the list, best first. If `made_at` changes between two pages, begin again."""

    made_at: datetime | None
    items: list[Match]
    next: NextCursor


class Introduction(Schema):
    """The newest introduction with one company. `id` is that company's."""

    id: PublicId
    name: str
    state: str
    asked_by: Annotated[str, Field(description="`us` or `them`")]
    asked_at: Annotated[datetime | None, Field(description="Of a request of theirs: when it reached you")]
    answered_at: datetime | None
    ended_at: datetime | None
    url: str


class IntroductionPage(Schema):
    """A page of introductions, in the order of ids."""

    items: list[Introduction]
    next: NextCursor


class Entry(Schema):
    """One profile of the curators' directory, with the columns of that page."""

    id: PublicId
    side: str
    columns: dict[str, str]


class DirectoryPage(Schema):
    """A page of the directory, in the order of ids."""

    items: list[Entry]
    next: NextCursor
