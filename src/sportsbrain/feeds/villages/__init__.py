"""Lists of the village as people bring them: the rate card, things with a code, halls."""
