"""A village as it really is: people, houses, tenants, wishes. No planner knows these numbers."""
