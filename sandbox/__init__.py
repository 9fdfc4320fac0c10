"""Stand-in for Cl@ve, the citizens' phones and the public bodies: `python -m sandbox`, a process of its own.

It is ours and fictional, it is not Cl@ve, and it says so on every page. State is in memory; nothing here knows the
portal: what both sides keep to stands in ``docs/contracts/``.
"""
