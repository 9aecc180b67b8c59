"""Pure planners and simulators: same problem, same seed, same answer."""
