"""Meals: who eats where and when, and how much of each dish is made."""
