"""The bodies' documents: layout, signature by a test authority, and an archive that avoids making any of them twice."""
