"""Ways to carry messages, one file each."""
