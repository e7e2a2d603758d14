"""A company's own contact card, to be shown as a QR code at a meeting."""
