"""Generator of the illustrative draws of PII's editions: panels that meet every printed figure.

``python run.py data`` runs it; the library reads the draws it wrote. See docs/editions.md.
"""
