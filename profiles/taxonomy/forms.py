"""Forms for sectors."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.models import Sector


class SectorForm(forms.ModelForm[Sector]):
    """Names of a sector in three languages, and synonyms."""

    class Meta:
        model = Sector
        fields = ["name_en", "name_ur", "name_zh", "aliases"]
        widgets = {"aliases": forms.Textarea(attrs={"rows": 4})}

    def clean_name_en(self) -> str:
        """Refuse the name of another active sector."""
        name = str(self.cleaned_data["name_en"]).strip()
        same = Sector.objects.filter(name_en__iexact=name, is_active=True).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("Another sector already has this name."))
        return name


class NewSectorForm(SectorForm):
    """A new sub-sector, or a new sector if no parent is chosen."""

    parent = forms.ModelChoiceField(
        label=gettext_lazy("Parent sector"),
        queryset=Sector.objects.none(),
        required=False,
        empty_label=gettext_lazy("None (top-level sector)"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Sector.objects.filter(parent=None, is_active=True)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Choose the sector that replaces this one."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Merge into"),
        queryset=Sector.objects.none(),
        empty_label=gettext_lazy("Choose a sector"),
    )

    def __init__(self, *args: Any, source: Sector, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Sector.objects.filter(is_active=True, parent__isnull=source.parent_id is None)
        self.fields["into"].queryset = others.exclude(pk=source.pk)  # type: ignore[attr-defined]
