"""Foundations every room stands on: errors, languages, numbers, random streams, run records."""
