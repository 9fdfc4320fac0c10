"""The named colours of tiles, as the stylesheet knows them (``data-tone``)."""

TONES = ("petrol", "ochre", "indigo", "forest", "plum", "brick", "blue", "rose", "teal", "olive", "slate", "sky")
"""In an order in which neighbours are easy to tell apart."""
TONE_CHOICES = [(tone, tone) for tone in TONES]
