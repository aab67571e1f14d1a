"""What offices keep: agency files with a mapping, denominators."""
