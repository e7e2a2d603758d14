"""Vector instructions for the kernel's inner loops, which LLVM does not vectorise by itself.

A function under `compiled` is Python that runs once, while the calling loop is compiled, and emits LLVM
instructions: `u * v` emits a multiplication. A `Value` is a number of the running program, or a vector of
them; a plain number beside it is a constant. LLVM splits 512-bit vectors for narrower processors, so the
results are the same on all (tests/engine/test_definition.py). docs/decisions/0025 says what loops in plain
numba would cost.
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

WIDE = 16  # numbers of four bytes in a vector
BIT, BYTE, SHORT, INT, LONG = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
REAL = ir.FloatType()
VOID, NUMBER, REAL_NUMBER = types.void, types.int64, types.float32
# Whether the processor has instructions for sums of products (Zen 4, Ice Lake and later).
HAS_DOT = "+avx512vnni" in cpu_target.target_context.codegen()._tm_features


def short_name(item: Any) -> str:
    return "f32" if isinstance(item, ir.FloatType) else f"i{item.width}"


def size(item: Any) -> int:
    """The bytes of one number of this type."""
    return 4 if isinstance(item, ir.FloatType) else item.width // 8


class Value:
    def __init__(self, builder: Any, raw: Any) -> None:
        self.builder, self.raw = builder, raw
        self.type = raw.type
        self.is_wide = isinstance(self.type, ir.VectorType)
        self.count = self.type.count if self.is_wide else 1
        self.item = self.type.element if self.is_wide else self.type

    @property
    def is_real(self) -> bool:
        return isinstance(self.item, ir.FloatType)

    def _made(self, raw: Any) -> Value:
        return Value(self.builder, raw)

    def like(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return other
        return self._made(ir.Constant(self.type, [other] * self.count if self.is_wide else other))

    def _do(self, whole: str, real: str, other: Value | float) -> Value:
        act = getattr(self.builder, real if self.is_real else whole)
        return self._made(act(self.raw, self.like(other).raw))

    def __add__(self, other: Value | float) -> Value:
        return self._do("add", "fadd", other)

    def __sub__(self, other: Value | float) -> Value:
        return self._do("sub", "fsub", other)

    def __mul__(self, other: Value | float) -> Value:
        return self._do("mul", "fmul", other)

    def __and__(self, other: Value | int) -> Value:
        return self._do("and_", "", other)

    def __or__(self, other: Value | int) -> Value:
        return self._do("or_", "", other)

    def __xor__(self, other: Value | int) -> Value:
        return self._do("xor", "", other)

    def __lshift__(self, other: Value | int) -> Value:
        return self._do("shl", "", other)

    def __rshift__(self, other: Value | int) -> Value:
        return self._do("ashr", "", other)

    def shifted_down(self, by: int) -> Value:
        return self._do("lshr", "", by)

    def _compare(self, how: str, other: Value | float, *, signed: bool = True) -> Value:
        whole = self.builder.icmp_signed if signed else self.builder.icmp_unsigned
        compare = self.builder.fcmp_ordered if self.is_real else whole
        return self._made(compare(how, self.raw, self.like(other).raw))

    def __lt__(self, other: Value | float) -> Value:
        return self._compare("<", other)

    def __gt__(self, other: Value | float) -> Value:
        return self._compare(">", other)

    def __ge__(self, other: Value | float) -> Value:
        return self._compare(">=", other)

    def equals(self, other: Value | float) -> Value:
        return self._compare("==", other)

    def choose(self, yes: Value, no: Value | float) -> Value:
        return self._made(self.builder.select(self.raw, yes.raw, yes.like(no).raw))

    def at_least(self, other: Value | float, *, signed: bool = True) -> Value:
        return self._compare(">", other, signed=signed).choose(self, other)

    def at_most(self, other: Value | float) -> Value:
        return (self < other).choose(self, other)

    def lowered_by(self, other: Value) -> Value:
        return self._call("usub.sat", self.type, other.raw)

    def raised_by(self, other: Value) -> Value:
        return self._call("uadd.sat", self.type, other.raw)

    def to(self, item: Any, *, signed: bool = False) -> Value:
        kind = ir.VectorType(item, self.count) if self.is_wide else item
        if isinstance(item, ir.FloatType):
            return self._made(self.builder.sitofp(self.raw, kind))
        if item.width == self.item.width:
            return self
        if item.width < self.item.width:
            return self._made(self.builder.trunc(self.raw, kind))
        widen = self.builder.sext if signed else self.builder.zext
        return self._made(widen(self.raw, kind))

    def seen_as(self, kind: Any) -> Value:
        return self._made(self.builder.bitcast(self.raw, kind))

    def everywhere(self, count: int = WIDE) -> Value:
        nothing = ir.Constant(ir.VectorType(self.type, count), ir.Undefined)
        first = self.builder.insert_element(nothing, self.raw, ir.Constant(INT, 0))
        zeros = ir.Constant(ir.VectorType(INT, count), [0] * count)
        return self._made(self.builder.shuffle_vector(first, nothing, zeros))

    def mixed_with(self, other: Value, places: list[int]) -> Value:
        order = ir.Constant(ir.VectorType(INT, len(places)), places)
        return self._made(self.builder.shuffle_vector(self.raw, other.raw, order))

    def _call(self, name: str, result: Any, *rest: Any) -> Value:
        given = [self.raw, *rest]
        kind = ir.FunctionType(result, [x.type for x in given])
        of = f"v{self.count}{short_name(self.item)}" if self.is_wide else short_name(self.item)
        function = self.builder.module.declare_intrinsic(f"llvm.{name}.{of}", fnty=kind)
        return self._made(self.builder.call(function, given))

    def leading_zeros(self) -> Value:
        return self._call("ctlz", self.type, ir.Constant(BIT, 1))

    def ones(self) -> Value:
        return self._call("ctpop", self.type)

    def total(self) -> Value:
        return self._call("vector.reduce.add", self.item)

    def only(self, wanted: Value) -> Value:
        """The numbers where `wanted` is true, side by side from the first place on; then zeros."""
        zeros = ir.Constant(self.type, [0] * self.count)
        return self._call("experimental.vector.compress", self.type, wanted.raw, zeros)

    def how_many(self) -> Value:
        return self.seen_as(ir.IntType(self.count)).ones().to(LONG)


class Cell:
    def __init__(self, builder: Any, first: Value) -> None:
        self.builder, self.place = builder, cgutils.alloca_once_value(builder, first.raw)

    @property
    def now(self) -> Value:
        return Value(self.builder, self.builder.load(self.place))

    def set(self, value: Value) -> None:
        self.builder.store(value.raw, self.place)


class Row:
    def __init__(self, builder: Any, data: Any, item: Any) -> None:
        self.builder, self.data, self.item = builder, data, item

    def _address(self, at: Value | int, kind: Any) -> Any:
        place = at.raw if isinstance(at, Value) else ir.Constant(LONG, at)
        return self.builder.bitcast(self.builder.gep(self.data, [place]), kind.as_pointer())

    def __getitem__(self, at: Value | int) -> Value:
        return Value(self.builder, self.builder.load(self._address(at, self.item)))

    def load(self, at: Value | int, count: int = WIDE) -> Value:
        address = self._address(at, ir.VectorType(self.item, count))
        return Value(self.builder, self.builder.load(address, align=1))

    def store(self, value: Value, at: Value | int = 0) -> None:
        self.builder.store(value.raw, self._address(at, value.type), align=1)

    def gather(self, places: Value, item: Any = None) -> Value:
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
        return Row(self.builder, self._address(at, self.item), self.item)

    def seen_as(self, item: Any) -> Row:
        """The same bytes as items of another type."""
        return Row(self.builder, self.builder.bitcast(self.data, item.as_pointer()), item)


def _raw(number: Value | int) -> Any:
    if isinstance(number, Value):
        return number.raw
    return ir.Constant(LONG, number)


class Rows:
    def __init__(self, builder: Any, count: int, item: Any) -> None:
        self.builder, self.item = builder, item
        with builder.goto_entry_block():
            self.places = builder.alloca(item.as_pointer(), count)

    def _at(self, which: Value | int) -> Any:
        return self.builder.gep(self.places, [_raw(which)])

    def set(self, which: Value | int, row: Row) -> None:
        self.builder.store(row.data, self._at(which))

    def __getitem__(self, which: Value | int) -> Row:
        return Row(self.builder, self.builder.load(self._at(which)), self.item)


class Code:
    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def number(self, number: int) -> Value:
        return Value(self.builder, ir.Constant(LONG, number))

    def same(self, item: Any, number: float, count: int = WIDE) -> Value:
        return Value(self.builder, ir.Constant(ir.VectorType(item, count), [number] * count))

    def counting(self, count: int = WIDE) -> Value:
        return Value(self.builder, ir.Constant(ir.VectorType(INT, count), list(range(count))))

    def cell(self, first: Value) -> Cell:
        return Cell(self.builder, first)

    def rows(self, count: int, item: Any) -> Rows:
        return Rows(self.builder, count, item)

    def each(self, first: Value | int, last: Value | int, step: int = 1) -> Iterator[Value]:
        """For x in range(first, last, step): the body of the Python loop is written once."""
        start, stop = _raw(first), _raw(last)
        with cgutils.for_range_slice(self.builder, start, stop, ir.Constant(LONG, step)) as (x, _):
            yield Value(self.builder, x)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        with self.builder.if_then(condition.raw):
            yield

    def call(self, name: str, result: Any, *given: Value) -> Value:
        kind = ir.FunctionType(result, [x.type for x in given])
        function = self.builder.module.declare_intrinsic(name, fnty=kind)
        return Value(self.builder, self.builder.call(function, [x.raw for x in given]))


class Fields:
    def __init__(self, builder: Any, context: Any, kind: types.NamedTuple, raw: Any) -> None:
        self._given = builder, context, kind, raw

    def __getattr__(self, name: str) -> Any:
        builder, context, kind, raw = self._given
        at = kind.fields.index(name)
        return _argument(builder, context, kind.types[at], builder.extract_value(raw, at))


def compiled(result: Any) -> Callable[[Callable[..., Value | None]], Any]:
    """Make a function that compiled loops can call of one that writes it: write(code, …)."""

    def make(write: Callable[..., Value | None]) -> Any:
        def typed(_typing: Any, *given: Any) -> Any:
            def code(context: Any, builder: Any, signature: Any, raw: Any) -> Any:
                kinds = zip(signature.args, raw, strict=True)
                result = write(Code(builder), *(_argument(builder, context, kind, x) for kind, x in kinds))
                return context.get_dummy_value() if result is None else result.raw

            return result(*map(_plain, given)), code

        names = ["typing", *list(signature(write).parameters)[1:]]
        typed.__name__, typed.__doc__ = write.__name__, write.__doc__
        typed.__signature__ = Signature(  # type: ignore[attr-defined]
            [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names]
        )
        return intrinsic(typed)

    return make


def _plain(kind: Any) -> Any:
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
