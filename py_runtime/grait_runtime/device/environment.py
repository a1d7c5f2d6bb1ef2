"""What the libraries of a GPU read from the environment when they start. Imports no PyTorch: it must come first."""

from __future__ import annotations

import os

#: Workspaces of cuBLAS with which a product gives the same bits every time; PyTorch refuses to promise it with others.
_STEADY_WORKSPACES = (":4096:8", ":16:8")
#: Both names of the allocator's settings: PyTorch reads the first, or else the second.
_ALLOCATOR = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")


def prepare_environment() -> None:
    """Set what a runtime on a GPU needs, before PyTorch touches one. The user's allocator settings are kept.

    Batches have hundreds of shapes. With segments that can grow, the memory of one shape serves the next; without, it
    falls into pieces until large batches no longer fit.
    """
    if os.environ.get("CUBLAS_WORKSPACE_CONFIG") not in _STEADY_WORKSPACES:
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = _STEADY_WORKSPACES[0]
    if not any(name in os.environ for name in _ALLOCATOR):
        os.environ[_ALLOCATOR[0]] = "expandable_segments:True"
