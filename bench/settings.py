"""The portal's settings with two more pages, and with limits that one fictional person does not reach."""

import os

for _limit in ("SENDS_PER_IDENTITY_PER_HOUR", "TRIES_PER_IDENTITY_PER_DAY"):
    os.environ.setdefault(_limit, "10000")

from tramites_site.settings import *  # noqa: E402, F403 - settings read the limits from the environment
from tramites_site.settings import BASE_DIR, TEMPLATES  # noqa: E402 - as above

ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates", BASE_DIR / "bench" / "templates"]
