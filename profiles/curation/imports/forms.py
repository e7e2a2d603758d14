"""Forms for importing a file and mapping its columns."""

from collections.abc import Iterator, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.choices import ImportKind
from profiles.companies.steps.forms.fields import LineField
from profiles.curation.imports.columns import columns_of
from profiles.curation.imports.table import MOST_BYTES
from profiles.models import ColumnMapping, ImportRun
from profiles.uploads import TABLE

LONGEST_NAME: Any = ColumnMapping._meta.get_field("name").max_length


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What the rows contain"), choices=ImportKind.choices)
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=format_lazy(
            gettext_lazy("CSV in UTF-8 or XLSX, with one header line. At most 20,000 rows and {size} MB."),
            size=TABLE,
        ),
    )

    helper = FormHelper()
    helper.form_tag = False

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            text = _("This file is larger than {size} MB. Choose a smaller file.")
            raise forms.ValidationError(text.format(size=TABLE))
        return file


class ColumnsForm(forms.Form):
    is_submitted = forms.BooleanField(
        label=gettext_lazy("Submit new companies for review immediately"),
        help_text=gettext_lazy("Each row must then contain everything that a review requires."),
        required=False,
    )
    remember = LineField(
        label=gettext_lazy("Save this column mapping as"),
        help_text=gettext_lazy("Optional. The next file with the same headers uses this mapping."),
        max_length=LONGEST_NAME,
        required=False,
    )

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.columns = run, columns_of(run.kind)
        self.initial["is_submitted"] = run.is_submitted
        choices = [("", _("Do not import"))]
        choices += [(column.name, f"{column.label} ({column.name})") for column in self.columns]
        for at, header in enumerate(run.headers):
            field = forms.ChoiceField(label=header or str(at + 1), choices=choices, required=False)
            self.fields[f"column-{at}"] = field
            self.initial[f"column-{at}"] = run.columns[at]
        if run.kind == ImportKind.DEALS:
            del self.fields["is_submitted"]

    @property
    def chosen(self) -> list[str]:
        return [self.cleaned_data.get(f"column-{at}", "") for at in range(len(self.run.headers))]

    def clean(self) -> dict[str, Any]:
        taken: set[str] = set()
        for at, name in enumerate(self.chosen):
            if name in taken:
                self.add_error(f"column-{at}", _("Another header is already mapped to this column."))
            taken |= {name} - {""}
        missing = [
            str(column.label) for column in self.columns if column.is_required and column.name not in taken
        ]
        if missing and not self.errors:
            self.add_error(None, _("Choose a header for: %(columns)s.") % {"columns": ", ".join(missing)})
        return self.cleaned_data

    def lines(self, samples: Sequence[Sequence[str]]) -> Iterator[tuple[Any, Sequence[str]]]:
        for at, values in enumerate(samples):
            yield self[f"column-{at}"], values
