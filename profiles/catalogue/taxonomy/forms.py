"""Forms for sectors: names, a new parent, a successor, a relation, and a file of the whole tree."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors import sectors as selector
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.choices import SectorAct
from profiles.languages import leave_out_languages
from profiles.models import Sector
from profiles.uploads import MB, TREE

STRENGTHS = (0.2, 0.35, 0.4, 0.5, 0.6, 0.75, 0.9)
MOST_BYTES = TREE * MB


class LinesField(forms.CharField):
    """Lines of text: a browser ends them otherwise than the database, which is no change."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), self.to_python(data))


class SectorForm(forms.ModelForm[Sector]):
    class Meta:
        model = Sector
        fields = ["name_en", "name_ur", "name_zh", "aliases"]
        field_classes = {"aliases": LinesField}
        widgets = {"aliases": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}
        help_texts = {
            "aliases": _(
                "One word per line, in any language. If a description contains one of these words, we assume "
                "this sector."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_out_languages(self, even_filled=True)

    def clean_name_en(self) -> str:
        name = str(self.cleaned_data["name_en"]).strip()
        same = Sector.objects.filter(name_en__iexact=name, is_active=True).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("Another sector already has this name."))
        return name


def tops() -> Any:
    return selector.active().filter(parent=None)


class NewSectorForm(SectorForm):
    parent = forms.ModelChoiceField(
        label=_("Parent sector"),
        queryset=Sector.objects.none(),
        required=False,
        empty_label=_("None (top-level sector)"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = tops()  # type: ignore[attr-defined]


NOBODY = "-"


class SectorActForm(forms.Form):
    prefix_of = ""
    nobody: str | Promise = ""  # the words for choosing none; empty where one has to be chosen

    def __init__(self, data: Any = None, *, source: Sector) -> None:
        super().__init__(data, auto_id=f"id_{self.prefix_of}_%s")
        self.source = source
        chosen: Any = self.fields["other"]
        nobody = [(NOBODY, self.nobody)] if self.nobody else []
        chosen.choices = [
            ("", _("Choose a sector")),
            *nobody,
            *((other.code, f"{other.name} ({other.code})") for other in self.others()),
        ]

    def others(self) -> Any:
        same = selector.active().filter(parent__isnull=self.source.parent_id is None)
        return same.exclude(pk=self.source.pk).order_by("code")

    def wanted(self) -> Wanted:
        raise NotImplementedError

    @property
    def code(self) -> str:
        chosen = str(self.cleaned_data["other"])
        return "" if chosen == NOBODY else chosen


class MoveForm(SectorActForm):
    prefix_of = "move"
    nobody = _("None (top-level sector)")
    other = forms.ChoiceField(label=_("New parent"))

    def others(self) -> Any:
        return tops().exclude(pk__in=(self.source.pk, self.source.parent_id or 0)).order_by("code")

    def wanted(self) -> Wanted:
        parent = self.source.parent.code if self.source.parent else ""
        return Wanted(SectorAct.MOVE, self.source.code, self.code, seen={"parent": parent})


class MergeForm(SectorActForm):
    prefix_of = "merge"
    nobody = _("None: retire it without a successor")
    other = forms.ChoiceField(label=_("Successor"))

    def wanted(self) -> Wanted:
        act = SectorAct.MERGE if self.code else SectorAct.RETIRE
        return Wanted(act, self.source.code, self.code)


class RelateForm(SectorActForm):
    prefix_of = "relate"
    other = forms.ChoiceField(label=_("Related sector"))
    similarity = forms.TypedChoiceField(
        label=_("Strength"),
        coerce=float,
        empty_value=None,
        required=False,
        choices=[("", _("Not related")), *((str(value), f"{value:.0%}") for value in STRENGTHS)],
    )

    def wanted(self) -> Wanted:
        values = {"similarity": self.cleaned_data["similarity"]}
        return Wanted(SectorAct.RELATE, self.source.code, self.code, values)


FORMS: dict[str, type[SectorActForm]] = {"move": MoveForm, "merge": MergeForm, "relate": RelateForm}


class TreeForm(forms.Form):
    file = forms.FileField(label=_("File (CSV in UTF-8)"), required=False)
    text = forms.CharField(
        label=_("Or paste the table"),
        required=False,
        validators=[MaxLengthValidator(MOST_BYTES)],  # an attribute would let browsers cut it
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than {size} MB.").format(size=TREE))
        elif file:
            try:
                data["text"] = file.read().decode("utf-8-sig")
                self.data = {**self.data, "text": data["text"]}
            except UnicodeDecodeError:
                self.add_error("file", _("This is not UTF-8. Save the file as CSV in UTF-8."))
        if not self.errors and not data.get("text"):
            self.add_error("file", _("Choose a file or paste the table."))
        return data
