"""What could be done: exact what-ifs, rivals, actions, choosing; no drawing."""
