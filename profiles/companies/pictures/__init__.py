"""Logos, pictures of people and of products: sent, checked, approved by a curator, shown and taken back."""
