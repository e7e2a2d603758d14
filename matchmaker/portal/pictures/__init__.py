"""Handing out pictures to those who may see them."""
