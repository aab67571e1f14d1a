"""Figures, one look for all."""
