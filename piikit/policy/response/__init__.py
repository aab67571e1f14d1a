"""The whole index as a function of one unit's own values, exact and fast."""
