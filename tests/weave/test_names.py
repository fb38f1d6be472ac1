"""What code does with names, from its syntax alone: the same on every Python."""

import ast
import builtins
import dataclasses
import inspect
import sys

import pytest

from weave.names import Names
from weave.uses import Uses, first


def words(names):
    return " ".join(sorted(names))


@pytest.mark.parametrize(
    ("code", "reads", "binds"),
    [
        ("x = y + 1", "y", "x"),
        ("a, *b = c", "c", "a b"),
        ("x += 1", "x", "x"),
        ("del x", "x", "x"),
        ("x: int", "int", ""),
        ("x: int = y", "int y", "x"),
        ("x.a = y[0] = 1", "x y", ""),
        ("import os.path, json as j\nfrom math import pi as p, e", "", "os j p e"),
        ("(n := m)", "m", "n"),
        ("f'{w:>{v}}'", "w v", ""),
        # comprehensions have a scope of their own, but for the first iterable and for `:=`
        ("l = [a for a in g]", "g", "l"),
        ("l = [a for a in a]", "a", "l"),
        ("{k: v for k, v in d.items() if k in e}", "d e", ""),
        ("m = [[u for u in row] for row in g]", "g", "m"),
        ("[last := i for i in r]", "r", "last"),
        ("[lambda: g + i for i in r]", "g r", ""),
        ("k = [k for k in s]\nk", "s", "k"),
        ("[0 for k in s]\nk", "s k", ""),
        # functions and classes
        ("def f(x, y=k): return x + z", "k z", "f"),
        ("def f(n): return f(n - 1)", "", "f"),
        ("def f():\n    def g(): return z + y\n    y = 1\n    return g", "z", "f"),
        ("def f():\n    global m\n    m = k", "k", "f"),
        ("async def f(): await g()", "g", "f"),
        ("@d\ndef f(x: t) -> u: pass", "d t u", "f"),
        ("f = lambda x, y=k: x + z", "k z", "f"),
        ("class A(B, metaclass=M): b = b", "B M b", "A"),
        ("class A:\n    b = 1\n    c = b\n    def f(self): return b", "b", "A"),
        ("class A:\n    b = 1\n    c = b", "", "A"),
        # compound statements
        ("for i in r: print(i, j)", "j print r", "i"),
        ("for x[0] in r: pass", "r x", ""),
        ("for i in r: y = i\nelse: y", "r y", "i y"),
        ("while a: b = 1\nb", "a b", "b"),
        ("if a: b = 1\nprint(b)", "a b print", "b"),
        ("with a as b, c as d[0]: e = b\nb, e", "a c d", "b e"),
        ("try: x\nexcept E as e: e\nelse: y\nfinally: z", "E x y z", "e"),
        ("try: pass\nexcept* (E, F): pass", "E F", ""),
        ("match p:\n    case (a, *b) if g: a, b, c", "c g p", "a b"),
        ("match p:\n    case {'k': v, **w}: v, w\n    case K.Q | P(): q", "K P p q", "v w"),
        # a builtin is read as any other name is
        ("sum = 3\ninput", "input", "sum"),
    ],
)  # fmt: skip
def test_names_that_are_read_and_bound(code, reads, binds):
    names = Names(code)
    assert words(names.reads) == words(reads.split())
    assert words(names.binds) == words(binds.split())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is new in Python 3.12")
@pytest.mark.parametrize(
    ("code", "reads", "binds"),
    [
        ("type X = int", "int", "X"),
        ("def f[T](x: T) -> T: return x", "", "f"),
        ("class A[T](B[T]):\n    def f(self, x: T): return k", "B k", "A"),
    ],
)
def test_names_of_types(code, reads, binds):
    test_names_that_are_read_and_bound(code, reads, binds)


@pytest.mark.parametrize(
    ("code", "replaced"),
    [
        ("x = y = 1", "x y"),
        ("x, (y, *z) = 1, (2, 3)", "x y z"),
        ("x[0] = y.a = 1", ""),
        ("x += 1", ""),
        ("x: int", ""),
        ("x: int = 1", "x"),
        ("if a: x = 1", ""),
        ("for x in a: pass", ""),
        ("x = a and (n := 1)", "x"),
        ("import a.b", "a"),
        ("def f(): pass", "f"),
        ("async def f(): pass", "f"),
        ("class A: b = 1", "A"),
    ],
)
def test_names_that_are_certain_to_be_new(code, replaced):
    assert words(Names(code).replaces) == replaced


