"""Numbers that procedures ask for, parsed as people type them.

Sources: Dirección General del Catastro (reference: 20 characters with two control
characters, by ``python-stdnum``); Tesorería General de la Seguridad Social (affiliation number: 12 digits, the last two
are the first ten modulo 97; a serial below 10 000 000 is joined to the province by addition).
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.es import referenciacatastral

from foundation.text import compact_code

REFERENCE_LENGTH = 20
AFFILIATION_DIGITS = 12
SMALL_SERIAL = 10_000_000


def parse_cadastral_reference(text: str) -> str:
    """Return the 20 characters, after checking the two control characters. Raises ``ValidationError``."""
    reference = compact_code(text)
    if len(reference) != REFERENCE_LENGTH:
        raise ValidationError(
            _("La referencia catastral tiene 20 caracteres y has escrito %(count)d. La verás en el recibo del IBI"),
            params={"count": len(reference)},
        )
    if not referenciacatastral.is_valid(reference):
        raise ValidationError(_("Esa referencia catastral no es correcta. Cópiala del recibo del IBI, letra a letra"))
    return reference


def parse_social_security_number(text: str) -> str:
    """Return the 12 digits, after checking the last two. Raises ``ValidationError``."""
    digits = compact_code(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) != AFFILIATION_DIGITS:
        raise ValidationError(_("El número de la Seguridad Social tiene 12 cifras, por ejemplo 28 1234567840"))
    if int(digits[10:]) not in _controls(digits):
        raise ValidationError(_("Ese número de la Seguridad Social no es correcto. Revisa las 12 cifras"))
    return digits


def _controls(digits: str) -> set[int]:
    province, serial = int(digits[:2]), int(digits[2:10])
    controls = {int(digits[:10]) % 97}
    if serial < SMALL_SERIAL:
        controls.add((serial + province * SMALL_SERIAL) % 97)
    return controls
