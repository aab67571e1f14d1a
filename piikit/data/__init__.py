"""Provinces, frameworks, datasets with the provenance of every cell; no scores."""
