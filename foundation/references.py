"""References: short codes that a person reads out on the phone to have something looked up."""

import secrets

REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are misheard or misread."""


def new_reference() -> str:
    """Return a random reference such as ``7K4M-9QXD``; uniqueness is up to the column that stores it."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _letter in range(8))
    return f"{letters[:4]}-{letters[4:]}"
