"""The page docs/models.md, from the rows of the trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.model_table.trials import OPERATIONS

#: Behind the name of an architecture that reads pictures or sound, too, and is loaded whole.
WHOLE = " (whole)"

_HEAD = """# Which models

`npm run models` makes a tiny model of random weights of every causal architecture of transformers, and of every one
that reads pictures or sound beside text (*whole*: it is loaded as a whole, and reads text), and tries every operation
on it: scores of options of one and several tokens, greedy and sampled answers, gradient features, training,
merging, and scores with base weights in 4 bits (nf4). The references are plain transformers on single rows without
padding or cache, PEFT, and autograd. *right* means a difference in float32 of at most
{limits}; gradients and trained weights may be off by as much as plain float32 itself is from float64.
*refused* means that the runtime says why, and computes nothing.

The way in which prompts are computed is found by a trial when a model is loaded
([which models](query-engine.md#which-models)).

"""


def render(rows: Sequence[Mapping[str, Any]]) -> str:
    """The whole page; rows without a model are listed at its end."""
    tried = [row for row in rows if "operations" in row]
    refused = [row for row in rows if "refused" in row]
    failed = [row for row in rows if "error" in row]
    skipped = [row for row in rows if "skipped" in row]
    limits = " or ".join(
        f"{limit:g} ({', '.join(name for name, (_, own) in OPERATIONS.items() if own == limit)})"
        for limit in sorted({limit for _, limit in OPERATIONS.values()})
    )
    lines = [_HEAD.format(limits=limits) + _counted(tried, refused)]
    lines.append(_row(["architecture", "way", *OPERATIONS]))
    lines.append(_row(["---"] * (2 + len(OPERATIONS))))
    notes: dict[str, int] = {}
    for row in tried:
        cells = [_cell(row["operations"][name], notes) for name in OPERATIONS]
        lines.append(_row([row["architecture"], row["way"], *cells]))
    lines += [f"\n{number}. {why}" for why, number in notes.items()]
    if refused:
        lines.append("\n## Refused when loaded\n")
        lines += [f"- **{row['architecture']}**: {row['refused']}" for row in refused]
    if failed:
        lines.append("\n## Failed\n")
        lines += [f"- **{row['architecture']}**: {row['error']}" for row in failed]
    if skipped:
        lines.append("\n## Not tried\n")
        lines += [f"- **{row['architecture']}**: {row['skipped']}" for row in skipped]
    return "\n".join(lines) + "\n"


def _counted(tried: Sequence[Mapping[str, Any]], refused: Sequence[Mapping[str, Any]]) -> str:
    whole = sum(all(cell["verdict"] == "right" for cell in row["operations"].values()) for row in tried)
    versions: Mapping[str, str] = next((row["versions"] for row in tried), {})
    told = ", ".join(f"{name} {versions[name]}" for name in ("torch", "transformers", "peft") if name in versions)
    return (
        f"{len(tried)} architectures computed, {whole} of them right in every operation; {len(refused)} refused when "
        f"loaded ({told}).\n"
    )


def _cell(cell: Mapping[str, Any], notes: dict[str, int]) -> str:
    if cell["verdict"] == "right":
        return "right"
    if cell["verdict"] == "wrong":
        return f"**wrong** ({cell['error']:.1g})"
    number = notes.setdefault(cell["why"], len(notes) + 1)
    return f"{cell['verdict']} [{number}]"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
