"""What the sandbox shows people (its face, the phones) and tests (``/api/…``); none of it needs a token."""
