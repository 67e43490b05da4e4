"""Answers that a template has for a call: by its conditions, or by its name."""

from msgspec.structs import replace

from mockgw import apis
from mockgw.context import EMPTY, Context
from mockgw.errors import ApiError
from mockgw.faults.named import worded
from mockgw.model import Answer, Call, Kept
from mockgw.responders.saying import Origin, Saying, creates, unfit
from mockgw.synth.chance import chance
from mockgw.templates.collection import Chosen, Templates
from mockgw.templates.problem import CannotSay, nearest
from mockgw.templates.reply import Said, Verbatim

SOURCE = "template"
# A call names a template here, or behind its model: `openai/gpt-5.5-pro@refusal`. No real id of
# a model holds this sign, and a path may.
HEADER = "x-mockgw-template"
SIGN = "@"


class Template:
    """Answers calls from the gateway's templates; declines a call that none of them is for.

    A call that is refused counts for no template. With `added` only a session that was given
    templates of its own is answered.
    """

    def __init__(
        self, templates: Templates, saying: Saying, seed: int, *, added: bool = False
    ) -> None:
        self._added = added
        self._templates = templates
        self._saying = saying
        self._seed = seed

    def respond(self, call: Call) -> Answer | Kept | None:
        """Return the answer of the template that was named, else of the first whose `when` holds.

        Raises ApiError when the template refuses, when it has nothing that the call can be
        answered with, and for a name that is none.
        """
        if not creates(call) or (self._added and call.session not in self._templates.added()):
            return None
        plain, name = _named(call)
        if not name and not self._templates.of(call.session):
            return None
        before = self._saying.recalled(plain)
        try:
            if name:
                chosen: Chosen | None = self._called(plain, name, before)
            else:
                chosen = self._templates.choose(plain, before)
        except CannotSay as problem:
            raise unfit(Origin(SOURCE, "of a template"), str(problem)) from None
        if chosen is None:
            return None
        try:
            return self._answer(plain, chosen, named=bool(name))
        except ApiError as error:
            # Its words speak of the model, which here is not the one that was asked for.
            chat = plain.operation == apis.CHAT.creates
            raise worded(error, model=plain.model, chat=chat, run_path=plain.run_path) from None

    def _called(self, call: Call, name: str, before: Context) -> Chosen:
        one = self._templates.named(call.session, name)
        if one is not None:
            return self._templates.called(one, call, before)
        raise ApiError(
            400,
            f"There is no template {name!r}. {nearest(name, self._templates.names(call.session))} "
            "mockgw template ls lists those that are built in.",
            type="mockgw_error",
            code="no_template",
            origin="mockgw",
            source=SOURCE,
        )

    def _answer(self, call: Call, chosen: Chosen, *, named: bool) -> Answer | Kept:
        one = chosen.template
        origin = Origin(
            SOURCE,
            place=f"of template {one.name!r} ({one.where})",
            note=f"template {one.name}: {'called by name' if named else one.told}",
            where=one.where,
        )
        refuses = chosen.reply is None or chosen.reply.refuses
        before = EMPTY if refuses else self._saying.heard(call)
        self._templates.took(chosen)
        try:
            said = self._said(call, chosen)
        except CannotSay as problem:
            raise unfit(origin, str(problem)) from None
        if isinstance(said, Verbatim):
            return _kept(said, origin)
        return self._saying.answer(call, said, before, origin)

    def _said(self, call: Call, chosen: Chosen) -> Said:
        one = chosen.template
        if chosen.reply is None:
            raise CannotSay(f"all of its {len(one.replies)} replies were given")
        # Loaded when a template first speaks: most gateways have none.
        from mockgw.templates.scope import CallScope  # noqa: PLC0415

        drawn = chance(self._seed, one.name, call.session, call.key, call.repetition)
        scope = CallScope(chosen.subject, chosen.nth, one.locale, drawn)
        return chosen.reply.said(scope)


def _named(call: Call) -> tuple[Call, str]:
    """Return the call without the name of a template, and that name, "" when there is none."""
    header = call.headers.get(HEADER, "")
    model, sign, name = call.model.partition(SIGN)
    if not sign or not model:
        # The ids of Cloudflare's own models begin with the sign.
        return call, header
    body = {**call.body, "model": model} if "model" in call.body else call.body
    return replace(call, model=model, body=body), header or name


def _kept(said: Verbatim, origin: Origin) -> Kept:
    return Kept(
        status=said.status,
        form="raw",
        body=said.body,
        read=dict,
        match="",
        where=origin.where,
        source=SOURCE,
        notes=(origin.note,),
        timing=said.carrier.timing,
        fault=said.carrier.fault,
        content_type=said.content_type,
    )
