"""How things look to people: form inputs, icons, the tones of tiles, moments in words."""
