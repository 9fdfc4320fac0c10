import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from backoffice.roles import Role, make_roles
from backoffice.sign_in.password_links import first_password_path
from foundation import audit


class Command(BaseCommand):
    """Create the first staff user of a production installation, who creates the others in the back office."""

    help = "Make a staff user with these roles; asks for the password, or gives a link that works once"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", action="append", default=[], choices=[role.value for role in Role])
        parser.add_argument("--superuser", action="store_true", help="may do everything")
        parser.add_argument("--email", default="")
        parser.add_argument("--link", metavar="ORIGIN", help="print a link at this origin, as https://tramites.example")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if User.objects.filter(username=name).exists():
            raise CommandError(f"There is a user {name} already")
        user = User(username=name, email=options["email"], is_staff=True, is_superuser=options["superuser"])
        if options["link"]:
            user.set_unusable_password()
        else:
            user.set_password(self._ask(user))
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        user.save()
        make_roles()
        user.groups.set(Group.objects.filter(name__in=options["role"]))
        roles = ", ".join(options["role"])
        audit.record("staff.user_made", target=f"auth.user:{user.pk}", name=name, roles=roles, command=True)
        if options["link"]:
            self.stdout.write(f"{options['link'].rstrip('/')}{first_password_path(user)}")

    def _ask(self, user: User) -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError("They are not the same")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
