"""Pictures of invented articles, drawn from a word: the same word, the same picture."""

from sportsbrain.reference.dice import Dice

SHAPES = {
    "shirt": (
        '<path d="M30 22 L42 14 Q50 22 58 14 L70 22 L84 40 L72 48 L68 42 L68 86 L32 86 L32 42'
        ' L28 48 L16 40 Z" fill="{a}"/><path d="M42 14 Q50 24 58 14" fill="none" stroke="{b}"'
        ' stroke-width="3"/><circle cx="50" cy="54" r="{r}" fill="{b}"/>'
    ),
    "toy": (
        '<ellipse cx="50" cy="62" rx="26" ry="28" fill="{a}"/><circle cx="50" cy="32" r="20"'
        ' fill="{a}"/><circle cx="34" cy="16" r="7" fill="{b}"/><circle cx="66" cy="16" r="7"'
        ' fill="{b}"/><circle cx="43" cy="30" r="3" fill="#111"/><circle cx="57" cy="30" r="3"'
        ' fill="#111"/><path d="M42 40 Q50 46 58 40" fill="none" stroke="#111" stroke-width="2"/>'
        '<ellipse cx="50" cy="66" rx="{r}" ry="18" fill="{b}"/>'
    ),
    "pin": (
        '<circle cx="50" cy="50" r="34" fill="{a}"/><circle cx="50" cy="50" r="26" fill="none"'
        ' stroke="{b}" stroke-width="4"/><path d="M50 {r} L58 58 L42 58 Z" fill="{b}"/>'
    ),
    "cap": (
        '<path d="M20 58 Q22 24 50 24 Q78 24 80 58 Z" fill="{a}"/><path d="M14 58 L92 58 Q88 70 60 66'
        ' L20 66 Z" fill="{b}"/><circle cx="50" cy="42" r="{r}" fill="{b}"/>'
    ),
    "ticket": (
        '<path d="M12 32 H88 V44 A6 6 0 0 0 88 56 V68 H12 V56 A6 6 0 0 0 12 44 Z" fill="{a}"/>'
        '<path d="M64 34 V66" stroke="{b}" stroke-width="2" stroke-dasharray="3 3"/>'
        '<rect x="20" y="42" width="34" height="{r}" fill="{b}"/>'
    ),
    "gift": (
        '<rect x="14" y="28" width="72" height="44" rx="5" fill="{a}"/><path d="M34 28 V72 M14 44 H86"'
        ' stroke="{b}" stroke-width="5"/><circle cx="34" cy="44" r="{r}" fill="{b}"/>'
    ),
    "cup": (
        '<path d="M28 24 H66 L62 84 H32 Z" fill="{a}"/><path d="M66 34 Q84 36 80 52 Q76 62 64 60"'
        ' fill="none" stroke="{a}" stroke-width="6"/><circle cx="47" cy="50" r="{r}" fill="{b}"/>'
    ),
}

TONES = {
    "BLUE": "hsl(215 65% 45%)", "GREEN": "hsl(150 50% 38%)", "RED": "hsl(355 65% 48%)",
    "WHITE": "hsl(210 20% 99%)",
}  # fmt: skip


def article_svg(word: str, shape: str) -> str:
    """Return a picture of a hundred by a hundred of a shape, in colours of a word."""
    dice = Dice(sum(ord(letter) * 31**n for n, letter in enumerate(word)) % 2**31)
    hue, other = dice.below(360), 20 + dice.below(320)
    named = next((tone for name, tone in TONES.items() if name in word.upper()), None)
    drawn = SHAPES.get(shape, SHAPES["pin"]).format(
        a=named or f"hsl({hue} 55% 48%)",
        b=f"hsl({(hue + other) % 360} 70% 80%)",
        r=8 + dice.below(8),
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="presentation">'
        f'<rect width="100" height="100" fill="hsl({hue} 30% 94%)"/>{drawn}</svg>'
    )
