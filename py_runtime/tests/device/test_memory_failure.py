"""Out of memory is recognised, whoever says it."""

from __future__ import annotations

import errno
import os

import pytest
import torch

from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault


class Native(Exception):
    """What a library in native code raises."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] . DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)),
        Native("Cannot allocate memory (os error 12)"),
    ],
)
def test_every_way_to_say_it_is_known(error: BaseException) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("shapes do not match"),
        KeyError("memory"),
        RuntimeFault("invalid_request", "out of memory"),
    ],
)
def test_other_errors_are_not_taken_for_it(error: BaseException) -> None:
    assert not is_out_of_memory(error)
