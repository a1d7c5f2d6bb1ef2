"""How a model is spoken to: by its chat template or in questions and answers, and where its answers stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grait_runtime.contract import ModelCheck
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.templates.chat_template import ChatTemplate, Turns
from grait_runtime.templates.completion import completion
from grait_runtime.templates.contents import change, first_missing
from grait_runtime.templates.placement import Placement
from grait_runtime.templates.thinking import Thinking


@dataclass(frozen=True)
class ChatForm:
    """How a model is spoken to. Without a `template`, in questions and answers (see `completion`)."""

    source: str
    template: ChatTemplate | None
    placement: Placement
    #: How the model thinks before it answers; None if it shows no thoughts.
    thinking: Thinking | None
    #: The token that ends a turn and every target, and its id.
    end_of_turn: str
    end_of_turn_id: int
    #: What the trial of the template found; limited: some shape of conversation is refused.
    trial: ModelCheck
    #: SHA-256 of short conversations as the model reads them; None without a template.
    digest: str | None = None
    #: The day that the template was given, as YYYY-MM-DD; None if it asks for none.
    date: str | None = None
    #: Roles of conversations whose contents are known to come through, the same at any time.
    tried: set[tuple[str, ...]] = field(default_factory=set)

    def prompt(self, turns: Turns, *, thinking: bool = False) -> str:
        """The conversation up to where the answer begins; with `thinking`, to where the thought before it does.

        Raises ValueError for a conversation that the template refuses or changes, and RuntimeFault model_unsupported
        if it does so with every conversation of these roles.
        """
        if self.template is None:
            return self.placement.prompt(completion(turns))
        thinks = self.thinking if thinking else None
        template = self.template if thinks is None else thinks.template
        roles = tuple(turn["role"] for turn in turns)
        try:
            text = template.render(turns)
        except Exception as error:  # templates can raise anything, for example for an unknown role
            raise self._refusal(roles, first_line(error)) from error
        if roles not in self.tried:
            self._try(self.template, roles)
        missing = first_missing(turns, text)
        if missing is not None:
            turn = turns[missing]
            raise ValueError(f"the model's chat template changes the {turn['role']} message {turn['content'][:80]!r}")
        if thinks is not None and (template is not self.template or thinks.thought.end in self.placement.opening):
            return text  # what the placement adds would close the thought before it began
        return self.placement.prompt(text)

    def begins_thinking(self, *, thinking: bool) -> bool:
        """Whether a prompt leaves a thought open."""
        return thinking and self.thinking is not None and self.thinking.begun

    def _try(self, template: ChatTemplate, roles: tuple[str, ...]) -> None:
        try:
            done = change(template, roles)
        except Exception:  # the messages themselves were rendered, so the template looks at their contents
            done = None
        if done is not None:
            raise unsupported(self.source, done, roles)
        template.check_steady([[{"role": role, "content": "Message"} for role in roles]], self.source)
        self.tried.add(roles)

    def _refusal(self, roles: Sequence[str], message: str) -> Exception:
        others = [{"role": role, "content": "Message"} for role in roles if role != "system"]
        if self.template is not None and len(others) < len(roles) and renders(self.template, others):
            return unsupported(self.source, f"takes no system message ({message})", roles)
        return ValueError(f"the model's chat template refused the messages: {message}")


def renders(template: ChatTemplate, turns: Turns) -> bool:
    """Whether the template takes such a conversation."""
    try:
        template.render(turns)
    except Exception:
        return False
    return True


def unsupported(source: str, done: str, roles: Sequence[str] = ("user",)) -> RuntimeFault:
    """The refusal of a chat template that does such a thing to messages of these roles, with the way out."""
    if "system message" in done:
        hint = "write it into the user's message (prompts.plain and prompts.refuse) instead of prompts.system"
    elif len(roles) > 2:
        hint = "ask without worked examples (knowledge.shots: 0), or mend the template"
    else:
        hint = (
            "mend the template (chat_template.jinja, or chat_template in tokenizer_config.json), or take it out: "
            'without one, the model is asked in the form "Question: ... Answer:"'
        )
    return RuntimeFault("model_unsupported", f"the chat template of {source} {done}", hint=hint)
