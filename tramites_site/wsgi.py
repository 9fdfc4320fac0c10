"""The WSGI application that granian serves."""

import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tramites_site.settings")

application = get_wsgi_application()
# granian runs no management command, and so none of Django's checks
if errors := run_checks(tags=["sign_in", "operator"]):
    raise ImproperlyConfigured(errors[0].msg)
