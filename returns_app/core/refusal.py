"""A refusal that people read: a stable code, and a sentence that can be said in their language."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """The base of what a verb refuses. `sentence` is an English message id with %(name)s places.

    A face translates it and fills in `params`; `line` names the order line it is about, if any.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "This can't be done now."

    def __init__(self, *, line: object = None, **params: Any) -> None:
        super().__init__(self.sentence % params)
        self.line = str(line) if line is not None else None
        self.params = params
