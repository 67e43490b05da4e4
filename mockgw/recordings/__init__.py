"""Recordings: the interactions of cassettes that are calls of ours, and how they are found."""

from mockgw.recordings.index import Index
from mockgw.recordings.recording import Recording
from mockgw.recordings.shelf import Shelf

__all__ = ["Index", "Recording", "Shelf"]
