"""The second wall between Games: PostgreSQL itself hides the rows of others (ADR 0037)."""
