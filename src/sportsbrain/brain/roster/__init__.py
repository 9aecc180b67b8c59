"""Shifts: people to teams, and the shifts of each team, with rest rules, skills and fairness."""
