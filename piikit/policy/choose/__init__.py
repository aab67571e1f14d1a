"""Choosing among actions: proved packages, frontiers, least effort."""
