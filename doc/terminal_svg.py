#!/usr/bin/env python3
"""Turn what a terminal shows into an SVG picture.

    tmux capture-pane -p -e | doc/terminal_svg.py --title ./quickstart > doc/quickstart.svg

Colours (8 or 256 of them) and bold are kept; reverse video is not. Every run of characters is stretched to its columns, so that any
monospaced font of the reader's gives a straight picture.
"""
import argparse
import re
import sys
from xml.sax.saxutils import escape

CELL_W, CELL_H, PAD = 8, 17, 14
FG, BG, FRAME = "#d8dee9", "#1e222a", "#3b4252"
COLORS = ["#4c566a", "#e0855c", "#a3be8c", "#ebb563", "#6ea8e0", "#b48ead", "#88c0d0", "#e5e9f0"]


def color_of_256(n):
    """Of xterm's palette: the eight, a cube of 6 x 6 x 6, and 24 greys."""
    if n < 16:
        return COLORS[n % 8]
    if n >= 232:
        return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)
    steps = (0, 95, 135, 175, 215, 255)
    n -= 16
    return "#%02x%02x%02x" % (steps[n // 36], steps[n // 6 % 6], steps[n % 6])


def runs(line, style_before):
    """(column, text, color, bold) for each stretch of one style; [color, bold] go on from line to line."""
    color, bold = style_before
    column = 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        style = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if style:
            codes = [int(c or 0) for c in style.group(1).split(";")]
            if codes[:2] == [38, 5]:
                color, codes = color_of_256(codes[2]), []
            for code in codes:
                if code == 0:
                    color, bold = FG, False
                elif code == 1:
                    bold = True
                elif 30 <= code <= 37:
                    color = COLORS[code - 30]
                elif code == 39:
                    color = FG
            continue
        # Lines, blocks and braille often come from another font, of another width: they are stretched by themselves.
        for word in re.finditer(r"[\u2500-\u259f\u2800-\u28ff]+|[^\s\u2500-\u259f\u2800-\u28ff]+"
                                r"(?: [^\s\u2500-\u259f\u2800-\u28ff]+)*", part):
            yield column + word.start(), word.group(), color, bold
        column += len(part)
    style_before[:] = color, bold


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--title", default="")
    parser.add_argument("--columns", type=int, default=80)
    args = parser.parse_args()
    lines = sys.stdin.read().rstrip().split("\n")
    width = args.columns * CELL_W + 2 * PAD
    height = len(lines) * CELL_H + 2 * PAD + 24
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
          f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(args.title)} in a terminal">')
    print(f'<rect width="{width}" height="{height}" rx="8" fill="{BG}" stroke="{FRAME}"/>')
    print(f'<text x="{width / 2}" y="20" fill="#7b8494" font-family="sans-serif" font-size="12" '
          f'text-anchor="middle">{escape(args.title)}</text>')
    print('<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13" xml:space="preserve">')
    style = [FG, False]
    for row, line in enumerate(lines):
        for column, text, color, bold in runs(line, style):
            weight = ' font-weight="bold"' if bold else ""
            print(f'<text x="{PAD + column * CELL_W}" y="{PAD + 24 + row * CELL_H + 13}" fill="{color}"{weight} '
                  f'textLength="{len(text) * CELL_W}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>')
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
