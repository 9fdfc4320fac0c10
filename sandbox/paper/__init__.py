"""The bodies' documents: laid out, signed by a test authority, and kept so that each is made once."""
