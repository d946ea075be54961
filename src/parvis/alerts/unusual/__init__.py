"""What is unusual for a place, its hour and its kind of day, judged from closed measures alone."""
