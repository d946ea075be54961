"""Measures and live state → alerts: rules, hysteresis, the life of an alert, verdicts."""
