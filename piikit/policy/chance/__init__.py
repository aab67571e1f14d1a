"""Choosing under uncertainty: futures, odds, sure packages."""
