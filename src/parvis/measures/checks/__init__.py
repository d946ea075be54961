"""Count checks: a person's taps against Parvis's crossings → the error of a line."""
