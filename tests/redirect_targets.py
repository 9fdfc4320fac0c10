"""Addresses that an attacker gives as the next page."""

OTHER_SITES = [
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/",
    "HTTPS://evil.example/",
    "javascript:alert(1)",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    "\x00//evil.example/",
    "\x08//evil.example",
    "//evil.example\\@testserver/",
    "//[evil",
    "evil",
    "tramites/",
    "",
    " ",
    "/" + "a" * 3000,
]
"""Targets that must be refused: other sites as browsers read them, or no address at all."""
