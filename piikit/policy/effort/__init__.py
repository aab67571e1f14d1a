"""How hard a change is, and what rivals may do."""
