"""Find formulas in Markdown and write them as plain text: ``$\\frac{n^2}{2}$`` as n²/2. Pure.

The rules are those of ``assets/markdown/math.js``: money and shell words stay text.
"""

import re
from typing import Final

import regex

WRITTEN: Final = re.compile(
    r"\$\$(?:\\[\s\S]|[^$\\])+\$\$(?!\$)|\$(?![\s$])(?:\\.|[^$\\\n])+\$"
    r"|\\\((?:[^\\]|\\[^()])*\\\)|\\\[(?:[^\\]|\\[^\[\]])*\\\]"
)
_JOINED: Final = re.compile(r"(?:^|[^^_])[:,;/=|&<>+*.(){}\[\]\"'@-]$")
_NAME: Final = re.compile(r"(?:[A-Z_][A-Z0-9_]+|[A-Za-z_]\w{2,})", re.ASCII)
_PRICE: Final = re.compile(r"\d[\d.,]*\s+[^\s\\^_={}]{2,}(?:\s[^\\^_={}]*)?")
_SYMBOL: Final = re.compile(r"[\\^_=+<>\d{}|/]")
_WORD: Final = re.compile(r"[A-Za-z0-9_]")

_SIGNS: Final = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν "
    "xi ξ pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ "
    "Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω times × cdot · div ÷ pm ± le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ "
    "equiv ≡ sim ∼ propto ∝ infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ in ∈ notin ∉ subset ⊂ subseteq ⊆ "
    "cup ∪ cap ∩ emptyset ∅ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ to → rightarrow → leftarrow ← Rightarrow ⇒ "
    "implies ⇒ iff ⇔ mapsto ↦ ldots … cdots … dots … circ ∘ prime ′ mid | langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ "
    "lceil ⌈ rceil ⌉ "
)
_RAISED: Final = dict(zip("0123456789+-nixyT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱˣʸᵀ", strict=True))
_LOWERED: Final = dict(zip("0123456789+-aeoxijkmn", "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓᵢⱼₖₘₙ", strict=True))
_OPEN, _CLOSE = "\ue000", "\ue001"  # brackets that are removed again around a single word
_BRACES: Final = ("\ue002", "\ue003")  # brackets that are displayed

_BEFORE: Final = [
    (r"\\\{", _BRACES[0]),
    (r"\\\}", _BRACES[1]),
    (r"\\([%$#_&])", "\\1"),
    (r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits|begin\s*\{\w+\*?\}|end\s*\{\w+\*?\})(?![A-Za-z])\.?", ""),
    (r"\\\\|\\[,;:! ]|\\q?quad(?![A-Za-z])|[&~]", " "),
    *((rf"\\{name}(?![A-Za-z])", sign) for name, sign in re.findall(r"(\w+) (\S)", _SIGNS)),
]
_WITHIN: Final = [
    (r"\\(?:text|mbox|operatorname|boldsymbol|math[a-z]+)\s*\{([^{}]*)\}", "\\1"),
    *((rf"\^(?:\{{{regex.escape(low)}\}}|{regex.escape(low)})", high) for low, high in _RAISED.items()),
    *((rf"_(?:\{{{regex.escape(high)}\}}|{regex.escape(high)})", low) for high, low in _LOWERED.items()),
    (r"\^\{-1\}", "⁻¹"),
    (r"([\^_])\{([^{}]*)\}", f"\\1{_OPEN}\\2{_CLOSE}"),
    (r"\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", f"{_OPEN}\\1{_CLOSE}/{_OPEN}\\2{_CLOSE}"),
    (r"\\sqrt\s*\{([^{}]*)\}", f"√{_OPEN}\\1{_CLOSE}"),
    (rf"{_OPEN}([\p{{L}}\p{{N}}√∞]*){_CLOSE}", "\\1"),
]
_AFTER: Final = [
    (_OPEN, "("),
    (_CLOSE, ")"),
    (r"[{}]", ""),
    (_BRACES[0], "{"),
    (_BRACES[1], "}"),
    (r"\\([A-Za-z]+)", "\\1"),
    (r"\s+", " "),
]
_STEPS: Final = [(regex.compile(pattern), to) for pattern, to in (*_BEFORE, *3 * _WITHIN, *_AFTER)]
"""Patterns and their replacements, applied in order: those within braces three times, since braces may be nested."""


def formula_at(text: str, at: int) -> str:
    """Return the formula, with its marks, that begins at a place of a text; empty for none."""
    found = WRITTEN.match(text, at)
    return found[0] if found and _is_formula(found[0], text[at - 1 : at] if at else "", text[found.end() :][:1]) else ""


def readable(formula: str) -> str:
    """Return a formula, given with its marks, as plain text."""
    text = formula.strip("$") if formula.startswith("$") else formula[2:-2]
    for pattern, to in _STEPS:
        text = pattern.sub(to, text)
    return text.strip()


def _is_formula(written: str, before: str, after: str) -> bool:
    """Return whether the text around a mark shows that a formula is meant."""
    is_word = bool(_WORD.match(before))
    if written.startswith("\\"):
        path = is_word or before in set("\"'/")
        return before != "\\" and not (written[1] == "(" and path) and bool(written[2:-2].strip())
    if written.startswith("$$"):
        value = written[2:-2]
        spaced = value != value.strip() and not _SYMBOL.search(value)
        return before != "$" and bool(value.strip()) and not spaced
    return before != "$" and not is_word and _is_inline(written[1:-1], after)


def _is_inline(value: str, after: str) -> bool:
    if value[-1:].isspace() or after.isdecimal() or after == "$" or _PRICE.fullmatch(value):
        return False
    goes_on = bool(_WORD.match(after)) or after in {"{", "("}
    return not (goes_on and (_JOINED.search(value) or _NAME.fullmatch(value)))
