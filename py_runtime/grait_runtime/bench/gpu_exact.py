"""Sections of the proof about what is computed: kernels, numbers against their definitions, the same bytes twice."""

from __future__ import annotations

import torch

from grait_runtime.bench.proof import Found
from grait_runtime.bench.proof_work import Kept, Work, relative_error, whole_logprobs
from grait_runtime.contract import GenerateItem, ScoredTarget, ScoreOptionsItem
from grait_runtime.device import fast_kernels
from grait_runtime.encoding.samples import encode_samples
from grait_runtime.encoding.text import EncodedSample, encode_option, encode_prompt, encode_target
from grait_runtime.gradients.feature_engine import FeatureEngine
from grait_runtime.trials.model_trial import trial_of

#: How far numbers may be from their definitions: in float32, and in half precision.
_FEATURES = {torch.float32: 1e-4}
_NATS = {torch.float32: 1e-3}
_HALF_FEATURES, _HALF_NATS = 0.1, 0.25


def kernels(work: Work) -> Found:
    """Which fast paths are used, which are not and why, and what was found when the model was tried."""
    loaded = work.loaded
    checks = {check.name: f"{check.verdict}: {check.message}" for check in trial_of(loaded).checks}
    slower = [name for name, told in checks.items() if not told.startswith("right")]
    found: Found = {"checks": checks, "right": not slower or loaded.device.type != "cuda"}
    if loaded.device.type == "cuda":
        found |= _against_definitions(loaded.device, loaded.dtype)
    return found


def _against_definitions(device: torch.device, dtype: torch.dtype) -> Found:
    generator = torch.Generator(device).manual_seed(0)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, device=device, generator=generator).to(dtype)

    found: Found = {}
    if fast_kernels.why_no_wide_products(device, dtype) is None:
        a, b = drawn(4, 128, 300), drawn(4, 300, 4096)
        product = torch.bmm(a, b, out_dtype=torch.float32)
        exact = a.double() @ b.double()
        found["wide_products_error"] = float((product - exact).norm() / exact.norm())
    if fast_kernels.why_no_packed_attention(device, dtype, 128) is None:
        query, keys, values = drawn(200, 32, 128), drawn(200, 8, 128), drawn(200, 8, 128)
        bounds = torch.tensor([0, 200], dtype=torch.int32, device=device)
        output, norms = fast_kernels.packed_attention(query, keys, values, bounds, bounds, 200, 200, True, 128**-0.5)
        seen, read = (part.double().repeat_interleave(4, dim=1) for part in (keys, values))
        scores = torch.einsum("nhd,mhd->hnm", query.double(), seen) * 128**-0.5
        scores = scores.masked_fill(torch.ones(200, 200, dtype=torch.bool, device=device).triu(1), float("-inf"))
        expected = torch.einsum("hnm,mhd->nhd", scores.softmax(-1), read)
        found["packed_attention_error"] = float((output - expected).norm() / expected.norm())
        found["packed_normalisers_error"] = float((norms - scores.logsumexp(-1).T).abs().max())
    return found


def exactness(work: Work) -> Found:
    """Each operation against its definition, on a few items."""
    dtype = work.loaded.dtype
    found = {
        "features_batched_against_alone": _features_error(work),
        "features_against_autograd": _autograd_error(work),
        "scores_nats": _scores_error(work),
        "answers_nats_a_token": _targets_error(work),
    }
    features, nats = _FEATURES.get(dtype, _HALF_FEATURES), _NATS.get(dtype, _HALF_NATS)
    right = max(found["features_batched_against_alone"], found["features_against_autograd"]) <= features
    return {**found, "right": right and max(found["scores_nats"], found["answers_nats_a_token"]) <= nats}


def _features_error(work: Work) -> float:
    together = work.features("adapter", 8).rows
    alone = work.features("adapter", 8, budget=1).rows
    return max(relative_error(together[id], alone[id]) for id in alone)


def _autograd_error(work: Work) -> float:
    request = work.feature_request("adapter", 4)
    samples = [item for item in encode_samples(work.loaded, request.samples, Kept()) if isinstance(item, EncodedSample)]
    with work.loaded.adapted(request.adapter) as module:
        engine = FeatureEngine(module, request, work.loaded.device)
        together = engine.features(samples).rows.numpy()
        engine.alone = "for comparison"
        by_autograd = engine.features(samples).rows.numpy()
    return max(relative_error(a, b) for a, b in zip(together, by_autograd, strict=True))


def _scores_error(work: Work) -> float:
    context = work.score(6)
    worst = 0.0
    scored = {}
    for item, frames in zip(context.items, context.frames, strict=True):
        assert isinstance(item, ScoreOptionsItem)
        values, start = frames[0], 0
        for id, count in zip(item.ids, item.counts, strict=True):
            scored[id] = values[start : start + count]
            start += count
    for question in work.questions(6):
        prompt = encode_prompt(work.loaded, question)
        for place, option in enumerate(question.options):
            text = encode_option(work.loaded, option)
            logprobs = whole_logprobs(work.loaded, [*prompt, *text])
            expected = sum(float(logprobs[len(prompt) + n - 1, token]) for n, token in enumerate(text))
            worst = max(worst, abs(expected - float(scored[question.id][place])))
    return worst


def _targets_error(work: Work) -> float:
    """How far the log-probabilities of given answers, which `generate` tells, are from those of one pass, at worst."""
    target = ScoredTarget(text="I don't know the answer.", ends=False)
    context = work.generate(4, samples=1, temperature=0.0, max_tokens=8, targets=[target])
    asked = {question.id: encode_prompt(work.loaded, question) for question in work.questions(4)}
    text = encode_target(work.loaded, target.text, asked=False)[:-1]
    errors = []
    for item in context.items:
        assert isinstance(item, GenerateItem)
        for row in item.rows:
            prompt = asked[row.id]
            logprobs = whole_logprobs(work.loaded, [*prompt, *text])
            expected = sum(float(logprobs[len(prompt) + n - 1, token]) for n, token in enumerate(text))
            errors.append(abs(expected - row.targets[0].logprob) / len(text))
    return max(errors)


def same_bytes(work: Work) -> Found:
    """Each operation twice: equal digests."""
    digests = {
        "trainLora": [work.train(f"twice-{number}") for number in range(2)],
        "gradientFeatures": [work.features("adapter").digest.hexdigest() for _ in range(2)],
        "scoreOptions": [work.score().digest.hexdigest() for _ in range(2)],
        "generate": [work.generate().digest.hexdigest() for _ in range(2)],
    }
    different = [name for name, (first, second) in digests.items() if first != second]
    return {
        "digests": {name: both[0][:16] for name, both in digests.items()},
        "different": different,
        "right": not different,
    }
