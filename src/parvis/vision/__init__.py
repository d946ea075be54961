"""Frames to detections to tracks."""
