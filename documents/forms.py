"""What a person types about a document."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from documents.names import LONGEST, tidy_label


class RenameForm(forms.Form):
    """A new label, with or without ``.pdf``."""

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
        too_many = len(label) - LONGEST
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
    """The fresh id that a link is made under, so that a form sent twice makes one link."""

    link = forms.UUIDField(widget=forms.HiddenInput)


class RevokeLinkForm(forms.Form):
    """Which link to close."""

    revoke = forms.UUIDField(widget=forms.HiddenInput)
