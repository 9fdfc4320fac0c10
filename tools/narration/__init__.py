"""A Spanish voice for the video tutorials, made on this machine; only recording needs it."""
