"""The forms that attach a document to requirements, or say that requirements do not apply."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import forms as shared
from compliance.evidence.models import Document
from compliance.law.catalogues import Reference, reference

Choices = Sequence[tuple[Reference, str]]


class _RequirementsForm(shared.PlainForm):
    """Which requirements, and since when."""

    requirements = forms.MultipleChoiceField(
        label=_("Requirements"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one requirement.")},
    )
    since = forms.DateField(
        label=_("Since"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, chosen: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = today
        self._offer(chosen)

    def _offer(self, chosen: Choices, more: Choices = (), more_label: Any = "") -> None:
        """Offer requirements, all of them chosen at first; ``more`` stand in a group of their own."""
        field = cast(forms.MultipleChoiceField, self.fields["requirements"])
        own = [("/".join(held), said) for held, said in chosen]
        others = [("/".join(held), said) for held, said in more]
        field.choices = [(_("Chosen"), own), (more_label, others)] if others else own
        field.initial = [value for value, _said in (*own, *others)]

    def clean_requirements(self) -> list[Reference]:
        """Return the requirements chosen."""
        return [reference(one) for one in self.cleaned_data["requirements"]]


class AttachForm(_RequirementsForm):
    """A document of the device, and the requirements that it serves."""

    document = forms.ChoiceField(
        label=_("Document"),
        help_text=_("A document of the device: one that is not there yet is added on its page."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("For instance the chapter in which it stands."),
    )
    field_order = ("requirements", "document", "since", "note")

    def __init__(
        self, *args: Any, documents: Sequence[Document], suggested: Choices, chosen: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, chosen=chosen, **kwargs)
        self._documents = {str(one.pk): one for one in documents}
        choices = [(pk, f"{one.title} ({one.language})") for pk, one in self._documents.items()]
        cast(forms.ChoiceField, self.fields["document"]).choices = [("", "–"), *choices]
        self._offer(chosen, suggested, _("The same documentation may serve these: uncheck what it does not"))

    def clean_document(self) -> Document:
        """Return the document chosen."""
        return self._documents[self.cleaned_data["document"]]


class ExemptForm(_RequirementsForm):
    """Why requirements do not apply."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It stands in the dossier and stays in the audit trail."),
    )
    field_order = ("requirements", "since", "reason")
