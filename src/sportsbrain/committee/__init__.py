"""Who: organising committee, Games edition, users, roles, audit."""
