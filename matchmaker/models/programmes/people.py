"""A person's card, the teams of a programme, and proposals that two principal investigators sign."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.programmes.programme import Programme, ProgrammeApplication
from matchmaker.models.stateful import version_of
from profiles.models import Place, Sector
from profiles.models.profile import empty_list, taxonomy_fk

MOST_TEAM_PLACES, MOST_LINKS = 10, 3


class Skill(models.TextChoices):
    WEB = "web", _("Web development")
    MOBILE = "mobile", _("Mobile apps")
    BACKEND = "backend", _("Servers and databases")
    DATA = "data", _("Data analysis")
    AI = "ai", _("Machine learning and AI")
    MAPS = "maps", _("Maps and remote sensing")
    HARDWARE = "hardware", _("Electronics and hardware")
    ROBOTICS = "robotics", _("Robotics and drones")
    DESIGN = "design", _("Design")
    PRODUCT = "product", _("Product management")
    BUSINESS = "business", _("Business and sales")
    FINANCE = "finance", _("Finance")
    LAW = "law", _("Law and licences")
    FARMING = "farming", _("Agronomy and farming")
    HEALTH = "health", _("Medicine and health")
    RESEARCH = "research", _("Laboratory research")
    TEACHING = "teaching", _("Teaching and training")
    TRANSLATION = "translation", _("Interpreting and translation")


class CardAudience(models.TextChoices):
    ORGANISERS = "organisers", _("Organisers and reviewers of programmes that I apply for")
    PARTICIPANTS = (
        "participants",
        _("Organisers and reviewers, and everyone who takes part in the same programme"),
    )


class PersonCard(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="person_card")
    headline = models.CharField(_("what you do, in one line"), max_length=100)
    skills = models.JSONField(_("skills"), default=empty_list, blank=True)
    field = taxonomy_fk(Sector, pgettext_lazy("of a person", "field"))
    affiliation = models.CharField(_("university or employer"), max_length=120, blank=True)
    languages = models.JSONField(_("languages"), default=empty_list, blank=True)
    place = taxonomy_fk(Place, _("location"))
    links = models.JSONField(_("links"), default=empty_list, blank=True)
    seeks = models.CharField(_("what you look for"), max_length=300, blank=True)
    audience = models.CharField(_("who can see it"), max_length=12, choices=CardAudience)
    consent_at = models.DateTimeField(_("consent given on"), default=timezone.now)

    class Meta:
        verbose_name = _("person’s card")
        verbose_name_plural = _("cards of people")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.user)


class ProgrammeTeam(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="teams")
    lead = models.ForeignKey(ProgrammeApplication, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    about = models.CharField(_("what the team works on"), max_length=300, blank=True)
    skills = models.JSONField(_("skills that the team looks for"), default=empty_list, blank=True)
    place_count = models.PositiveSmallIntegerField(
        _("places"), default=5, validators=[MinValueValidator(2), MaxValueValidator(MOST_TEAM_PLACES)]
    )
    at = models.DateTimeField(_("started"), default=timezone.now)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="programmeteam_name"),
            models.CheckConstraint(
                condition=models.Q(place_count__range=(2, MOST_TEAM_PLACES)), name="programmeteam_places"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberState(models.TextChoices):
    INVITED = "invited", pgettext_lazy("team", "Invited")
    ASKED = "asked", pgettext_lazy("team", "Asks to join")
    JOINED = "joined", pgettext_lazy("team", "Member")


class ProgrammeTeamMember(models.Model):
    team = models.ForeignKey(ProgrammeTeam, models.CASCADE, related_name="members")
    application = models.ForeignKey(ProgrammeApplication, models.CASCADE, related_name="team_members")
    state = models.CharField(_("state"), max_length=7, choices=MemberState)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("member of a team")
        verbose_name_plural = _("members of teams")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "application"], name="programmeteammember_once"),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(state=MemberState.JOINED),
                name="programmeteammember_one_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.application_id}"


class ProgrammeProposal(models.Model):
    """What a research application adds: the second principal investigator, who signs before it counts."""

    application = models.OneToOneField(ProgrammeApplication, models.CASCADE, related_name="proposal")
    email = models.EmailField(_("email of the second principal investigator"))
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    institution = models.CharField(_("your institution"), max_length=120)
    other_institution = models.CharField(
        _("institution of the second principal investigator"), max_length=120
    )
    supervision = models.CharField(
        _("joint supervision (who supervises which person)"), max_length=300, blank=True
    )
    signed_at = models.DateTimeField(_("signed by the second principal investigator"), null=True, blank=True)

    class Meta:
        verbose_name = _("joint proposal")
        verbose_name_plural = _("joint proposals")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.application_id)

    @property
    def version(self) -> str:
        values = (self.email, self.institution, self.other_institution, self.supervision)
        return version_of("proposal", self.application.version, values)
