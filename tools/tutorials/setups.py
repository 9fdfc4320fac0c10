"""What has happened on a portal before a tutorial begins, by the name that the script gives to it."""

from collections.abc import Callable

from tools.person import Person


def two_users(person: Person, number: str) -> None:
    """Save the user of the tutorial, then another who is used last."""
    person.starts("tgss/situacion-actual")
    person.saves_user(number, alias="Ana")
    person.starts("tgss/situacion-actual")
    person.saves_another_user(person.somebody(1), alias="Papá")


def a_document(person: Person, number: str) -> None:
    """Download two documents, so that one has to be found."""
    person.starts("tgss/certificado-corriente-pago")
    person.saves_user(number, alias="Ana")
    person.validates_by_app(number)
    person.sees_result("document")
    person.starts("sepe/certificado-situacion")
    person.validates_by_app(number)
    person.sees_result("document")


def at_method(person: Person, number: str) -> None:
    """Go as far as the choice of how to receive the PIN."""
    person.starts("dgt/puntos")
    person.saves_user(number, alias="Ana")


SETUPS: dict[str, Callable[[Person, str], None]] = {
    "two_users": two_users,
    "a_document": a_document,
    "at_method": at_method,
}
