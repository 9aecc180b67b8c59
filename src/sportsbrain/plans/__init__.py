"""What we intend: runs, immutable versions, publication."""
