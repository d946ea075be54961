"""Alerts as people read them: sentences, what to do, the list and its groups, the replay."""
