"""The forms of documents."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import write_date
from compliance.backoffice import forms as shared
from compliance.backoffice.facts.records import Group
from compliance.evidence.formats import ACCEPTED
from compliance.evidence.models import LANGUAGES, Document, DocumentKind, DocumentVersion
from compliance.evidence.operations import OWN, Upload
from compliance.facts.errors import FactError

_ANY: list[tuple[str, Any]] = [("", _("all"))]


class ShownByForm(shared.PlainForm):
    """Which version of a document of the device shows something."""

    version = forms.ChoiceField(
        label=_("Document that shows it"),
        required=False,
        help_text=_("A document of the device: one that is not there yet is added on its page."),
    )

    def __init__(self, *args: Any, versions: list[DocumentVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {str(one.pk): one for one in versions}
        choices = [("", "–"), *((pk, _named(one)) for pk, one in self._versions.items())]
        cast(forms.ChoiceField, self.fields["version"]).choices = choices

    def clean_version(self) -> DocumentVersion | None:
        """Return the version chosen, if any."""
        return self._versions.get(self.cleaned_data["version"])


def _named(version: DocumentVersion) -> str:
    words = [version.document.title, str(_("version %(number)d") % {"number": version.number})]
    return " · ".join([*words, write_date(version.issued_on)] if version.issued_on else words)


class OperationForm(shared.PlainForm):
    """A form whose sending is an operation."""

    def done(self, operation: Callable[[], Any]) -> Any:
        """Return what the operation gave, None if the form or the operation refuses: said at the fields."""
        if not self.is_valid():
            return None
        try:
            return operation() or True
        except FactError as refused:
            shared.show(refused, self)
        return None


class UploadForm(OperationForm):
    """A file, and the day it was issued."""

    file = forms.FileField(
        label=_("File"),
        max_length=1000,
        widget=forms.FileInput({"accept": ACCEPTED}),
        help_text=_("PDF, image, DOCX, XLSX, ODT, ODS, text, CSV, XML or JSON; no password, no macros."),
        error_messages={"empty": _("The file is empty: choose the right file.")},
    )
    issued_on = forms.DateField(
        label=_("Issued on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The date that the document bears."),
    )

    @property
    def upload(self) -> Upload:
        """Return the file that came in."""
        asked = self.cleaned_data
        return Upload(asked["file"].name, asked["file"].chunks(), asked["issued_on"])


class VersionForm(UploadForm):
    """A new version."""

    reason = forms.CharField(
        label=_("What changed"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )


def _own_fields() -> dict[str, Any]:
    found = forms.fields_for_model(Document, fields=OWN)
    found["kind"].choices = [("", "–"), *DocumentKind.choices]
    found["title"].widget.attrs["autocomplete"] = "off"
    return found


class AddForm(UploadForm):
    """A new document with its first version."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= _own_fields()
        self.order_fields((*OWN[:3], "issued_on", "file", OWN[3]))

    @property
    def details(self) -> dict[str, Any]:
        """Return what is said of the document."""
        return {name: self.cleaned_data[name] for name in OWN}


class ReasonForm(shared.ReasonForm, OperationForm):
    """Why."""


class EditForm(ReasonForm):
    """What is said of a document."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= _own_fields()
        self.order_fields((*OWN, "reason"))


class LinkForm(OperationForm):
    """A recorded fact that the latest version shows."""

    fact = forms.ChoiceField(label=_("Fact"))

    def __init__(self, *args: Any, groups: list[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (capfirst(one.label), [(entry.path, entry.summary) for entry in one.entries])
            for one in groups
            if one.entries
        ]
        self.fields["fact"] = forms.ChoiceField(label=_("Fact"), choices=[("", "–"), *choices])


class DocumentFilter(forms.Form):
    """The filters above the documents."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Title, device, SHA-256")}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[*_ANY, *DocumentKind.choices])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[*_ANY, *LANGUAGES])
    shown = forms.ChoiceField(
        label=_("Shown to"),
        required=False,
        choices=[*_ANY, ("published", _("hospitals")), ("private", _("the organisation only"))],
    )
