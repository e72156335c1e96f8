"""Cameras and what is known of a frame before it is decoded."""
