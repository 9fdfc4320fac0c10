"""Recognising identity numbers and PINs in a question, and nothing else."""

import pytest

from guides.question_text import holds_identity_number, holds_pin


@pytest.mark.parametrize(
    "text",
    [
        "Soy 12345678Z", "soy 12345678z.", "12.345.678-Z", "12345678-A", "12 345 678 Z", "1234567L", "X1234567L",
        "x-1234567-l", "Y 1234567 X", "mi dni es 12345678", "DNI: 12.345.678", "１２３４５６７８Z", "NIE nº 1234567",
        "12345678\u2011Z", "1234\u200b5678Z", "X\u22121234567\u2212L", "X\u00ad1234567L", "D\u200bNI 12345678",
    ],
)  # fmt: skip
def test_something_like_an_identity_number_is_found(text: str) -> None:
    assert holds_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "Me llaman del 612345678 y no sé", "Referencia 7K4M-9QXD", "El 24/11/2026 a las 10", "IBAN no, gracias",
        "12345678 y luego nada", "Cuesta 1.234.567 a cada uno", "El DNI nuevo de 2026", "Mi DNI caduca el 1/2/2027",
        "Modelo 100 del año 2024, casilla 505",
    ],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert not holds_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "mi PIN es K7M",
        "el pin: k7m",
        "K7M es mi PIN",
        "PIN=ABC, no va",
        "MI PIN ES A2B",
        "pin 234 no vale",
        "p\u00adin: k\u200b7m",
    ],
)
def test_something_like_a_pin_is_found(text: str) -> None:
    assert holds_pin(text)


@pytest.mark.parametrize(
    "text",
    [
        "El PIN que me llega no vale", "EL PIN QUE LLEGA NO VALE", "No llega el SMS con el PIN", "La APP Cl@ve PIN",
        "Cl@ve PIN 24H", "El PIN de la DGT", "El PIN dura 10 minutos", "Pongo el PIN y dice error 500", "Spinning ABC",
        "El PIN para la declaración de la AEAT",
    ],
)  # fmt: skip
def test_other_words_near_pin_are_none(text: str) -> None:
    assert not holds_pin(text)
