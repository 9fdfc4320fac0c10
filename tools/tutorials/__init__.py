"""`make tutorials`: record the video tutorials from the real interface, into `static/tutorials/`.

A person of the sandbox does what the script (`guides/tutorials.toml`) says, in Chromium, on a portal of its own. Each
state is photographed; pictures, taps and close-ups are then composed into frames, so that a video never waits for a
page and is as long as its captions need. A film that is up to date is skipped (see `digests`).
"""

from django.conf import settings

if not settings.configured:  # `guides.tutorials` can be read without the portal's settings, but not without any
    settings.configure(LANGUAGE_CODE="es", LANGUAGES=[("es", "Español"), ("en", "English")])
