"""The athletes' village. Empty until its issue comes."""
