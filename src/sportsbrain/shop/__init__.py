"""The shop: licensed products, tickets and services; an order path that never oversells."""
