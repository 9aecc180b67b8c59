"""How people get there. Empty until its issue comes."""
