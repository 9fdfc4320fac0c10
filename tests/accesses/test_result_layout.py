"""The layout of a consultation: key figure, rows, tables."""

import pytest

from accesses.result_layout import Figure, layout_of


def content(*rows: tuple[str, str]) -> dict[str, object]:
    return {"sections": [{"heading": "Saldo", "rows": [{"label": label, "value": value} for label, value in rows]}]}


@pytest.mark.parametrize(
    ("value", "number", "rest"),
    [
        ("14 de 15", "14", "de 15"),
        ("1.204,33 €", "1.204,33", "€"),
        ("0", "0", ""),
        ("280 días", "280", "días"),
        ("87 %", "87", "%"),
    ],
)
def test_a_short_number_in_the_first_row_is_the_figure(value: str, number: str, rest: str) -> None:
    layout = layout_of(content(("Puntos", value), ("Permiso", "B")))
    assert layout.figure == Figure("Puntos", number, rest)
    assert layout.sections[0].rows == [("Permiso", "B")]


@pytest.mark.parametrize("value", ["14/03/2031", "B", "28 1234567840 99", "Calle del Molino, 5", "12345678Z"])
def test_a_date_a_word_or_a_long_number_is_no_figure(value: str) -> None:
    layout = layout_of(content(("Dato", value)))
    assert layout.figure is None
    assert layout.sections[0].rows == [("Dato", value)]


def test_without_a_number_first_the_first_amount_is_the_figure() -> None:
    layout = layout_of(content(("Clase", "Contributiva"), ("Desde", "10/03/2026"), ("Importe diario", "26,86 €")))
    assert layout.figure == Figure("Importe diario", "26,86", "€")
    assert [label for label, _value in layout.sections[0].rows] == ["Clase", "Desde"]


def test_each_cell_of_a_table_carries_its_column() -> None:
    layout = layout_of({"sections": [{"heading": "Pagos", "columns": ["Día", "Importe"], "table": [["1/2", "3 €"]]}]})
    assert layout.figure is None
    assert layout.sections[0].records == [[("Día", "1/2"), ("Importe", "3 €")]]


def test_a_consultation_without_sections_has_nothing_to_lay_out() -> None:
    assert layout_of({}).sections == []
