"""What a person reads on paper: HTML → PDF."""
