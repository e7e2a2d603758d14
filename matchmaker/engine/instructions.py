"""Loops over a row of lanes that the compiler does not make by itself: vectors that stay in registers.

Written for vectors as wide as the row; LLVM cuts them to what the processor has, so that one text serves all.
Every argument is an array and a place in it, counted in items of the array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic

CHUNK = 64  # bytes that one instruction multiplies and adds up
I1, I8, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
SUMS = ir.VectorType(I32, 16)

# Zen 4, Ice Lake and later; on others plain loops with the same result.
HAS_DOT = "+avx512vnni" in cpu_target.target_context.codegen()._tm_features


def _pointer(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    """The address of item `at` of an array."""
    return builder.gep(context.make_array(kind)(context, builder, array).data, [at])


def _load(builder: Any, address: Any, item: Any, count: int) -> Any:
    vector = ir.VectorType(item, count)
    return builder.load(builder.bitcast(address, vector.as_pointer()), align=1)


def _store(builder: Any, vector: Any, address: Any) -> None:
    builder.store(vector, builder.bitcast(address, vector.type.as_pointer()), align=1)


def _splat(builder: Any, number: Any, count: int) -> Any:
    vector = ir.VectorType(number.type, count)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), number, ir.Constant(I32, 0))
    return builder.shuffle_vector(
        first, ir.Constant(vector, ir.Undefined), ir.Constant(ir.VectorType(I32, count), [0] * count)
    )


def _same(item: Any, number: int, count: int) -> Any:
    return ir.Constant(ir.VectorType(item, count), [number] * count)


# --- bits --------------------------------------------------------------------------------------------------


@intrinsic
def lowest_bit(_typing: Any, word: Any) -> Any:
    """The index of the lowest set bit of a word that is not nought."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(I1, 1))

    return types.uint64(types.uint64), code


@intrinsic
def highest_bit(_typing: Any, word: Any) -> Any:
    """The index of the highest set bit of a word that is not nought."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.sub(ir.Constant(I64, 63), builder.ctlz(args[0], ir.Constant(I1, 1)))

    return types.int64(types.uint64), code


@intrinsic
def count_bits(_typing: Any, word: Any) -> Any:
    """How many bits of a word are set."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return word(word), code


