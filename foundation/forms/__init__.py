"""What every form shares: fields for what people type, and the rules for dates and identity numbers."""
