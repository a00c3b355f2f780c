"""Who looks after a deadline, and what was declared of it: assigned, done, waived. The law computes on."""
