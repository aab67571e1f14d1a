"""What print determines, and what holds over illustrative draws."""
