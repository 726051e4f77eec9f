"""Classify: units to labels, by a spaCy pipeline of rules and trained components."""
