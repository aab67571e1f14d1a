"""What if these raw values were others."""
