"""Formulas over vectors, for loops that the compiler does not turn into vector instructions by itself.

A `compiled` function is written in Python that runs once, when the code around it is compiled, and leaves the
instructions behind: `u * v` puts a multiplication there. A Value is one number of the running program or
several side by side; a plain number beside it stands for the same number everywhere. LLVM cuts the vectors
to what the processor has, so that one text serves all machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import Parameter, Signature, signature
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic

from matchmaker.engine.compiler.simd_values import BIT, INT, LONG, WIDE, Cell, Value, short_name, size

# Zen 4, Ice Lake and later have an instruction for sums of products; on others loops give the same result.
HAS_DOT = "+avx512vnni" in cpu_target.target_context.codegen()._tm_features
VOID, NUMBER, REAL_NUMBER = types.void, types.int64, types.float32


class Row:
    """An array of the program that is being written, from some place on."""

    def __init__(self, builder: Any, data: Any, item: Any) -> None:
        self.builder, self.data, self.item = builder, data, item

    def _address(self, at: Value | int, kind: Any) -> Any:
        place = at.raw if isinstance(at, Value) else ir.Constant(LONG, at)
        return self.builder.bitcast(self.builder.gep(self.data, [place]), kind.as_pointer())

    def __getitem__(self, at: Value | int) -> Value:
        return Value(self.builder, self.builder.load(self._address(at, self.item)))

    def load(self, at: Value | int, count: int = WIDE) -> Value:
        """Several items side by side."""
        address = self._address(at, ir.VectorType(self.item, count))
        return Value(self.builder, self.builder.load(address, align=1))

    def store(self, value: Value, at: Value | int = 0) -> None:
        """Write a value there."""
        self.builder.store(value.raw, self._address(at, value.type), align=1)

    def gather(self, places: Value, item: Any = None) -> Value:
        """The items in these places; with `item` what begins there, seen as that."""
        item, count = item or self.item, places.count
        pointers, result, every = (ir.VectorType(x, count) for x in (item.as_pointer(), item, BIT))
        start = Value(self.builder, self.builder.ptrtoint(self.data, LONG)).everywhere(count)
        addresses = start + places.to(LONG, signed=True) * size(self.item)
        given = [
            self.builder.inttoptr(addresses.raw, pointers),
            ir.Constant(INT, 1),  # a multiple of which all addresses are
            ir.Constant(every, [1] * count),
            ir.Constant(result, ir.Undefined),
        ]
        name = f"llvm.masked.gather.v{count}{short_name(item)}.v{count}p0"
        function = self.builder.module.declare_intrinsic(
            name, fnty=ir.FunctionType(result, [x.type for x in given])
        )
        return Value(self.builder, self.builder.call(function, given))

    def from_place(self, at: Value | int) -> Row:
        """The row from there on."""
        return Row(self.builder, self._address(at, self.item), self.item)

    def seen_as(self, item: Any) -> Row:
        """The same bytes as items of another type."""
        return Row(self.builder, self.builder.bitcast(self.data, item.as_pointer()), item)


class Rows:
    """A few rows to choose from."""

    def __init__(self, builder: Any, count: int, item: Any) -> None:
        self.builder, self.item = builder, item
        with builder.goto_entry_block():
            self.places = builder.alloca(item.as_pointer(), count)

    def _at(self, which: Value | int) -> Any:
        index = which.raw if isinstance(which, Value) else ir.Constant(LONG, which)
        return self.builder.gep(self.places, [index])

    def set(self, which: Value | int, row: Row) -> None:
        """Let it be this row."""
        self.builder.store(row.data, self._at(which))

    def __getitem__(self, which: Value | int) -> Row:
        return Row(self.builder, self.builder.load(self._at(which)), self.item)


class Code:
    """The program that is being written."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def number(self, number: int) -> Value:
        """A number of type LONG."""
        return Value(self.builder, ir.Constant(LONG, number))

    def same(self, item: Any, number: float, count: int = WIDE) -> Value:
        """A number in every place."""
        return Value(self.builder, ir.Constant(ir.VectorType(item, count), [number] * count))

    def counting(self, count: int = WIDE) -> Value:
        """0, 1, 2, …"""
        return Value(self.builder, ir.Constant(ir.VectorType(INT, count), list(range(count))))

    def cell(self, first: Value) -> Cell:
        """A variable that holds this at first."""
        return Cell(self.builder, first)

    def rows(self, count: int, item: Any) -> Rows:
        """Room for so many rows."""
        return Rows(self.builder, count, item)

    def each(self, first: Value | int, last: Value | int, step: int = 1) -> Iterator[Value]:
        """For x in range(first, last, step): the body of the Python loop is written once."""
        ends = [end.raw if isinstance(end, Value) else ir.Constant(LONG, end) for end in (first, last)]
        with cgutils.for_range_slice(self.builder, *ends, ir.Constant(LONG, step)) as (x, _):
            yield Value(self.builder, x)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Do what is written inside only where the condition holds."""
        with self.builder.if_then(condition.raw):
            yield

    def call(self, name: str, result: Any, *given: Value) -> Value:
        """Call the processor's own instruction of this name."""
        kind = ir.FunctionType(result, [x.type for x in given])
        function = self.builder.module.declare_intrinsic(name, fnty=kind)
        return Value(self.builder, self.builder.call(function, [x.raw for x in given]))


class Fields:
    """A tuple of arrays in the program that is being written: each is a Row, each number a Value."""

    def __init__(self, builder: Any, context: Any, kind: types.NamedTuple, raw: Any) -> None:
        self._given = builder, context, kind, raw

    def __getattr__(self, name: str) -> Any:
        builder, context, kind, raw = self._given
        at = kind.fields.index(name)
        return _argument(builder, context, kind.types[at], builder.extract_value(raw, at))


def compiled(result: Any) -> Callable[[Callable[..., Value | None]], Any]:
    """Make a function that compiled loops can call of one that writes it: write(code, …).

    It is given a Row for an array, Fields for a tuple of arrays, a Value for a number: a LONG or a REAL.
    """

    def make(write: Callable[..., Value | None]) -> Any:
        def typed(_typing: Any, *given: Any) -> Any:
            def code(context: Any, builder: Any, signature: Any, raw: Any) -> Any:
                kinds = zip(signature.args, raw, strict=True)
                found = write(Code(builder), *(_argument(builder, context, kind, x) for kind, x in kinds))
                return context.get_dummy_value() if found is None else found.raw

            return result(*map(_plain, given)), code

        names = ["typing", *list(signature(write).parameters)[1:]]
        typed.__name__, typed.__doc__ = write.__name__, write.__doc__
        typed.__signature__ = Signature(  # type: ignore[attr-defined]
            [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names]
        )
        return intrinsic(typed)

    return make


def _plain(kind: Any) -> Any:
    """The type in which an argument of this type is given."""
    if isinstance(kind, types.Float):
        return REAL_NUMBER
    return NUMBER if isinstance(kind, types.Integer | types.Boolean | types.Literal) else kind


def _argument(builder: Any, context: Any, kind: Any, raw: Any) -> Row | Fields | Value:
    if isinstance(kind, types.NamedTuple):
        return Fields(builder, context, kind, raw)
    if isinstance(kind, types.Array):
        data = context.make_array(kind)(context, builder, raw).data
        return Row(builder, data, context.get_data_type(kind.dtype))
    return Value(builder, raw)
