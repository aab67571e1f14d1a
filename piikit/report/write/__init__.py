"""Blocks and tables written as text, HTML, Excel, LaTeX, CSV."""
