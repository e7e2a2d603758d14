"""What other weights or another tree of sectors would do to everybody's lists."""
