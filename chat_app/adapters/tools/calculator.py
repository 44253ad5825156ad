"""A calculator: arithmetic from a tree of allowed parts, within sizes that cost nothing. Nothing is ever executed."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from chat_app.core.tools.ports import ToolInfo, ToolResult

LENGTH_MAX: Final = 500
"""Characters of an expression."""

BITS_MAX: Final = 10_000
"""The size of a whole number, about 3,000 digits."""

FACTORIAL_MAX: Final = 1_000

Number = int | float

_WORDED: Final = str.maketrans(
    {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "^": "**", "，": ",", "（": "(", "）": ")"}
)


Why = Literal[
    "calculator_text",
    "calculator_long",
    "calculator_syntax",
    "calculator_division",
    "calculator_size",
    "calculator_unknown",
]

_WORDS: Final[Mapping[Why, str]] = {
    "calculator_text": "`expression` has to be a text.",
    "calculator_long": f"The expression is longer than {LENGTH_MAX} characters.",
    "calculator_syntax": "This is no arithmetic expression.",
    "calculator_division": "Division by zero.",
    "calculator_size": "The expression has no result, or one that is too large.",
    "calculator_unknown": "Only numbers, + - * / // % **, parentheses and the named functions are known.",
}
"""The error for the model; people read the catalogue's ``toolErrors``."""


class NoResult(Exception):
    """The expression has no result, or the result is not allowed."""

    def __init__(self, why: Why) -> None:
        super().__init__(_WORDS[why])
        self.why: Why = why


class Calculator:
    """The tool `builtin/calculator`."""

    seconds = 30.0
    info = ToolInfo(
        id="builtin/calculator",
        name="calculate",
        label="Calculator",
        description=(
            "Computes an arithmetic expression exactly. Use it for every calculation that is not trivial. Knows "
            "+ - * / // % ** ( ), pi, e, and sqrt, abs, round, floor, ceil, min, max, exp, log (base as a second "
            "argument), log10, log2, sin, cos, tan, asin, acos, atan, radians, degrees, gcd, factorial, comb."
        ),
        parameters={
            "type": "object",
            "properties": {"expression": {"type": "string", "description": "such as (3 + 4) * 2 ** 0.5"}},
            "required": ["expression"],
        },
    )

    async def is_there(self) -> bool:
        """Return that it always is."""
        return True

    def needs_approval(self, _arguments: Mapping[str, Any]) -> bool:
        """Return False: no data leaves the server, so no approval is needed."""
        return False

    async def call(self, arguments: Mapping[str, Any]) -> ToolResult:
        """Compute ``arguments["expression"]``."""
        expression = arguments.get("expression")
        try:
            if not isinstance(expression, str):
                raise NoResult("calculator_text")
            return ToolResult(_shown(compute(expression)))
        except NoResult as error:
            return ToolResult(str(error), failed=True, code=error.why)


def compute(expression: str) -> Number:
    """Return the value of an expression. Raises :class:`NoResult`."""
    if len(expression) > LENGTH_MAX:
        raise NoResult("calculator_long")
    try:
        tree = ast.parse(expression.translate(_WORDED).strip(), mode="eval")
        return _value(tree.body)
    except (SyntaxError, MemoryError, RecursionError):
        raise NoResult("calculator_syntax") from None
    except ZeroDivisionError:
        raise NoResult("calculator_division") from None
    except (ValueError, OverflowError, TypeError):
        raise NoResult("calculator_size") from None


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _checked(value)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _checked(_OPERATORS[type(op)](_value(left), _value(right)))
        case ast.UnaryOp(op=ast.UAdd() | ast.USub() as sign, operand=operand):
            value = _value(operand)
            return -value if isinstance(sign, ast.USub) else value
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _checked(_FUNCTIONS[name](*map(_value, args)))
    raise NoResult("calculator_unknown")


def _checked(value: Any) -> Number:
    """Return a number of an allowed size."""
    if isinstance(value, int):
        if value.bit_length() > BITS_MAX:
            raise OverflowError
        return value
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError
    return value


def _power(base: Number, exponent: Number) -> Any:
    """Return a power, if its size can be bounded before it is computed."""
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * max(exponent, 0) > BITS_MAX:
        raise OverflowError
    return base**exponent


def _factorial(of: Number) -> int:
    if not isinstance(of, int) or of > FACTORIAL_MAX:
        raise ValueError
    return math.factorial(of)


def _comb(of: Number, chosen: Number) -> int:
    if not isinstance(of, int) or not isinstance(chosen, int) or of > FACTORIAL_MAX:
        raise ValueError
    return math.comb(of, chosen)


def _round(value: Number, digits: Number = 0) -> Number:
    if not isinstance(digits, int) or abs(digits) > BITS_MAX:
        raise ValueError
    return round(value, digits) if digits else round(value)


_OPERATORS: Final[Mapping[type[ast.operator], Callable[..., Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_CONSTANTS: Final = {"pi": math.pi, "e": math.e, "tau": math.tau}
_PLAIN: Final = (
    *(math.sqrt, math.floor, math.ceil, math.exp, math.log, math.log10, math.log2, math.gcd),
    *(math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.radians, math.degrees),
)
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    **{function.__name__: function for function in _PLAIN},
    "ln": math.log,
    "abs": abs,
    "min": min,
    "max": max,
    "round": _round,
    "factorial": _factorial,
    "comb": _comb,
}


def _shown(value: Number) -> str:
    """Return a number as people write it: 0.1 + 0.2 is 0.3."""
    return str(value) if isinstance(value, int) else format(value, ".15g")
