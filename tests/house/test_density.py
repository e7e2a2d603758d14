"""What the gate for plain code counts."""

from textwrap import dedent

import pytest

from scripts import density

NESTED = [
    "[x if x else y for x in z]",
    "(x if a else y) if b else c",
    "lambda x: [y for y in x]",
    "{key: [x for x in row] for key, row in rows}",
    "[y for x in z if (y := x)]",
]
FLAT = ["[x for y in z for x in y if x]", "x if y else z", "[f(x) for x in z] + [g(x) for x in z]"]


@pytest.mark.parametrize("text", NESTED)
def test_control_flow_inside_control_flow_counts(text):
    assert density.density(text).nested_lines


@pytest.mark.parametrize("text", FLAT)
def test_control_flow_side_by_side_does_not_count(text):
    assert not density.density(text).nested_lines


def test_docstrings_and_annotations_do_not_count():
    plain = density.density("def double(x):\n    return 2 * x\n")
    annotated = density.density('def double(x: int) -> int:\n    """Return twice x."""\n    return 2 * x\n')
    assert plain.nodes == annotated.nodes


def test_a_statement_counts_without_its_body():
    call = "f(" + ", ".join(["g(1, 2, 3)"] * 10) + ")"
    text = dedent(f"""
        def main():
            if ready:
                {call}
    """)
    figures = density.density(text)
    assert figures.heavy_lines == [4]
    assert figures.statements == 2
