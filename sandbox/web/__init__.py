"""The sandbox's pages for people (home, phones) and its API for tests (``/api/…``); none of them needs a token."""
