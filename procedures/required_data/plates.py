"""Plates of vehicles registered in Spain, parsed as people type them.

Sources: Real Orden of 24 May 1907 and Real Decreto of 16 June 1926 (provinces); Reglamento General de Vehículos, annex
XVIII (the plates since). ``docs/domain.md`` has the list.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.text import compact_code

_PROVINCES = (
    "A AB AL ALB AV B BA BI BU C CA CAC CAS CC CE CO CR CS CU GC GE GI GR GU H HU IB J L LE LO LU M MA ML MU NA O OR "
    "OU P PA PM PO S SA SE SEG SG SO SS T TE TER TF TO V VA VI Z ZA "
    "FP IF RM SH TEG "  # in Africa, until 1975
    "CME DGP MMA MOP PGC PME PMM"  # official vehicles
)
_CONSONANTS = "[BCDFGHJKLMNPRSTVWXYZ]"
_PLATE = re.compile(
    rf"[CEHPRSTV]?[0-9]{{4}}{_CONSONANTS}{{3}}"  # since 2000; mopeds, special, historic, temporary, trailers, tests
    rf"|(?:{'|'.join(_PROVINCES.split())})(?:[0-9]{{1,6}}(?:VE|R|H)?|[0-9]{{4}}[A-Z]{{1,2}})"  # until 2000
    r"|[A-Z]{1,2}(?:[0-9]{4}[A-Z]{0,2}|[0-9]{5,6})"  # ministries, armed forces, diplomats
)


def parse_plate(text: str) -> str:
    """Return the plate as ``1234BBC``. Raises ``ValidationError``."""
    plate = compact_code(text)
    if _PLATE.fullmatch(plate):
        return plate
    raise ValidationError(
        _("Esa matrícula no es correcta. Escríbela como en la placa, por ejemplo 1234 BBC o M 1234 AB")
    )
