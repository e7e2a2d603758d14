"""Rows of memory fetched before they are needed, and moved in one piece."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

I8, I32, I64 = (ir.IntType(bits) for bits in (8, 32, 64))
LINE = 64  # bytes that come at once


@intrinsic
def fetch(_typing: Any, row: Any) -> Any:
    """Ask for a row that will be read soon, so that nobody waits for the memory then."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wanted = context.make_array(signature.args[0])(context, builder, args[0])
        kinds = [I8.as_pointer(), I32, I32, I32]
        ask = builder.module.declare_intrinsic("llvm.prefetch.p0", fnty=ir.FunctionType(ir.VoidType(), kinds))
        how = [ir.Constant(I32, x) for x in (0, 3, 1)]  # to read, to keep, data
        start, size = builder.bitcast(wanted.data, kinds[0]), builder.mul(wanted.nitems, wanted.itemsize)
        zero, line = ir.Constant(I64, 0), ir.Constant(I64, LINE)
        with cgutils.for_range_slice(builder, zero, size, line) as (at, _count):
            builder.call(ask, [builder.gep(start, [at]), *how])
        return context.get_dummy_value()

    return types.void(row), code


@intrinsic
def move(_typing: Any, to: Any, at: Any, source: Any, start: Any, count: Any) -> Any:
    """to[at:at + count] = source[start:start + count] of two separate rows."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, origin = (context.make_array(signature.args[x])(context, builder, args[x]) for x in (0, 2))
        into, out_of = builder.gep(target.data, [args[1]]), builder.gep(origin.data, [args[3]])
        cgutils.raw_memcpy(builder, into, out_of, args[4], target.itemsize)
        return context.get_dummy_value()

    place = types.int64
    return types.void(to, place, source, place, place), code
