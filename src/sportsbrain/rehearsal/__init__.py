"""The world outside, simulated. Empty until its issue comes."""
