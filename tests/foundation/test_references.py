"""References that are read out on the phone."""

from foundation.references import REFERENCE_ALPHABET, new_reference


def test_a_reference_can_be_read_out() -> None:
    references = {new_reference() for _reference in range(200)}
    assert len(references) == 200
    for reference in references:
        first, second = reference.split("-")
        assert len(first) == len(second) == 4
        assert set(first + second) <= set(REFERENCE_ALPHABET)
    assert not set("IO01") & set(REFERENCE_ALPHABET)
