"""What did happen: the events of one episode, append-only, and what they add up to."""