@intrinsic
def bits_of(_typing: Any, flags: Any, at: Any) -> Any:
    """uint64: which of 64 bytes are not nought."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = _pointer(context, builder, signature.args[0], *args)
        set_ones = builder.icmp_unsigned("!=", _load(builder, address, I8, 64), _same(I8, 0, 64))
        return builder.bitcast(set_ones, I64)

    return types.uint64(flags, types.int64), code


def meet_all(words: int) -> Callable[..., Any]:
    """Make meet(bits, table, base, rows, opens, first, last): AND of unions of rows of `words` words.

    Row table[base + rows[t]] joins the union of its clause, which ends where opens[t] is nought (else all
    ones). bits uint64[words] keeps what passes every clause.
    """

    @intrinsic
    def meet(
        _typing: Any, bits: Any, table: Any, base: Any, rows: Any, opens: Any, first: Any, last: Any
    ) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kinds = signature.args
            address = _pointer(context, builder, kinds[0], args[0], ir.Constant(I64, 0))
            passed = cgutils.alloca_once_value(builder, _load(builder, address, I64, words))
            union = cgutils.alloca_once_value(builder, _same(I64, 0, words))
            with cgutils.for_range_slice(builder, args[5], args[6], ir.Constant(I64, 1)) as (t, _):
                row = builder.load(_pointer(context, builder, kinds[3], args[3], t))
                at = builder.add(args[2], builder.sext(row, I64))
                lets_in = _load(builder, _pointer(context, builder, kinds[1], args[1], at), I64, words)
                still = builder.load(_pointer(context, builder, kinds[4], args[4], t))
                open_still = _splat(builder, still, words)
                both = builder.or_(builder.load(union), lets_in)
                builder.store(builder.and_(builder.load(passed), builder.or_(both, open_still)), passed)
                builder.store(builder.and_(both, open_still), union)
            _store(builder, builder.load(passed), address)
            return context.get_dummy_value()

        i64 = types.int64
        return types.void(bits, table, i64, rows, opens, i64, i64), code

    return meet


# --- fits --------------------------------------------------------------------------------------------------


def mix_rows(lanes: int) -> Callable[..., Any]:
    """Make mix(levels, to, table, base, rows, shares, first, last): a weighted mean of rows of bytes.

    levels[to + x] = (Σ shares[t] · table[base + rows[t] + x] + 128) >> 8 for x in 0 … lanes - 1.
    """

    @intrinsic
    def mix(
        _typing: Any,
        levels: Any,
        to: Any,
        table: Any,
        base: Any,
        rows: Any,
        shares: Any,
        first: Any,
        last: Any,
    ) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kinds = signature.args
            total = cgutils.alloca_once_value(builder, _same(I16, 128, lanes))
            words = ir.VectorType(I16, lanes)
            with cgutils.for_range_slice(builder, args[6], args[7], ir.Constant(I64, 1)) as (t, _):
                row = builder.load(_pointer(context, builder, kinds[4], args[4], t))
                at = builder.add(args[3], builder.sext(row, I64))
                raw = _load(builder, _pointer(context, builder, kinds[2], args[2], at), I8, lanes)
                share = _splat(builder, builder.load(_pointer(context, builder, kinds[5], args[5], t)), lanes)
                part = builder.mul(builder.zext(raw, words), share)
                builder.store(builder.add(builder.load(total), part), total)
            mean = builder.lshr(builder.load(total), _same(I16, 8, lanes))
            address = _pointer(context, builder, kinds[0], args[0], args[1])
            _store(builder, builder.trunc(mean, ir.VectorType(I8, lanes)), address)
            return context.get_dummy_value()

        i64 = types.int64
        return types.void(levels, i64, table, i64, rows, shares, i64, i64), code

    return mix


def copy_bytes(count: int) -> Callable[..., Any]:
    """Make copy(levels, to, table, at): `count` bytes of table from `at` on to levels[to …]."""

    @intrinsic
    def copy(_typing: Any, levels: Any, to: Any, table: Any, at: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            source = _pointer(context, builder, signature.args[2], *args[2:])
            target = _pointer(context, builder, signature.args[0], *args[:2])
            _store(builder, _load(builder, source, I8, count), target)
            return context.get_dummy_value()

        return types.void(levels, types.int64, table, types.int64), code

    return copy


def weigh_levels(lanes: int, stride: int) -> Callable[..., Any]:
    """Make weigh(us, vs, levels, ours, at, theirs, to): both sides' sums of weight · level over 8 factors.

    levels uint8[8 · lanes] factor by factor; ours uint16[…] eight weights from `at`; theirs uint16[…] from
    `to`: four rows of `stride` pairs of weights, of two factors each. us, vs int32[lanes].
    """

    @intrinsic
    def weigh(_typing: Any, us: Any, vs: Any, levels: Any, ours: Any, at: Any, theirs: Any, to: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kinds = signature.args
            ours_at = _pointer(context, builder, kinds[3], args[3], args[4])
            pairs_of_ours = [
                _splat(
                    builder,
                    builder.load(
                        builder.gep(builder.bitcast(ours_at, I32.as_pointer()), [ir.Constant(I64, p)])
                    ),
                    16,
                )
                for p in range(4)
            ]
            theirs_at = builder.bitcast(
                _pointer(context, builder, kinds[5], args[5], args[6]), I32.as_pointer()
            )
            levels_at = _pointer(context, builder, kinds[2], args[2], ir.Constant(I64, 0))
            with cgutils.for_range_slice(
                builder, ir.Constant(I64, 0), ir.Constant(I64, lanes), ir.Constant(I64, 16)
            ) as (x, _):
                u, v = _same(I32, 0, 16), _same(I32, 0, 16)
                for p in range(4):
                    two = _two_levels(builder, levels_at, x, 2 * p * lanes, lanes)
                    their_pair = builder.gep(theirs_at, [builder.add(x, ir.Constant(I64, p * stride))])
                    u = _add_products(builder, u, two, pairs_of_ours[p])
                    v = _add_products(builder, v, two, _load(builder, their_pair, I32, 16))
                _store(builder, u, _pointer(context, builder, kinds[0], args[0], x))
                _store(builder, v, _pointer(context, builder, kinds[1], args[1], x))
            return context.get_dummy_value()

        i64 = types.int64
        return types.void(us, vs, levels, ours, i64, theirs, i64), code

    return weigh


def _two_levels(builder: Any, levels: Any, x: Any, first: int, lanes: int) -> Any:
    """<16 x i32>: the levels of two factors, in the lower and upper half of each number."""
    low, high = (
        builder.zext(
            _load(builder, builder.gep(levels, [builder.add(x, ir.Constant(I64, row))]), I8, 16), SUMS
        )
        for row in (first, first + lanes)
    )
    return builder.or_(low, builder.shl(high, _same(I32, 16, 16)))


def _add_products(builder: Any, total: Any, levels: Any, weights: Any) -> Any:
    """total + the products of both halves, which are positive int16 (vpdpwssd)."""
    if HAS_DOT:
        step = builder.module.declare_intrinsic(
            "llvm.x86.avx512.vpdpwssd.512", fnty=ir.FunctionType(SUMS, [SUMS, SUMS, SUMS])
        )
        return builder.call(step, [total, levels, weights])
    low, half = _same(I32, 0xFFFF, 16), _same(I32, 16, 16)
    of_low = builder.mul(builder.and_(levels, low), builder.and_(weights, low))
    of_high = builder.mul(builder.lshr(levels, half), builder.lshr(weights, half))
    return builder.add(total, builder.add(of_low, of_high))


@intrinsic
def dot_of_chunks(_typing: Any, ours: Any, theirs: Any) -> Any:
    """Σ (ours + 128) · theirs of two rows int8[d], d a multiple of 64: unsigned by signed bytes (vpdpbusd),
    64 of them a step. 384 numbers take 4 ns, a third of the compiled loop."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        a, b = (context.make_array(t)(context, builder, x) for t, x in zip(signature.args, args, strict=True))
        step = builder.module.declare_intrinsic(
            "llvm.x86.avx512.vpdpbusd.512", fnty=ir.FunctionType(SUMS, [SUMS, SUMS, SUMS])
        )
        shift = _same(I32, -2139062144, 16)  # 0x80 in every byte: x ^ 0x80 is x + 128 unsigned
        total = cgutils.alloca_once_value(builder, _same(I32, 0, 16))
        chunks = builder.udiv(a.nitems, ir.Constant(I64, CHUNK))
        with cgutils.for_range(builder, chunks) as loop:
            at = builder.mul(loop.index, ir.Constant(I64, CHUNK))
            x, y = (
                builder.load(builder.bitcast(builder.gep(z.data, [at]), SUMS.as_pointer()), align=1)
                for z in (a, b)
            )
            builder.store(builder.call(step, [builder.load(total), builder.xor(x, shift), y]), total)
        add = builder.module.declare_intrinsic(
            "llvm.vector.reduce.add.v16i32", fnty=ir.FunctionType(I32, [SUMS])
        )
        return builder.call(add, [builder.load(total)])

    return types.int32(ours, theirs), code
