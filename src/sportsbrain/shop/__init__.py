"""Licensed products, tickets, services. Empty until its issue comes."""
