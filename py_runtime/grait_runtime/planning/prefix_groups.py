"""Groups prompts that are worth computing under one prefix: a cut of the tree of their common beginnings."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from grait_runtime.planning.token_rows import TokenIds, common_prefix_length

#: The cost of one more group, in prompt tokens: shorter prefixes are not worth a group of their own.
_GROUP_COST = 256
#: A shorter shared prefix is not worth a forward pass of its own.
MIN_PREFIX = 16


@dataclass(frozen=True)
class _Group:
    """Prompts at these positions of the sorted order, and the number of tokens that they share at the beginning."""

    places: list[int]
    prefix: int


@dataclass
class _Node:
    """Prompts that share their first `prefix` tokens: those of its children. A single prompt has no children."""

    prefix: int
    children: list[_Node] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    #: Total number of the prompts' tokens.
    tokens: int = 0
    #: The cheapest groups found for the prompts, and their cost in tokens.
    groups: list[_Group] = field(default_factory=list)
    cost: int = 0


def prefix_groups(tokens: dict[int, TokenIds]) -> list[tuple[list[int], int]]:
    """Group prompts so that few tokens are computed: (ascending indices, shared tokens), in order of first index.

    A group of prompts with a prefix of p tokens costs p + sum(length - p) and `_GROUP_COST`.
    """
    if not tokens:
        return []
    # Big-endian bytes sort like the tokens, so neighbours share the longest prefixes.
    order = sorted(tokens, key=lambda index: (tokens[index].astype(">i4").tobytes(), index))
    shared = [common_prefix_length([tokens[a], tokens[b]]) for a, b in itertools.pairwise(order)]
    groups = _cheapest([len(tokens[index]) for index in order], shared)
    found = [(sorted(order[place] for place in group.places), _worth(group)) for group in groups]
    return sorted(found, key=lambda group: group[0][0])


def _worth(group: _Group) -> int:
    return group.prefix if len(group.places) > 1 and group.prefix >= MIN_PREFIX else 0


def _cheapest(lengths: list[int], shared: list[int]) -> list[_Group]:
    """The cheapest groups: a stack walks the intervals of `shared` (like a suffix array's LCP intervals) bottom-up."""
    open_nodes: list[_Node] = []
    below = _Node(0)
    for place, length in enumerate(lengths):
        below = _Node(length, [], [place], tokens=length, groups=[_Group([place], length)], cost=length + _GROUP_COST)
        # The tokens shared with the next prompt decide which intervals end here; after the last prompt, all end.
        ahead = shared[place] if place < len(shared) else -1
        while open_nodes and open_nodes[-1].prefix > ahead:
            open_nodes[-1].children.append(below)
            below = open_nodes.pop()
            _close(below)
        if not open_nodes or open_nodes[-1].prefix < ahead:
            open_nodes.append(_Node(ahead))
        open_nodes[-1].children.append(below)
    return below.groups


def _close(node: _Node) -> None:
    """Decide a node's groups: children that save more alone keep their groups, the others share the node's prefix."""
    node.tokens = sum(child.tokens for child in node.children)
    node.places = [place for child in node.children for place in child.places]
    apart: list[_Node] = []
    rest: list[_Node] = []
    for child in node.children:
        saves_more = child.cost < child.tokens - len(child.places) * node.prefix
        (apart if saves_more else rest).append(child)
    if len(rest) == 1:
        apart, rest = node.children, []
    kept = [group for child in apart for group in child.groups]
    node.cost = sum(child.cost for child in apart)
    if rest:
        places = [place for child in rest for place in child.places]
        tokens = sum(child.tokens for child in rest)
        node.cost += node.prefix + tokens - len(places) * node.prefix + _GROUP_COST
        kept.append(_Group(places, node.prefix))
    node.groups = kept
    node.children = []
