"""HTTP on both sides.

To the outside: the addresses that may be called, one guarded outbound call, its response and its errors. From browsers:
the client's address, cookies, content codings and safe redirects.
"""
