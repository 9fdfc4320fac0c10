"""Links with which a staff user chooses a password; they are shown to whoever hands them over, not sent."""

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


def first_password_path(user: User) -> str:
    """Return a path that is valid once, for SETUP_LINK_HOURS, and until the user signs in."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("first_password", args=[uid, default_token_generator.make_token(user)])
