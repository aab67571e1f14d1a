"""What each result has to say."""
