"""The console over HTTP: its page and files, and the requests of its pages, answered in JSON."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.console.content_room import Conflict, ContentRoom
from bot.console.page import page_routes
from bot.console.paths import questions_of, repeated, standing_at
from bot.console.preview import Preview
from bot.console.preview_view import preview_state
from bot.console.security import MOST_BYTES, VISITOR, Guard, Visits, cookie_header, refusal_without_role
from bot.console.transcripts import Transcripts
from bot.console.x_ray import x_ray
from bot.errors import ContentError, RoleUnavailable, UsageError
from bot.fake_telegram import Impossible
from bot.staff_language import translate
from bot.usecases.console_access import ConsoleRole, Visitor

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

#: A request's JSON → the answer's; one that changes something also gets who does it.
_Act = Callable[[dict[str, Any]], Awaitable[Any]]
_Edit = Callable[[dict[str, Any], Visitor], Awaitable[Any]]


class Console:
    """The console's parts, and the HTTP routes to each."""

    def __init__(
        self,
        preview: Preview,
        content: ContentRoom,
        transcripts: Transcripts,
        report_page: Callable[[], str] = lambda: "",
        visits: Visits | None = None,
    ) -> None:
        """Set up the console; `report_page` returns the report as HTML, may take seconds and raise UsageError.

        Without `visits` everybody who reaches the console may do everything: it is their own machine.
        """
        self._preview = preview
        self._content = content
        self._transcripts = transcripts
        self._report_page = report_page
        self._visits = visits
        #: The preview learns what was saved last, while its editor goes on.
        self._editing: asyncio.Task[None] | None = None
        #: The reason why there is no preview yet.
        self._waiting = translate("Preparo la prova…")

    def app(self, hosts: list[str]) -> Guard:
        """Return the web application of the console, which answers requests for the names and ports in `hosts` only."""
        acts: dict[str, _Act] = {
            "preview/act": self._act,
            "preview/clock": self._clock,
            "preview/replay": self._replay,
            "preview/repeat": self._repeat_until,
            "preview/stand": self._stand,
            "content/check": self._check,
        }
        edits: dict[str, _Edit] = {
            "preview/save": self._save,
            "content/save": self._save_file,
            "content/field": self._field,
            "content/sentence": self._sentence,
            "content/service": self._add_service,
            "content/remove": self._remove,
            "content/repeat": self._repeat,
            "content/words": self._words,
            "content/sheet": self._sheet,
            "content/publish": self._publish,
            "content/undo": self._undo,
        }
        reads: dict[str, _Act] = {
            "preview/state": self._state,
            "preview/x-ray": self._x_ray,
            "preview/saved": self._saved,
            "preview/questions": self._questions,
            "preview/sources": self._sources,
            "content/files": self._files,
            "content/file": self._file,
            "content/schema": self._schema,
            "content/problems": self._problems,
            "content/services": self._services,
            "content/sentences": self._sentences,
            "content/choices": self._choices,
            "content/changes": self._changes,
            "content/effects": self._effects,
            "content/versions": self._versions,
            "reports": self._reports,
        }
        routes = [
            *page_routes(),
            *(Route(f"/api/{name}", _writing(act), methods=["POST"]) for name, act in acts.items()),
            *(Route(f"/api/{name}", self._editor_only(name, edit), methods=["POST"]) for name, edit in edits.items()),
            *(Route(f"/api/{name}", _reading(act), methods=["GET"]) for name, act in reads.items()),
            Route("/api/enter", self._enter, methods=["POST"]),
            Route("/api/visitor", _visitor, methods=["GET"]),
            Route("/report", self._report, methods=["GET"]),
        ]
        return Guard(Starlette(routes=routes), hosts, self._content.clock, self._visits)

    # --- Visitors

    async def _enter(self, request: Request) -> Response:
        """Let the visitor of a link in: once, answered with a cookie."""
        visits, given = self._visits, await _given(request)
        ticket = str(given.get("ticket", "")) if isinstance(given, dict) else ""
        visitor = await self._content.enter(visits.access, ticket) if visits is not None else None
        try:
            visitor = await visits.in_present_role(visitor, self._content.clock()) if visits and visitor else None
        except RoleUnavailable:
            status, words = refusal_without_role()
            return _refused(status, [words])
        if visits is None or visitor is None:
            return _refused(403, [translate("Questo link non vale più. Scrivi di nuovo /console nel gruppo dei Social Manager.")])
        answer = JSONResponse(_visitor_as_json(visitor))
        answer.headers["set-cookie"] = cookie_header(visits.access.cookie(visitor, self._content.clock()))
        return answer

    def _editor_only(self, name: str, edit: _Edit) -> Callable[[Request], Awaitable[Response]]:
        """Return a request handler that makes a change for editors only, and records it in the audit."""

        async def answer(request: Request) -> Response:
            visitor: Visitor = request.scope[VISITOR]
            if visitor.role is not ConsoleRole.EDITOR:
                return _refused(
                    403, [translate("Puoi guardare e provare. Per cambiare i contenuti serve chi amministra il gruppo.")]
                )

            async def act(given: dict[str, Any]) -> Any:
                done = await edit(given, visitor)
                # A publication is on record by itself, wherever it is made.
                if self._visits is not None and "number" not in done:
                    await self._content.record(visitor, name, given, done)
                return done

            return await _writing(act)(request)

        return answer

    # --- Prova

    async def _state(self, given: dict[str, Any]) -> Any:
        if "stamp" in given:
            await self._preview.changed_since(given["stamp"])
        return preview_state(self._preview) if self._preview.is_open else {"stamp": "", "waiting": self._waiting}

    async def _act(self, given: dict[str, Any]) -> Any:
        preview, who = self._preview, int(given.get("who", 0))
        match given["do"]:
            case "say":
                topic = given.get("topic")
                preview.say(who, str(given["text"]), int(topic) if topic else None)
            case "press":
                preview.press(who, int(given["message"]), str(given["data"]))
            case "edit":
                preview.edit(who, int(given["message"]), str(given["text"]))
            case "send":
                preview.send(who, str(given["kind"]))
            case "citizen":
                return {"id": preview.add_citizen().id}
            case _:
                raise ValueError(given["do"])
        return {}

    async def _clock(self, given: dict[str, Any]) -> Any:
        text = str(given.get("now") or "")
        self._preview.set_clock(dt.datetime.fromisoformat(text).replace(tzinfo=None) if text else None)
        return {"now": self._preview.now.isoformat(timespec="minutes")}

    async def _x_ray(self, given: dict[str, Any]) -> Any:
        citizen = int(given["who"])
        self._preview.person(citizen)
        session = await self._preview.session_of(citizen)
        typed = session.recent_texts[-1] if session.recent_texts else ""
        return x_ray(self._preview.world, session, typed, self._preview.now, self._content.root)

    async def _repeat_until(self, given: dict[str, Any]) -> Any:
        return {"id": (await repeated(self._preview, int(given["who"]), int(given["count"]))).id}

    async def _questions(self, _: dict[str, Any]) -> Any:
        return {"attributes": questions_of(self._preview.world)}

    async def _stand(self, given: dict[str, Any]) -> Any:
        answers = {str(name): str(words) for name, words in dict(given["answers"]).items()}
        person, asked = await standing_at(self._preview, key := str(given["question"]), answers)
        return {"id": person.id, "is_asked": asked is not None and asked.key == key, "question": asked.ask if asked else ""}

    async def _sources(self, given: dict[str, Any]) -> Any:
        return await self._content.sources(self._preview.text_of(int(given["who"]), int(given["message"])))

    async def _saved(self, _: dict[str, Any]) -> Any:
        return {"names": self._transcripts.names()}

    async def _save(self, given: dict[str, Any], _: Visitor) -> Any:
        words = self._preview.words.get(int(given["who"]), [])
        name = self._transcripts.save(str(given["name"]), words, self._preview.world, self._preview.now)
        return {"name": name, "message": translate("Prova salvata: «{name}».").format(name=name)}

    async def _replay(self, given: dict[str, Any]) -> Any:
        return self._transcripts.replay(str(given["name"]), self._preview.world)

    # --- Contenuti

    async def _files(self, _: dict[str, Any]) -> Any:
        return await self._content.files()

    async def _file(self, given: dict[str, Any]) -> Any:
        return self._content.file(str(given["path"]))

    async def _schema(self, given: dict[str, Any]) -> Any:
        return self._content.schema(str(given["path"]))

    async def _services(self, _: dict[str, Any]) -> Any:
        return await self._content.services()

    async def _field(self, given: dict[str, Any], _: Visitor) -> Any:
        location = int(given["location"]) if given.get("location") is not None else None
        service, field, value = (str(given[name]) for name in ("service", "field", "value"))
        return self._edited(await self._content.set_field(service, field, value, location))

    async def _sentences(self, _: dict[str, Any]) -> Any:
        return await self._content.sentences()

    async def _sentence(self, given: dict[str, Any], _: Visitor) -> Any:
        file = str(given.get("file", ""))
        return self._edited(await self._content.set_sentence(str(given["key"]), str(given["value"]), file))

    async def _choices(self, _: dict[str, Any]) -> Any:
        return await self._content.choices()

    async def _add_service(self, given: dict[str, Any], _: Visitor) -> Any:
        return self._edited(await self._content.add_service(given))

    async def _remove(self, given: dict[str, Any], _: Visitor) -> Any:
        return self._edited(await self._content.remove_service(str(given["service"])))

    async def _repeat(self, given: dict[str, Any], _: Visitor) -> Any:
        return self._edited(await self._content.repeat_service(str(given["service"])))

    async def _words(self, given: dict[str, Any], _: Visitor) -> Any:
        return self._edited(await self._content.add_words(str(given["owner"]), str(given["field"]), str(given["words"])))

    async def _sheet(self, given: dict[str, Any], _: Visitor) -> Any:
        is_taken = given.get("is_taken") is True
        found = await self._content.sheet(str(given["name"]), str(given["data"]), is_taken=is_taken)
        return self._edited(found) if is_taken else found

    def _edited(self, saved: dict[str, Any]) -> dict[str, Any]:
        """Return what was saved, and start updating the preview in the background."""
        self.start_preview()
        return saved

    def start_preview(self) -> None:
        """Start the preview with the current content in the background, or update it."""
        self._editing = asyncio.create_task(self._preview_edited())

    async def _check(self, given: dict[str, Any]) -> Any:
        return await self._content.check(str(given["path"]), str(given["text"]))

    async def _problems(self, _: dict[str, Any]) -> Any:
        return await self._content.check_all()

    async def _save_file(self, given: dict[str, Any], _: Visitor) -> Any:
        return self._edited(await self._content.save(str(given["path"]), str(given["text"]), str(given["digest"])))

    async def _preview_edited(self) -> None:
        """Let the preview use the saved content, if it has no errors."""
        content = await self._content.sound_content()
        if content is not None:
            await self._preview.use_content(content)
        else:
            self._waiting = translate("I contenuti hanno errori. Correggili in «Contenuti»: la prova parte da sola.")

    async def _changes(self, _: dict[str, Any]) -> Any:
        return await self._content.changes()

    async def _effects(self, _: dict[str, Any]) -> Any:
        return await self._content.effects()

    async def _versions(self, _: dict[str, Any]) -> Any:
        return await self._content.versions()

    async def _publish(self, given: dict[str, Any], visitor: Visitor) -> Any:
        return await self._content.publish(str(given.get("reason", "")), given.get("follows"), visitor.name)

    async def _report(self, _: Request) -> Response:
        """Return the page of the report for a frame of the console, allowed to use only its own style."""
        try:
            page = await asyncio.to_thread(self._report_page)
        except (UsageError, ContentError) as error:
            page = f"<!doctype html><html lang='it'><title>Bisogni</title><p>{escape(str(error))}</p></html>"
        styles = "".join(f" 'sha256-{_digest(style)}'" for style in _STYLE.findall(page))
        allowed = styles or " 'none'"
        policy = f"default-src 'none'; style-src{allowed}; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
        return HTMLResponse(page, headers={"content-security-policy": policy, "x-frame-options": "SAMEORIGIN"})

    async def _reports(self, _: dict[str, Any]) -> Any:
        return await self._content.reports()

    async def _undo(self, given: dict[str, Any], visitor: Visitor) -> Any:
        to = given.get("to")
        return await self._content.undo(int(to) if to else None, visitor.name)


