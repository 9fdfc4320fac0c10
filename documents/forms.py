"""Forms of Downloads and of sharing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from documents.names import MAX_LENGTH, tidy_label


class RenameForm(forms.Form):
    """Takes a label with or without ``.pdf``; the cleaned name always has it."""

    name = forms.CharField(
        label=_("Nombre del documento"),
        help_text=_("Solo cambia cómo lo ves tú. El archivo no se modifica."),
        error_messages={"required": _("Escribe un nombre para el documento")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "sentences", "enterkeyhint": "done"}),
    )

    def clean_name(self) -> str:
        label = tidy_label(self.cleaned_data["name"])
        if not label:
            raise ValidationError(_("Escribe un nombre con al menos una letra o un número"), code="empty")
        too_many = len(label) - MAX_LENGTH
        if too_many > 0:
            raise ValidationError(
                ngettext(
                    "El nombre es demasiado largo: quita %(count)d carácter",
                    "El nombre es demasiado largo: quita %(count)d caracteres",
                    too_many,
                ),
                code="long",
                params={"count": too_many},
            )
        return label


class NewLinkForm(forms.Form):
    """Carries the id of the link to be, so that a form sent twice creates one link."""

    link = forms.UUIDField(widget=forms.HiddenInput)


class RevokeLinkForm(forms.Form):
    revoke = forms.UUIDField(widget=forms.HiddenInput)
