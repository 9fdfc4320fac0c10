"""Durations in everyday words."""

import pytest
from django.utils import translation

from procedures.durations import bucket, humanize_duration, humanize_p90


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (1, "Al momento"),
        (1_999, "Al momento"),
        (2_000, "Unos 2 segundos"),
        (4_400, "Unos 4 segundos"),
        (10_400, "Unos 10 segundos"),
        (11_000, "Unos 15 segundos"),
        (30_000, "Unos 30 segundos"),
        (31_000, "Menos de un minuto"),
        (54_000, "Menos de un minuto"),
        (59_000, "Alrededor de 1 minuto"),
        (85_000, "Alrededor de 1 minuto"),
        (100_000, "Unos 2 minutos"),
        (900_000, "Unos 15 minutos"),
    ],
)
def test_a_time_is_put_into_everyday_words(milliseconds: int, words: str) -> None:
    with translation.override("es"):
        assert humanize_duration(milliseconds) == words


def test_similar_times_share_a_bucket() -> None:
    assert bucket(4_100) == bucket(4_400) != bucket(5_100)


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(1, "1 segundo o"), (1_001, "2 segundos o"), (60_001, "2 minutos o")]
)
def test_the_time_of_nine_in_ten_is_rounded_up(milliseconds: int, words: str) -> None:
    with translation.override("es"):
        assert words in humanize_p90(milliseconds)
