"""Image ↔ ground: calibration, lens, positions in metres with their error.

Plain arrays in, plain arrays out; NumPy only.
"""