def _digest(style: str) -> str:
    """Return the hash by which a content security policy allows a style (CSP level 2)."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _reading(act: _Act) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await _answered(act, dict(request.query_params))

    return answer


def _writing(act: _Act) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        given = await _given(request)
        return given if isinstance(given, Response) else await _answered(act, given)

    return answer


async def _given(request: Request) -> dict[str, Any] | Response:
    """Return the JSON object in a request, or a refusal if there is none."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return _refused(413, [translate("Il file è troppo grande.")])
    try:
        given = json.loads(bytes(body) or b"{}")
    except (ValueError, RecursionError):
        given = None
    return given if isinstance(given, dict) else _refused(400, [translate("La richiesta non si capisce.")])


async def _visitor(request: Request) -> Response:
    return JSONResponse(_visitor_as_json(request.scope[VISITOR]))


def _visitor_as_json(visitor: Visitor) -> dict[str, Any]:
    return {"name": visitor.name, "may_edit": visitor.role is ConsoleRole.EDITOR}


async def _answered(act: _Act, given: dict[str, Any]) -> Response:
    """Return the result of a function as a response; an error becomes a sentence."""
    try:
        return JSONResponse(await act(given))
    except Conflict as error:
        return _refused(409, [str(error)], text=error.text, digest=error.digest)
    except ContentError as error:
        return _refused(422, list(error.problems))
    except UsageError as error:
        return _refused(422, [str(error)])
    except Impossible:
        return _refused(422, [translate("Questo adesso non si può fare.")])
    except (KeyError, ValueError, TypeError, OverflowError):
        return _refused(400, [translate("La richiesta non si capisce.")])


def _refused(status: int, problems: list[str], **more: str) -> Response:
    return JSONResponse({"problems": problems, **more}, status)
