"""Signed proofs: keys, passes, tickets. Empty until its issue comes."""
