"""Guarded HTTP to the outside: the addresses that may be called, one outbound call, its response and its errors."""
