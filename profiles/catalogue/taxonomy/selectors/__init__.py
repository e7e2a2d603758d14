"""Read closed lists."""
