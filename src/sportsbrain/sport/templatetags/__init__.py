"""Template filters of the slice."""
