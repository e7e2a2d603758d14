"""What other weights or another tree of sectors would do to everyone's lists."""
