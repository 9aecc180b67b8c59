"""Everything that can run out or be owed. Empty until its issue comes."""
