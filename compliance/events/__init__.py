"""What happened, in the words of who records it: which facts each event writes, and what it asks."""
