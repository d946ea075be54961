"""Law as data: what may leave, to whom, when, and why not."""
