"""Stand-in for Cl@ve, citizens' phones and the public bodies, run as a separate process with `python -m sandbox`.

It is fictional and not Cl@ve, and every page says so. State is held in memory. Nothing here depends on the portal:
the contracts that both sides follow are in ``docs/contracts/``.
"""
