"""Short references that people read out on the phone."""

import secrets

REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are mistaken for each other when read out."""


def new_reference() -> str:
    """Return a random reference such as ``A7K4-M9QX``; it carries no information about anybody."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _letter in range(8))
    return f"{letters[:4]}-{letters[4:]}"
