"""A link that works once, with which somebody of the staff chooses their password; it is shown to who hands it over."""

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


def first_password_path(user: User) -> str:
    """The path of the link; it stops working once used, after SETUP_LINK_HOURS, or when the user signs in."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("first_password", args=[uid, default_token_generator.make_token(user)])
