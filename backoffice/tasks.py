"""Import every module of the back office that holds background tasks: the schedule looks here for them."""
# ruff: noqa: F401

from backoffice.connectors import tasks as connectors
from backoffice.links import checks as links
from backoffice.sign_in import tasks as sign_in
from backoffice.statistics import tasks as statistics
from backoffice.transfer import tasks as transfer
