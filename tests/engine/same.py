"""Bit for bit."""

from dataclasses import fields


def assert_same_lists(a, b):
    for f in fields(a):
        x, y = getattr(a, f.name), getattr(b, f.name)
        assert (x.dtype, x.shape) == (y.dtype, y.shape), f.name
        assert (x == y).all(), f.name


def assert_same_rankings(a, b):
    assert_same_lists(a.startups, b.startups)
    assert_same_lists(a.investors, b.investors)
