"""Sports Brain: the operations platform of a multi-sport games."""
