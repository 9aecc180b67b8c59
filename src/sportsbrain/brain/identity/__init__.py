"""Which rows are one person: names in any script, slips of the keys, exchanged fields."""
