"""Import every module that registers a model's pages: Django's admin looks here for them."""
# ruff: noqa: F401

from backoffice import banners
from backoffice.audit import admin as audit
from backoffice.catalogue import entities, external_services, life_events, procedures, synonyms, versions
from backoffice.connectors import profile_admin
from backoffice.questions import admin as questions
from backoffice.staff import role_admin, user_admin
