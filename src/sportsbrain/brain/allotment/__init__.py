"""Who gets how much of what is scarce: in proportion, by a draw, or by price."""
