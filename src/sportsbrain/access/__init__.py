"""People: registration, rights, background checks, cards, gates."""
