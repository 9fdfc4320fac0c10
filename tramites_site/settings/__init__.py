"""Settings, from the environment alone (``docs/settings.md`` lists them all).

A local run keeps its generated secrets in ``DATA_DIR/local.env``; production sets every secret, and a missing one stops
the start with its name.
"""

from tramites_site.settings.base import *
from tramites_site.settings.environment import *
from tramites_site.settings.limits import *
from tramites_site.settings.security import *
from tramites_site.settings.sign_in import *
from tramites_site.settings.storage import *
from tramites_site.settings.upstream import *
