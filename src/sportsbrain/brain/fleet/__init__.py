"""Buses: departures from demand, the least fleet that drives them, driver duties, reserve."""
