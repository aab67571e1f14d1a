"""Opening any table file safely as grids of cells."""
