"""The scopes of Python: what code does with the names of its own, and which names of elsewhere it reads.

It looks at the syntax alone, so that every version of Python finds the same.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
CHANGING = {"setattr", "delattr", "next", "exec"}  # builtins that change what they are given
ONLY_LOOK = set(dir(builtins)) - CHANGING | {"display", "verify"}  # functions that change nothing that they are given
MUTABLE, IMMUTABLE = (list, dict, set), (str, bytes, int, float, tuple, frozenset)
# Methods that change their object, even where they are only handed on: `descend(callback=path.append)`.
MUTATORS = {"append", "extend", "insert", "remove", "sort", "reverse"}
MUTATORS |= {"add", "discard", "update", "setdefault", "clear"}
# Methods that are called for what they return.
PURE = {name for kind in (*MUTABLE, *IMMUTABLE) for name in dir(kind)} - MUTATORS - {"pop", "popitem"}
PURE |= {"all", "any", "argmax", "argmin", "argsort", "astype", "clip", "cumprod", "cumsum", "diagonal", "dot"}
PURE |= {"flatten", "item", "max", "mean", "min", "nonzero", "prod", "ravel", "repeat", "reshape", "round", "squeeze"}
PURE |= {"std", "sum", "take", "tolist", "trace", "transpose", "var"}
PURE |= {"decision_function", "predict", "predict_proba", "score", "select", "transform", "verify"}
FILLING = {"shuffle", "fill_diagonal", "copyto", "put", "place"}  # change their first argument


class Uses:
    """What some code does with the names of its own scope; comprehensions and functions have scopes of their own."""

    def __init__(self, *nodes: ast.AST | None) -> None:
        self.reads: set[str] = set()
        self.binds: set[str] = set()
        self.touches: set[str] = set()
        self.late: set[str] = set()  # names that its functions read when they are called
        self.later: set[str] = set()  # names of what they change then
        self.declared: set[str] = set()  # by `global`, `nonlocal`
        self.given: set[tuple[str, str, bool]] = (
            set()
        )  # function, what it is given, whether it is called for its own sake
        self.rough: dict[str, bool] = {}  # function of its own -> whether it may change what it is given
        self.visit(*nodes)

    def visit(self, *nodes: ast.AST | None) -> None:
        for node in nodes:
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.function(node)
                case ast.Lambda():
                    self.lambda_(node)
                case ast.ClassDef():
                    self.class_(node)
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    self.comprehension(node)
                case ast.AnnAssign():
                    self.visit(node.annotation, node.value, node.target if node.value else None)
                case ast.AST():
                    self.own(node)
                    self.changed(node)
                    self.visit(*ast.iter_child_nodes(node))

    def own(self, node: ast.AST) -> None:
        """The names that a node itself reads and binds."""
        match node:
            case ast.Name(ctx=ast.Load()):
                self.reads.add(node.id)
            case ast.Name(ctx=ast.Store()):
                self.binds.add(node.id)
            case ast.Name():  # of `del`
                self.reads.add(node.id)
                self.binds.add(node.id)
            case ast.AugAssign(target=ast.Name(id=name)):
                self.reads.add(name)
                self.touches.add(name)
            case ast.alias():
                self.binds.add(node.asname or node.name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self.binds.add(name)
            case ast.MatchMapping(rest=str(name)):
                self.binds.add(name)
            case ast.Global() | ast.Nonlocal():
                self.declared.update(node.names)

    def changed(self, node: ast.AST) -> None:
        """The names whose objects a node itself may change."""
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                self.touch(node)
            case ast.Attribute(attr=name) if name in MUTATORS:
                self.touch(node)
            case ast.Expr(value=ast.Call(func=ast.Name(id=name)) as call) if name not in ONLY_LOOK:
                self.give(name, call, True)
            case ast.Call(func=ast.Attribute(attr=name)) if name not in PURE:
                self.touch(node.func)
            case ast.Call(func=ast.Name(id=name)):
                self.give(name, node, False)
        if isinstance(node, ast.Call):
            name = last(node.func)
            self.touch(*(word.value for word in node.keywords if word.arg == "out"))
            if name in FILLING or (isinstance(node.func, ast.Name) and name in CHANGING):
                self.touch(*node.args[:1])

    def give(self, function: str, call: ast.Call, own_sake: bool) -> None:
        given = (*call.args, *(word.value for word in call.keywords))
        self.given |= {(function, first(node), own_sake) for node in given if first(node)}

    def touch(self, *nodes: ast.AST) -> None:
        self.touches |= {first(node) for node in nodes} - {""}

    # ---- other scopes ---------------------------------------------------------------------------------------------
    def comprehension(self, node: Comprehension) -> None:
        """Its variables are its own, but `:=` binds outside; the first iterable is not yet inside."""
        own = Uses(*(part.target for part in node.generators)).binds
        inner = Uses(*ast.iter_child_nodes(node))
        if inner.touches & own:
            self.touch(*(part.iter for part in node.generators))
        self.take(inner, own)
        self.visit(node.generators[0].iter)

    def take(self, inner: Uses, own: set[str]) -> None:
        """What a scope that runs at once does outside itself."""
        for kind in ("reads", "binds", "touches", "late", "later"):
            getattr(self, kind).update(getattr(inner, kind) - own)
        self.given |= {given for given in inner.given if given[1] not in own}

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        inner = self.called(node.args, node.body, node)
        self.take(Uses(*node.decorator_list, node.returns), type_names(node))
        self.binds.add(node.name)
        self.rough[node.name] = inner.rough[""]
        self.late |= inner.reads
        self.later |= inner.touches

    def lambda_(self, node: ast.Lambda) -> None:
        """It is often given to somebody who calls it at once."""
        inner = self.called(node.args, [node.body])
        self.take(inner, set())
        self.late |= inner.reads
        self.later |= inner.touches

    def called(self, args: ast.arguments, body: Iterable[ast.AST], node: ast.AST | None = None) -> Uses:
        """What a function does outside itself when it is called; its defaults and annotations are read now."""
        given = [part for part in ast.walk(args) if isinstance(part, ast.arg)]
        self.take(Uses(args), type_names(node))
        inner = Uses(*body)
        inner.touches |= {name for _, name, own_sake in inner.given if own_sake}
        own = {part.arg for part in given} | type_names(node) | inner.binds - inner.declared
        outside = Uses()
        outside.rough[""] = bool(inner.touches & {part.arg for part in given})
        outside.reads = (inner.reads | inner.late) - own
        outside.touches = (inner.touches | inner.later | inner.declared & inner.binds) - own
        return outside

    def class_(self, node: ast.ClassDef) -> None:
        """Its body runs at once, in a scope that its methods do not see."""
        inner = Uses(*node.body)
        self.take(Uses(*node.decorator_list, *node.bases, *node.keywords), type_names(node))
        self.reads |= free(node.body, functions=False) - type_names(node)
        self.touches |= inner.touches - inner.binds
        self.given |= {given for given in inner.given if given[1] not in inner.binds}
        self.late |= inner.late - type_names(node)
        self.later |= inner.later
        self.binds.add(node.name)


def type_names(node: ast.AST | None) -> set[str]:
    """`T` of `def first[T](x: T)`."""
    return {part.name for part in getattr(node, "type_params", [])}


def sure(node: ast.AST) -> set[str]:
    """Names that a statement is certain to bind."""
    if isinstance(node, ast.Assign):
        return Uses(*node.targets).binds
    if isinstance(node, DEFINITIONS):
        return {node.name}
    always = isinstance(node, ast.Import | ast.ImportFrom | ast.AnnAssign)
    return Uses(node).binds if always else set()


def free(body: list[ast.stmt], known: Iterable[str] = (), functions: bool = True) -> set[str]:
    """Names that statements read before they have bound them; what a branch binds is not counted on."""
    mine, found = set(known), set[str]()
    for node in body:
        blocks = list(inside(node))
        here = Uses(*heads(node)) if blocks else Uses(node)
        found |= here.reads - mine
        if functions:
            found |= here.late - mine - (sure(node) if isinstance(node, DEFINITIONS) else set())
        for names, block in blocks:
            found |= free(block, mine | names, functions)
            if isinstance(node, ast.With | ast.AsyncWith):  # its block always runs
                mine |= names.union(*map(sure, block))
        mine |= sure(node)
    return found


def inside(node: ast.AST) -> Iterator[tuple[set[str], list[ast.stmt]]]:
    """The blocks of a compound statement, each with the names that are bound for it; functions and classes have none."""
    if isinstance(node, DEFINITIONS):
        return
    items = [item.optional_vars for item in getattr(node, "items", []) if item.optional_vars]
    target = [node.target] if isinstance(node, ast.For | ast.AsyncFor) else []
    if body := getattr(node, "body", None):
        yield Uses(*items, *target).binds, body
    for handler in getattr(node, "handlers", []):
        yield {handler.name} - {None}, handler.body
    for case in getattr(node, "cases", []):
        yield Uses(case.pattern).binds, case.body
    for name in ("orelse", "finalbody"):
        if block := getattr(node, name, None):
            yield set(), block


def heads(node: ast.AST) -> Iterator[ast.AST]:
    """What a compound statement evaluates besides its blocks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from heads(child)
        elif not isinstance(child, ast.stmt):
            yield child


def first(node: ast.AST) -> str:
    """`x` of `x.a[0].b` and of `x.f().b`; nothing where it does not begin with a name, as `f(x).b`.

    >>> first(ast.parse("x.a[0].b").body[0].value)
    'x'
    """
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        if isinstance(node, ast.Call):
            node = node.func
            if isinstance(node, ast.Name):
                return ""
        else:
            node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def last(node: ast.AST) -> str:
    """`b` of `x.a.b`.

    >>> last(ast.parse("x.a.b").body[0].value)
    'b'
    """
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
