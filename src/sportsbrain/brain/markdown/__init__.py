"""What articles cost at the end: which go down tonight, and how far."""
