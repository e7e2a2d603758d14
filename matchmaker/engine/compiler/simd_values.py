"""Numbers of a program that is being written: see simd.py, which writes it."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils

WIDE = 16  # numbers of four bytes in the widest registers
BIT, BYTE, SHORT, INT, LONG = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
REAL = ir.FloatType()


def short_name(item: Any) -> str:
    """LLVM's short name of a type of numbers."""
    return "f32" if isinstance(item, ir.FloatType) else f"i{item.width}"


def size(item: Any) -> int:
    """The bytes of one number of this type."""
    return 4 if isinstance(item, ir.FloatType) else item.width // 8


class Value:
    """A number, or several side by side, in the program that is being written."""

    def __init__(self, builder: Any, raw: Any) -> None:
        self.builder, self.raw = builder, raw
        self.type = raw.type
        self.is_wide = isinstance(self.type, ir.VectorType)
        self.count = self.type.count if self.is_wide else 1
        self.item = self.type.element if self.is_wide else self.type

    @property
    def is_real(self) -> bool:
        """Whether it is of floating point."""
        return isinstance(self.item, ir.FloatType)

    def _made(self, raw: Any) -> Value:
        return Value(self.builder, raw)

    def like(self, other: Value | float) -> Value:
        """The other operand; a plain number becomes one of the same kind."""
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
        """Of signed numbers."""
        return self._do("ashr", "", other)

    def shifted_down(self, by: int) -> Value:
        """Of unsigned numbers."""
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
        """Where the two are the same."""
        return self._compare("==", other)

    def choose(self, yes: Value, no: Value | float) -> Value:
        """`yes` where this is true, `no` elsewhere."""
        return self._made(self.builder.select(self.raw, yes.raw, yes.like(no).raw))

    def at_least(self, other: Value | float, *, signed: bool = True) -> Value:
        """The greater of the two."""
        return self._compare(">", other, signed=signed).choose(self, other)

    def at_most(self, other: Value | float) -> Value:
        """The smaller of the two."""
        return (self < other).choose(self, other)

    def to(self, item: Any, *, signed: bool = False) -> Value:
        """The same numbers as whole ones of another width, or as real ones."""
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
        """The same bits as another type."""
        return self._made(self.builder.bitcast(self.raw, kind))

    def everywhere(self, count: int = WIDE) -> Value:
        """This number in every place."""
        nothing = ir.Constant(ir.VectorType(self.type, count), ir.Undefined)
        first = self.builder.insert_element(nothing, self.raw, ir.Constant(INT, 0))
        return self._made(self.builder.shuffle_vector(first, nothing, self._places([0] * count)))

    def mixed_with(self, other: Value, places: list[int]) -> Value:
        """The numbers in these places of the two, one after the other."""
        return self._made(self.builder.shuffle_vector(self.raw, other.raw, self._places(places)))

    @staticmethod
    def _places(places: list[int]) -> Any:
        return ir.Constant(ir.VectorType(INT, len(places)), places)

    def _call(self, name: str, result: Any, *rest: Any) -> Value:
        """Call LLVM's function of this name for this type."""
        given = [self.raw, *rest]
        kind = ir.FunctionType(result, [x.type for x in given])
        of = f"v{self.count}{short_name(self.item)}" if self.is_wide else short_name(self.item)
        function = self.builder.module.declare_intrinsic(f"llvm.{name}.{of}", fnty=kind)
        return self._made(self.builder.call(function, given))

    def leading_zeros(self) -> Value:
        """How many; of zero anything."""
        return self._call("ctlz", self.type, ir.Constant(BIT, 1))

    def trailing_zeros(self) -> Value:
        """How many; of zero anything."""
        return self._call("cttz", self.type, ir.Constant(BIT, 1))

    def ones(self) -> Value:
        """How many bits are set."""
        return self._call("ctpop", self.type)

    def total(self) -> Value:
        """The sum of all places."""
        return self._call("vector.reduce.add", self.item)

    def only(self, wanted: Value) -> Value:
        """The numbers where `wanted` is true, side by side from the first place on; then zeros."""
        zeros = ir.Constant(self.type, [0] * self.count)
        return self._call("experimental.vector.compress", self.type, wanted.raw, zeros)

    def how_many(self) -> Value:
        """LONG: in how many places this is true."""
        return self.seen_as(ir.IntType(self.count)).ones().to(LONG)


class Cell:
    """A variable of the program that is being written; it stays in a register."""

    def __init__(self, builder: Any, first: Value) -> None:
        self.builder, self.place = builder, cgutils.alloca_once_value(builder, first.raw)

    @property
    def now(self) -> Value:
        """What it holds."""
        return Value(self.builder, self.builder.load(self.place))

    def set(self, value: Value) -> None:
        """Let it hold another value."""
        self.builder.store(value.raw, self.place)
