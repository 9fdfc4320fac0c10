"""The staff's way in: a password and a second factor, on pages of the back office alone."""