@pytest.mark.parametrize(
    ("code", "touched"),
    [
        ("a[0] = 1", "a"),
        ("a.b.c = 1", "a"),
        ("del a[0]", "a"),
        ("a += 1", "a"),
        ("a.append(1)", "a"),
        ("print(a.pop())", "a"),
        ("assert a.pop() == 1", "a"),
        ("z = a.fit(x)", "a"),
        ("a.me().set(z=1)", "a"),
        ("a.compile()", "a"),
        ("y = a.mean() + a.T.dot(b)", ""),
        ("y = a.get(b).format(c)", ""),
        ("f(a, b, k=c)", "a b c"),
        ("y = f(a)", ""),
        ("f(a).b(c)", ""),
        ("print(a)", ""),
        ("sorted(a)", ""),
        ("y = next(a)", "a"),
        ("setattr(a, 'x', b)", "a b"),
        ("_ = np.add(a, 1, out=b)", "b np"),
        ("y = rng.shuffle(a)", "a rng"),
        ("w = descend(a.append)", "a"),
        ("w = descend(callback=lambda v: a.append(v))", "a"),
        ("[row.append(1) for row in a]", "a"),
        ("def f(x): x.append(1); a.append(1)", ""),
        ("def f(x): x.append(1); a.append(1)\nf([])", "a"),
        ("class A:\n    a.append(1)\n    def f(self): self.x = 1", "a"),
    ],
)
def test_names_of_objects_that_may_change(code, touched):
    assert words(Names(code).touches) == touched


@pytest.mark.parametrize(
    ("code", "late", "later"),
    [
        ("def f(x):\n    y = x\n    return y + z", "z", ""),
        ("def f(x): log.append(x)", "log", "log"),
        ("def f():\n    global m\n    m = k", "k", "m"),
        ("def f():\n    n = 0\n    def g():\n        nonlocal n\n        n = k\n    g()", "k", ""),
        ("class A:\n    def f(self):\n        self.x = k\n        a.x = 1", "a k", "a"),
        ("[lambda: i + z for i in r]", "z", ""),
    ],
)
def test_what_a_function_does_when_it_is_called(code, late, later):
    names = Names(code)
    assert words(names.late) == late
    assert words(names.later) == later


@pytest.mark.parametrize(
    ("code", "pairs"),
    [
        ("b = a", [("b", "a")]),
        ("b = a.x[0]", [("b", "a")]),
        ("b = a.copy()", []),
        ("b, c = d, e[0]", [("b", "d"), ("c", "e")]),
        ("b = c = f()", [("b", "c"), ("c", "b")]),
        ("for row in a: pass", [("row", "a")]),
        ("for i, row in enumerate(a): pass", [("row", "a")]),
        ("for x, y in zip(a, reversed(b)): pass", [("x", "a"), ("y", "b")]),
        ("for k, v in a.items(): pass", [("k", "a"), ("v", "a")]),
        ("for i in range(3): pass", []),
    ],
)
def test_two_names_for_one_object(code, pairs):
    assert sorted(Names(code).pairs) == sorted(pairs)


def test_what_is_imported_and_what_makes_random_numbers():
    assert words(Names("import numpy as np, os.path\nx = 1").imports) == "np os"
    assert Names("import numpy as np\nrng = np.random.default_rng(0)").makes_random
    assert not Names("rng.normal()").makes_random


def test_the_first_name_of_a_path():
    codes = ("a.b[0].c", "a.f().b", "f(a).b", "[a]")
    assert [first(ast.parse(code, mode="eval").body) for code in codes] == ["a", "a", "", ""]


@pytest.mark.parametrize("module", [ast, dataclasses, inspect])
def test_modules_of_python_read_only_what_they_have(module):
    """Code of thousands of lines, by other authors, in which no name is missing."""
    found = Uses(ast.parse(inspect.getsource(module)))
    assert len(found.binds) > 50
    assert words((found.reads | found.late) - found.binds - set(vars(module)) - set(dir(builtins))) == ""
